"""Regular expressions that authors of plans and settings wrote: whether they can be judged with.

To compile one can take all memory that there is: `a{1000000000}` has as many parts as it says.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from tmuxplan.later import Later

if TYPE_CHECKING:
    import regex
else:
    regex = Later("regex")

MOST_PARTS = 100_000
"""Some 30 MB, and 50 ms to compile."""


def refusal(text: str) -> str:
    """Why it can't be used; empty where it can."""
    if parts(text) > MOST_PARTS:
        return f"its repetitions come to more than {MOST_PARTS} parts"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "possible nested set" is no news to a reader
            regex.compile(text)  # what judges with it, as it can be stopped
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        return str(error) or type(error).__name__
    return ""


def parts(text: str) -> int:
    """About how many parts it has once its counted repetitions are written out; rather too many
    than too few: brackets of a set are taken for groups."""
    # Between a part and its count, comments and blanks may stand: then it may be any part before.
    hides = re.search(r"\(\?(?:#|[\w-]*x)", text) is not None
    open_, last = [0], 0
    for token in re.finditer(r"\\.|\{\d*(?:,\d*)?\}|.", text, re.DOTALL):
        word = token[0]
        if word.startswith("{"):
            base, count = open_[-1] if hides else last, _count(word)
            open_[-1] += base * (count - 1)
            last = base * count
        elif word == "(":
            open_.append(0)
        elif word == ")":
            last = open_.pop()
            open_ = open_ or [0]
            open_[-1] += last
        elif word not in "*+?":
            open_[-1] += 1
            last = 1
    return sum(open_)


def _count(braces: str) -> int:
    """The larger number of `{2,5}`; what has more than nine digits is too large anyway."""
    return max((int(number[:10]) for number in re.findall(r"\d+", braces)), default=1) or 1
