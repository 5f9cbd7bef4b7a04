"""docs/commands.md is what the program says of itself today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_is_current() -> None:
    asked = subprocess.run(
        [sys.executable, "scripts/commands_page.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    written = (ROOT / "docs/commands.md").read_text("utf-8")
    assert written == asked.stdout, "docs/commands.md is not current: run scripts/docs"
