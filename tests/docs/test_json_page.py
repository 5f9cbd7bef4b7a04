"""docs/json.md names every field that the program prints, and none that it does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/json.md").read_text("utf-8")


def _examples() -> list[Any]:
    """The documents of the page: each is an indented block, and valid JSON."""
    blocks = re.findall(r"(?:^    .*\n)+", PAGE, re.M)
    return [json.loads(block) for block in blocks]


def _paths(value: Any, at: str = "") -> set[str]:
    if isinstance(value, dict):
        return {p for key, v in value.items() for p in {f"{at}.{key}"} | _paths(v, f"{at}.{key}")}
    if isinstance(value, list):
        return {p for v in value for p in _paths(v, f"{at}[]")}
    return set()


def _printed(*arguments: str) -> Any:
    asked = subprocess.run(
        [sys.executable, "-m", "tmuxplan", *arguments], cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(asked.stdout)


def test_a_plan_is_shown_as_the_page_says() -> None:
    shown = _printed("show", "docs/example-release.md", "--json")
    documented = _paths(_examples()[0]) | _paths(_examples()[1])
    assert _paths(shown) - documented == set()
    unseen = {p for p in documented if p.startswith((".problems[]", ".not_run[]"))}
    assert documented - _paths(shown) <= unseen


def test_a_run_is_told_as_the_page_says() -> None:
    golden = ROOT / "tests/report/golden/every_verdict.json"
    told = _paths(json.loads(golden.read_text("utf-8")))
    documented = _paths(_examples()[2])
    left = {p for p in told if p.startswith((".tasks[].attempts[].left_", ".tasks[].estimate."))}
    assert told - documented - left == set()
    assert documented - told == set()
