"""docs/ as a site: it shows what the pages say, and loads nothing from elsewhere.

Pages are written for readers of CommonMark (forges, editors); the site's Markdown has rules of its
own for lists and indentation, so that what it makes of a page is compared.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
SOURCES = {
    "index": ROOT / "README.md",
    "changelog": ROOT / "CHANGELOG.md",
    "contributing": ROOT / "CONTRIBUTING.md",
    **{path.stem: path for path in sorted((ROOT / "docs").glob("*.md"))},
    **{
        f"decisions/{path.stem}": path
        for path in sorted((ROOT / "docs/decisions").glob("0*.md"))[1:]
    },
}
COUNTED = ("h1", "h2", "h3", "li", "pre", "tr", "img", "strong")


class Shape(HTMLParser):
    """How many of each element, within <article> where the page has one; and what is loaded."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()
        self.loaded: list[str] = []
        begin, end = html.find("<article"), html.find("</article>")
        self.whole = begin < 0
        self.inside = self.whole
        self.feed(html)
        assert self.whole or end > begin

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "article":
            self.inside = True
        if self.inside and tag in COUNTED:
            self.count[tag] += 1
        if tag in ("script", "img", "link", "iframe", "source"):
            self.loaded.append(given.get("src") or given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.inside = self.whole


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("page", SOURCES)
def test_a_page_shows_what_it_says(site: Path, page: str) -> None:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    said = Shape(markdown.render(SOURCES[page].read_text("utf-8"))).count
    assert Shape((site / f"{page}.html").read_text("utf-8")).count == said


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        html = path.read_text("utf-8")
        elsewhere = [url for url in Shape(html).loaded if re.match(r"(?:https?:)?//", url)]
        assert not elsewhere, path
        assert "fonts.googleapis" not in html
    for path in site.rglob("*.css"):
        assert not re.search(r"@import|url\([\"']?https?:", path.read_text("utf-8")), path


def test_links_to_code_are_words(site: Path) -> None:
    html = (site / "judging.html").read_text("utf-8")
    assert "judge/" in html
    assert "../tmuxplan" not in html
