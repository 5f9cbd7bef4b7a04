"""Is `cc` ours, not the C compiler, and does each command print what it should?"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from agency.checks.lines import Line, report
from agency.workspace import ROOT

OURS = ROOT / ".venv" / "bin" / "cc"
MONEY = r"\$[\d,]+\.\d\d"
# What each command prints, as a regular expression.
COMMANDS = {
    "--help": r"agency's command line[\s\S]*revenue[\s\S]*sales",
    "revenue dashboard --dry-run": rf"monthly recurring revenue: {MONEY}[\s\S]*dry run: ",
    "revenue forecast --dry-run": rf"forecast\n\d{{4}}-\d\d +{MONEY}[\s\S]*dry run: ",
    "sales products-list": rf"{MONEY} a (month|year) +\d+ +\d+[\s\S]*\d+ products",
    "deploy health": r"database +ok: \d+ subscriptions[\s\S]*nothing is broken",
    "finance invoice-list": rf"INV-\d+ [\s\S]*\d+ invoices, {MONEY}",
    "content generate --dry-run --topic Test": r"# Test\n[\s\S]*dry run: test\.md",
}


def main() -> int:
    return report(checks())


def checks() -> Iterator[Line]:
    yield Line("`cc` on PATH is the agency's", not_ours())
    for command, expected in COMMANDS.items():
        yield Line(f"cc {command}", wrong_output(command.split(), expected))


def not_ours() -> str:
    found = shutil.which("cc")
    if found is None:
        return f"there is none; put {OURS.parent} first on PATH"
    if Path(found).resolve() != OURS.resolve():
        return f"it is {found} (the C compiler?); put {OURS.parent} first on PATH"
    return ""


def wrong_output(arguments: list[str], expected: str) -> str:
    done = subprocess.run([OURS, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"it ended with status {done.returncode}: {last_line(done.stderr)}"
    if not re.search(expected, done.stdout):
        return f"it printed nothing like {expected}"
    return ""


def last_line(text: str) -> str:
    """A traceback ends in what went wrong."""
    return (text.strip().splitlines() or ["nothing on stderr"])[-1]


if __name__ == "__main__":
    sys.exit(main())
