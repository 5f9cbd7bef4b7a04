"""Values on our command line that nobody else is to read there: `--set X_PASSWORD=...`.

Every user of a machine may read every process's command line, and the supervisor is a fork of the
launch: the value would stand there for as long as the run takes. An environment is its owner's
alone. So the program starts itself anew, once, with such values in variables instead, and takes
them out of its environment at once: no task gets them there, and no server.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

OPTION = "--set"
"""The option whose values may be secret. What an `--env-file` holds is on no command line."""

_SHOWN = "***"
_VARIABLE = "_TMUXPLAN_WORD_"


def hide() -> None:
    """Put the values back where they were handed over; else start anew without them in sight.

    Call it before anything is imported that takes time: it is lost if we start anew."""
    places = tuple(_places(sys.argv))
    begin = len(sys.orig_argv) - len(sys.argv)
    if not places or sys.orig_argv[begin + 1 :] != sys.argv[1:]:
        return  # called from Python: these words stand on no command line
    handed_over = {place: _handed_over(place) for place in places}
    if None in handed_over.values():
        _start_anew(places, begin)
        return
    for place, word in handed_over.items():
        assert word is not None
        sys.argv[place] = word
        sys.orig_argv[begin + place] = word  # who starts us once more (`cli`) does it by these


def _places(words: list[str]) -> Iterator[int]:
    """Where the words stand that hold a value. `--` ends nothing here: it may be a value itself,
    and a word too many that is hidden comes back all the same."""
    numbered = iter(enumerate(words))
    for place, word in numbered:
        if word.startswith(f"{OPTION}="):
            yield place
        elif word == OPTION:
            for following, _ in numbered:
                yield following
                break


def _handed_over(place: int) -> str | None:
    """The word that belongs there; None: the word stands there itself, whatever is left."""
    word = os.environ.pop(f"{_VARIABLE}{place}", None)
    return word if sys.argv[place] in (_SHOWN, f"{OPTION}={_SHOWN}") else None


def _start_anew(places: tuple[int, ...], begin: int) -> None:
    words, given = [sys.executable, *sys.orig_argv[1:]], {}
    for place in places:
        word = words[begin + place]
        given[f"{_VARIABLE}{place}"] = word
        words[begin + place] = f"{OPTION}={_SHOWN}" if word.startswith(f"{OPTION}=") else _SHOWN
    try:
        os.execve(sys.executable, words, {**os.environ, **given})
    except OSError as error:
        print(
            f"tmuxplan: who may list processes here can read the values of {OPTION} while this"
            f" runs ({error.strerror}); --env-file keeps them from that",
            file=sys.stderr,
        )
