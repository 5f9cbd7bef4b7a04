"""One line a check, and the exit status that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """What was checked, and why that is wrong; "" when it is right."""

    what: str
    wrong: str = ""


def report(lines: Iterable[Line]) -> int:
    """Prints each as soon as it is known; 1 when any is wrong, or when nothing was checked."""
    passed = failed = 0
    for line in lines:
        print(
            f"FAIL: {line.what}: {line.wrong}" if line.wrong else f"PASS: {line.what}", flush=True
        )
        failed, passed = failed + bool(line.wrong), passed + (not line.wrong)
    print(f"{passed} of {passed + failed} checks passed")
    return 0 if passed and not failed else 1


def first_failure(output: str) -> str:
    """What another check said is wrong, without the word."""
    lines = [line for line in output.splitlines() if line.startswith("FAIL: ")]
    return lines[0].removeprefix("FAIL: ") if lines else ""
