"""For mkdocs: README, CHANGELOG and CONTRIBUTING as pages, and links that fit a site.

The repository's files link to each other as they lie; on the site docs/ is the root, and what is
not documentation (code, examples) is not there: such a link becomes its words.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Files outside of docs/ that are pages nevertheless."""
DECISIONS = "docs/decisions"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_ELSEWHERE = re.compile(r"[a-z]+:|/|#")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that docs/ does not hold."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        files.append(File.generated(config, page, content=fitting(text, source)))
    files.append(File.generated(config, "decisions/index.md", content=_decisions()))
    template = files.get_file_from_path("decisions/0000-template.md")
    if template is not None:
        files.remove(template)
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Links of the pages in docs/."""
    if page.file.src_uri in {*PAGES.values(), "decisions/index.md"}:
        return markdown
    return fitting(markdown, f"docs/{page.file.src_uri}")


def fitting(markdown: str, source: str) -> str:
    """The text of a file of the repository, with links as the site has them."""
    at = _on_site(source) or source
    lines, fence = [], ""
    for line in markdown.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]:
            fence = ""
        lines.append(line if fence or mark else _LINK.sub(lambda m: _linked(m, source, at), line))
    return "\n".join(lines) + "\n"


def _linked(found: re.Match[str], source: str, at: str) -> str:
    picture, words, target, anchor = found[1], found[2], found[3], found[4] or ""
    if _ELSEWHERE.match(target):
        return found[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    there = _on_site(path)
    if there is None:
        return words
    return f"{picture}[{words}]({posixpath.relpath(there, posixpath.dirname(at) or '.')}{anchor})"


def _on_site(path: str) -> str | None:
    """Where a file of the repository is on the site; None: it is not there."""
    if path in PAGES:
        return PAGES[path]
    if path == DECISIONS:
        return "decisions/index.md"
    return path.removeprefix("docs/") if path.startswith("docs/") else None


def _decisions() -> str:
    """The list of decision records, by their own titles."""
    found = sorted((ROOT / DECISIONS).glob("0*.md"))[1:]  # the first is the template
    titled = (
        (path.name, path.read_text("utf-8").partition("\n")[0].lstrip("# ")) for path in found
    )
    rows = "".join(f"- [{title}]({name})\n" for name, title in titled)
    return f"# Decisions\n\nWhat the next person would wonder about, a page each.\n\n{rows}"


def _title(path: Path) -> str:
    return path.read_text("utf-8").partition("\n")[0].lstrip("# ")
