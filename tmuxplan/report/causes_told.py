"""Causes in words: for a terminal, an issue file, and the end of `launch --wait`. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.report.causes import Cause, Fault
from tmuxplan.report.words import code, counted, fence, listed, one_line, prose

MOST = 10
_PLACES, _OUTPUT = 3, 4  # on a terminal: places of a cause, lines of output before the first
_COMMAND = 10_000
_FOLLOWS = "may only follow from what it needs, which failed, too:"


def headline(cause: Cause) -> str:
    """ "nothing answers on localhost:8000: T004, T006; 3 tasks blocked"."""
    blocked = f"; {counted(len(cause.blocked), 'task')} blocked" if cause.blocked else ""
    return f"{cause.words}: {listed(cause.tasks)}{blocked}"


def text(causes: tuple[Cause, ...], most: int = MOST) -> str:
    """Plain lines for a terminal, the causes that decided first; empty where there are none."""
    found = [line for n, cause in enumerate(causes[:most], 1) for line in _text(n, cause)]
    if len(causes) > most:
        found.append(f"and {counted(len(causes) - most, 'other cause')}")
    return "".join(f"{line}\n" for line in found)


def markdown(cause: Cause) -> Iterator[str]:
    """What stands under a cause's heading: where, what was said, what follows, what to do."""
    for fault in cause.faults[:MOST]:
        yield from _fault(cause, fault)
    if len(cause.faults) > MOST:
        yield f"- and {len(cause.faults) - MOST} more places"
    yield from _lines_before(cause)
    if cause.after:
        yield "- later in the same task, and may only follow from it:"
        yield from (f"  - {_where(f)}: {code(f.said[0])}" for f in cause.after[:MOST])
        if len(cause.after) > MOST:
            yield f"  - and {len(cause.after) - MOST} more"
    if cause.follows:
        yield f"- {_FOLLOWS} {listed(cause.follows)}"
    if cause.blocked:
        yield f"- blocked by it: {listed(cause.blocked, 30)}"
    for task, said in cause.recovery:
        yield f"- {task}, by the plan (line {said.line}): {prose(said.text, 1000)}"
    yield f"- run it again: {code(cause.command, _COMMAND)}"


def _fault(cause: Cause, fault: Fault) -> Iterator[str]:
    command = f" {code(fault.command, 160)}" if fault.command else ""
    yield f"- {_where(fault)}{command}"
    said = news(cause, fault)
    yield from (f"  - {code(each)}" for each in said[:MOST])
    if len(said) > MOST:
        yield f"  - and {len(said) - MOST} more like it"


def news(cause: Cause, fault: Fault) -> tuple[str, ...]:
    """What was said, as far as the headline and the command beside it have not said it already:
    "exit status 7" of "exit status 7: curl ..."."""
    found = (said for said in fault.said if said not in cause.words)
    return tuple(said.replace(f": {fault.command}", "", 1) for said in found)


def _where(fault: Fault) -> str:
    step = f", step {fault.step}" if fault.step else ""
    log = f", log line {fault.log_line}" if fault.log_line else ""
    return f"{fault.task}{step} ({code(fault.place)}{log})"


def telling(cause: Cause) -> Fault | None:
    """The first place where anything was printed before it: the others say the same."""
    return next((fault for fault in cause.faults if printed(fault)), None)


def printed(fault: Fault) -> bool:
    """Whether there is more before it than the command."""
    lines = fault.before.lines if fault.before else ()
    return any(line[:2] != "$ " for line in lines)


def _lines_before(cause: Cause) -> Iterator[str]:
    shown = telling(cause)
    if shown is not None and shown.before is not None:
        yield f"- the last lines before it, from log line {shown.before.first} of {shown.task}:"
        yield ""
        yield from fence(shown.before.lines, "  ")
        yield ""


def _text(n: int, cause: Cause) -> Iterator[str]:
    yield f"{n}. {one_line(headline(cause))}"
    yield from (f"   {line}" for line in under(cause))


def under(cause: Cause) -> Iterator[str]:
    """What stands under a cause's headline on a terminal; lines of output begin with a bar."""
    for n, fault in enumerate(cause.faults[:_PLACES]):
        step = f" step {fault.step}" if fault.step else ""
        command = (fault.command,) if fault.command not in cause.words else ()
        words = (one_line(each, 160) for each in (*command, *news(cause, fault)[:1]))
        yield ": ".join((f"{fault.task}{step}, {fault.place}", *words))
        if not n:
            yield from (f"| {one_line(line, 160)}" for line in _output(fault)[-_OUTPUT:])
    more = cause.lines - min(_PLACES, len(cause.faults))
    if more:
        yield f"and {counted(more, 'other line')} like it"
    if cause.follows:
        yield f"{_FOLLOWS} {listed(cause.follows)}"
    if cause.blocked:
        yield f"blocked by it: {listed(cause.blocked)}"
    for task, said in cause.recovery[:_PLACES]:
        yield f"{task}, by the plan (line {said.line}): {one_line(said.text, 160)}"
    yield f"again: {cause.command}"


def _output(fault: Fault) -> tuple[str, ...]:
    """The last lines before it, without what is said of it anyway: the command, and the line
    that is its evidence."""
    lines = fault.before.lines if fault.before else ()
    said = ("", *fault.said)
    return tuple(line for line in lines if line[:2] != "$ " and line.strip() not in said)
