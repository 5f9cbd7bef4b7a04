"""One line for each thing looked at, and an exit status that says whether all was well."""

from __future__ import annotations

import sys
from typing import NoReturn

failures = 0


def expect(holds: bool, what: str, otherwise: str = "") -> bool:
    """Print `what`, and where it does not hold, `otherwise` behind it; True when it holds."""
    global failures  # noqa: PLW0603 - a check is one short process, and this is its result
    failures += not holds
    why = f" ({otherwise})" if otherwise and not holds else ""
    print(f"{'PASS' if holds else 'FAIL'}: {what}{why}", flush=True)
    return holds


def finish() -> NoReturn:
    sys.exit(1 if failures else 0)
