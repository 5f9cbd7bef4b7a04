"""A template's boxes for GO and NO GO: the true one is ticked, and no other. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.report.decision import blockers
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.taskline import notes_of
from tmuxplan.report.words import prose

ALONE = re.compile(r"^(?P<lead>\s*(?:(?:[-*+]|\d+[.)])\s+)?)\[(?P<name>[^\[\]]+)\]\s*$")
"""A placeholder with a line to itself: a list goes there."""
_BOX = re.compile(r"^(?P<lead>\s*[-*+]\s+)\[[ xX]\](?P<text>\s+.*)$")
_GO = re.compile(r"\b(?P<no>NO[\s_-]*)?GO\b", re.IGNORECASE)
# Several in a line: "[ ] GO   [ ] NO GO", "Decision: ☐ GO ☐ NO GO".
_BOXES = re.compile(
    r"(?P<box>\[[ xX]\]|[☐☑☒⬜□])(?P<between>[\s*]*(?:[^\w\s]\ufe0f?\s*)?)" + _GO.pattern, re.I
)


def holds_box(line: str) -> bool:
    """Whether the line asks for the run's verdict by boxes."""
    return len(_BOXES.findall(line)) > 1 or bool(_BOX.match(line) and _GO.search(line))


def ticked(line: str, following: str, run: RunFacts) -> Iterator[str]:
    """A line with boxes, filled in, and what belongs under it. `following`: the next line."""
    box, said = _BOX.match(line), _GO.search(line)
    if len(_BOXES.findall(line)) > 1:
        yield _BOXES.sub(lambda found: _own(found, run), line)
        yield from undecided(run)
    elif box is not None and said is not None:
        yield f"{box['lead']}[{'x' if _is(said, run) else ' '}]{box['text']}"
        a_place = ALONE.match(following)
        if said["no"] and run.verdict == "NO GO" and not a_place:
            yield from (f"  - {item}" for item in named_blockers(run))
        if not holds_box(following) and not a_place:
            yield from undecided(run)


def undecided(run: RunFacts) -> Iterator[str]:
    """Why no box is ticked; nothing where one is."""
    if run.verdict == "PENDING":
        yield f"- Neither: PENDING; {prose(run.rule)}".rstrip("; ")
    elif run.verdict is None:
        state = "is still running" if run.state == "running" else "did not end"
        yield f"- Neither: the run {state}, there is no verdict"


def named_blockers(run: RunFacts) -> tuple[str, ...]:
    """The tasks that decided against the run, and why."""
    return tuple(f"{t.id} {prose(t.title, 80)}: {notes_of(t)}" for t in blockers(run))


def _is(said: re.Match[str], run: RunFacts) -> bool:
    return run.verdict == ("NO GO" if said["no"] else "GO")


def _own(found: re.Match[str], run: RunFacts) -> str:
    """One of several, in its own style."""
    tick = ("[x]", "[ ]") if found["box"].startswith("[") else ("☑", "☐")
    return f"{tick[0] if _is(found, run) else tick[1]}{found[0][len(found['box']) :]}"
