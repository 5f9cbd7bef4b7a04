"""Are the front ends built, from the sources as they are, with assets that exist?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from agency.checks.lines import Line, report
from agency.workspace import APPS, ROOT

ASSET = re.compile(r"""(?:src|href)="/(assets/[^"]+)\"""")
HASHED = re.compile(r"-[\w-]{8}\.(js|css)$")
SOURCES = ("index.html", "package.json", "tsconfig.json", "vite.config.ts", "src", "content")


def main() -> int:
    return report(line for app in APPS for line in check(ROOT / "apps" / app))


def check(app: Path) -> Iterator[Line]:
    page = app / "dist" / "index.html"
    if not page.is_file():
        yield Line(f"{app.name} is built", f"there is no {page.relative_to(ROOT)}; run pnpm build")
        return
    yield Line(f"{app.name} is built")
    yield Line(f"{app.name} is built from the current sources", stale(app, page))
    yield Line(f"{app.name} refers to hashed assets that exist", missing(page))


def stale(app: Path, page: Path) -> str:
    """A build that failed leaves the one before it."""
    built = page.stat().st_mtime
    newer = [path for path in sources(app) if path.stat().st_mtime > built]
    return f"{newer[0].relative_to(ROOT)} is newer; run pnpm build" if newer else ""


def sources(app: Path) -> Iterator[Path]:
    for name in SOURCES:
        yield from (app / name).rglob("*.*") if (app / name).is_dir() else app.glob(name)


def missing(page: Path) -> str:
    assets = ASSET.findall(page.read_text(encoding="utf-8"))
    if {Path(asset).suffix for asset in assets} != {".js", ".css"}:
        return f"it wants a script and a style sheet, and has {', '.join(assets) or 'neither'}"
    for asset in assets:
        path = page.parent / asset
        if not HASHED.search(asset):
            return f"{asset} has no hash in its name"
        if not path.is_file() or path.stat().st_size == 0:
            return f"{asset} is not there, or empty"
    return ""


if __name__ == "__main__":
    sys.exit(main())
