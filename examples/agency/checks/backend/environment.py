"""Every key that an .env.example asks for is set in the .env beside it, to a value of its own.

Values are looked at and never printed. Needs Python and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path

from report import expect, finish

WORKSPACE = Path(__file__).resolve().parents[2]
FOLDERS = ("", "backend")
ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)")
# The whole value, since a real secret may contain any of these words.
PLACEHOLDER = re.compile(
    r"your[_-].*|<.*>|\{\{.*\}\}|\.{3}|x{3,}|change[_-]?me|replace[_-]?me|todo|placeholder|secret",
    re.IGNORECASE,
)


def assignments(text: str) -> dict[str, list[str]]:
    """All values of each key, split at the first `=` only: base64 ends in more of them."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if match := ASSIGNMENT.fullmatch(line.strip()):
            found.setdefault(match[1], []).append(bare(match[2].strip()))
    return found


def bare(value: str) -> str:
    """Without its quotes, or without the comment behind it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return re.sub(r"(^|\s+)#.*", "", value)


def complaint(values: list[str]) -> str:
    if not values:
        return "it is missing"
    if len(values) > 1:
        return f"it is set {len(values)} times"
    if not values[0]:
        return "it is empty"
    return "it is a placeholder" if PLACEHOLDER.fullmatch(values[0]) else ""


def check(folder: str) -> None:
    name = f"{folder}/.env".lstrip("/")
    example, env = (WORKSPACE / folder / file for file in (".env.example", ".env"))
    if not expect(env.is_file(), f"{name} exists", f"copy it from {name}.example"):
        return
    found = assignments(env.read_text(encoding="utf-8"))
    for key in assignments(example.read_text(encoding="utf-8")):
        wrong = complaint(found.get(key, []))
        expect(not wrong, f"{name}: {key} is set", wrong)


def main() -> None:
    for folder in FOLDERS:
        check(folder)
    finish()


if __name__ == "__main__":
    main()
