"""The head of the screen: what runs, how far it is, what it comes to, what needs a person. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tmuxplan.report.decision import headline, warned
from tmuxplan.report.facts import FAILURES, RunFacts, TaskFacts
from tmuxplan.report.words import counted, listed, span
from tmuxplan.ui.dashboard.acts import in_a_shell, needs_shell
from tmuxplan.ui.dashboard.cells import Line, Piece, Style, cut, spread
from tmuxplan.ui.dashboard.forecast import Left, by_way_of, words
from tmuxplan.ui.dashboard.rows import COLOURS, state_word
from tmuxplan.ui.tables import short

_VERDICTS: dict[str, Style] = {
    "GO": "bold green reverse",
    "NO GO": "bold red reverse",
    "PENDING": "bold magenta reverse",
}
_ORDER = (
    "passed", "failed", "timed out", "lost", "running", "needs input", "stalled", "needs you",
    "retry soon", "blocked", "halted", "skipped", "waiting", "not asked",
)  # fmt: skip
_OVER = ("passed", "failed", "timed out", "lost", "blocked", "halted", "skipped")
_MOST = 3


def heading(run: RunFacts, left: Left, width: int) -> list[Line]:
    """Title and state, progress, counts, the verdict so far."""
    counts = Counter(map(state_word, run.tasks))
    failing = any(map(_is_bad, run.tasks))
    return [
        spread(
            (*_badge(run, counts, failing), Piece(f" {run.plan_title}", "bold")),
            (Piece(f"{run.id} ", "dim"),),
            width,
        ),
        _progress(run, counts, left, width, failing=failing),
        cut((Piece(" "), *_counts(run, counts)), width),
    ]


def _badge(run: RunFacts, counts: Counter[str], failing: bool) -> Line:
    if run.verdict is not None:
        return (Piece(f" {run.verdict} ", _VERDICTS[run.verdict]),)
    if run.state == "dead":
        return (Piece(" NO SUPERVISOR ", "bold yellow reverse"),)
    if run.stopping:
        return (Piece(" HALTING " if run.halting else " STOPPING ", "bold yellow reverse"),)
    if run.paused:
        return (Piece(" PAUSED ", "bold yellow reverse"),)
    if failing:
        return (Piece(" FAILING ", "bold red reverse"),)
    if counts["needs input"] or counts["needs you"]:
        return (Piece(" NEEDS YOU ", "bold magenta reverse"),)
    return (Piece(" RUNNING ", "bold cyan reverse"),)


def _is_bad(task: TaskFacts) -> bool:
    return task.outcome in FAILURES and task.blocks_the_run


def _progress(
    run: RunFacts, counts: Counter[str], left: Left, width: int, *, failing: bool
) -> Line:
    asked = len(run.tasks) - counts["not asked"]
    done = sum(counts[word] for word in _OVER)
    size = max(10, min(40, width // 4))
    full = size * done // asked if asked else 0
    line = [
        Piece(" "),
        Piece("━" * full, "red" if failing else "green"),
        Piece("─" * (size - full), "dim"),
        Piece(f" {done} of {asked} done · {short(run.seconds) or '0s'}"),
    ]
    said, way = words(left), by_way_of(left)
    if said:
        line.append(Piece(f" · {said}", "yellow" if left.seconds <= 0 else ""))
    if way and len(left.path) > 1:
        line.append(Piece(f" ({way})", "dim"))
    return cut(tuple(line), width)


def _counts(run: RunFacts, counts: Counter[str]) -> Iterator[Piece]:
    """Each is a filter, when it is clicked."""
    between = ""
    for word in _ORDER:
        if counts[word]:
            yield Piece(between, "dim")
            yield Piece(f"{counts[word]} {word}", COLOURS[word], f"app.only('{word}')")
            between = " · "
    if warned(run):
        yield Piece(between, "dim")
        yield Piece(counted(warned(run), "warning"), "yellow")


def attention(run: RunFacts, width: int, *, bare: bool = False) -> list[Line]:
    """What a person should know first, and what to press; empty where all is well. `bare`: as in
    Source."""
    found = list(_attention(run, bare))
    if len(found) > _MOST:
        more = len(found) - _MOST + 1
        found = [*found[: _MOST - 1], (Piece(f"   and {more} more", "dim"),)]
    return [cut(line, width) for line in found]


def _attention(run: RunFacts, bare: bool) -> Iterator[Line]:
    yield from _of_run(run)
    for task in run.tasks:
        quiet = task.last.quiet if task.last and task.outcome == "running" else None
        if quiet is not None and quiet.prompt is not None:
            asks = f'asks "{quiet.prompt}"' if quiet.prompt else "reads from its terminal"
            how = "o: answer in its window" if quiet.typable else "only a respond rule can answer"
            yield _told("❯", task, asks, how, "bold magenta")
        elif quiet is not None:
            silent = span(max(0.0, run.now - quiet.since))
            yield _told("…", task, f"has printed nothing for {silent}", "o: look", "bold yellow")
    for task in run.tasks:
        if task.outcome == "waiting":
            what = "waits for a signature" if task.has_commands else "is for a person"
            shell = needs_shell(run, bare=bare)
            how = in_a_shell("sign", run, task) if shell else "s: sign, x: skip"
            yield _told("✎", task, what, how, "bold magenta")


def _told(mark: str, task: TaskFacts, what: str, how: str, style: Style) -> Line:
    chosen = f"app.choose('{task.number}')"
    return (
        Piece(f" {mark} {task.id} ", style, chosen),
        Piece(what, "bold", chosen),
        Piece(f"  {how}", "dim"),
    )


def _of_run(run: RunFacts) -> Iterator[Line]:
    if run.state == "dead":
        yield (
            Piece(" ! the supervisor is gone ", "bold yellow"),
            Piece(f"go on: tmuxplan resume {run.id}", "bold"),
        )
        return
    if run.verdict is not None:
        styles = {"GO": "bold green", "NO GO": "bold red", "PENDING": "bold magenta"}
        yield (
            Piece(f" {headline(run)}", styles[run.verdict]),
            Piece(f"  report: tmuxplan collect --run {run.id}", "dim"),
        )
        return
    if run.stopping:
        word = "halting" if run.halting else "stopping"
        yield (Piece(f" ■ {word}: ", "bold yellow"), Piece(run.stopping))
    elif run.paused:
        yield (
            Piece(f" ‖ paused by {run.paused}: ", "bold yellow"),
            Piece("nothing new starts"),
            Piece("  p: go on", "dim"),
        )
    bad = tuple(task.id for task in run.tasks if _is_bad(task))
    if bad:
        yield (
            Piece(f" ✗ on the way to NO GO: {listed(bad)} ", "bold red"),
            Piece(" Enter: its log, e: why, r: retry", "dim"),
        )
