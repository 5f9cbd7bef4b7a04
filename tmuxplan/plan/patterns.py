"""Regular expressions that are compiled when they are first used.

There are 400 of them in the rooms that read plans, and a plan meets few. To compile all takes a
fifth of the time from `launch` typed to the first task.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast

_METHODS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


class _Lazy(Generic[AnyStr]):
    def __init__(self, text: AnyStr, flags: int) -> None:
        self.source: AnyStr = text
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: from then on the methods are the compiled ones."""
        compiled = re.compile(self.source, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`. What is wrong with the expression comes up at its first use, and in
    `tests/plan/test_plan_patterns.py`."""
    return cast("re.Pattern[AnyStr]", _Lazy(text, flags))
