"""Is every skill there, valid, and the same in both places?"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from agency.checks.lines import Line, report
from agency.workspace import ROOT

SOURCE = ROOT / ".claude-skills"
MIRROR = ROOT / ".agencyos" / "skills"
EXPECTED = 48
LONGEST_DESCRIPTION = 1024  # what programs that read skills accept
FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?\n)---\n(?P<body>.*)", re.DOTALL)


def main() -> int:
    return report(checks())


def checks() -> Iterator[Line]:
    for name in sorted(folders(SOURCE) | folders(MIRROR)):
        yield Line(name, invalid(SOURCE / name) or unlike(SOURCE / name, MIRROR / name))
    for place in (SOURCE, MIRROR):
        found = len(list(place.glob("*/SKILL.md")))
        wrong = "" if found == EXPECTED else f"there are {found}"
        yield Line(f"{EXPECTED} skills in {place.relative_to(ROOT)}", wrong)


def folders(place: Path) -> set[str]:
    return {path.name for path in place.iterdir() if path.is_dir()} if place.is_dir() else set()


def invalid(skill: Path) -> str:
    path = skill / "SKILL.md"
    if not path.is_file():
        return f"there is no {path.relative_to(ROOT)}"
    parts = FRONT_MATTER.fullmatch(path.read_text(encoding="utf-8"))
    if parts is None:
        return "SKILL.md does not begin with front matter between two lines ---"
    try:
        values = yaml.safe_load(parts["yaml"])
    except yaml.YAMLError as error:
        return f"its front matter is no YAML: {str(error).splitlines()[0]}"
    return wrong_values(values, skill.name) or ("" if parts["body"].strip() else "it has no text")


def wrong_values(values: object, folder: str) -> str:
    if not isinstance(values, dict):
        return "its front matter has no keys"
    if values.get("name") != folder:
        return f"its front matter's name is {values.get('name')!r}, the folder's {folder!r}"
    description = values.get("description")
    if not isinstance(description, str) or not description.strip():
        return "its front matter has no description"
    if len(description) > LONGEST_DESCRIPTION:
        return f"its description has more than {LONGEST_DESCRIPTION} characters"
    return ""


def unlike(skill: Path, copy: Path) -> str:
    """What differs, by content: dates and owners do not matter."""
    ours, theirs = hashes(skill), hashes(copy)
    different = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
    if not different:
        return ""
    return f"not in sync with {copy.relative_to(ROOT)}: {', '.join(different)}"


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


if __name__ == "__main__":
    sys.exit(main())
