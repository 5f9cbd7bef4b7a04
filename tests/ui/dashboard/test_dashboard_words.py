"""What the dashboard says, as tables: nothing is drawn here."""

from __future__ import annotations

from pathlib import Path

import pytest
from dashing import RUN, T0, History
from rich.cells import cell_len

from tmuxplan import events as ev
from tmuxplan.plan.model import Edge
from tmuxplan.report.causes import causes
from tmuxplan.report.facts import RunFacts
from tmuxplan.run import control
from tmuxplan.schedule.standing import Forecast
from tmuxplan.ui.dashboard import acts
from tmuxplan.ui.dashboard.causelines import why_lines
from tmuxplan.ui.dashboard.cells import Line, Piece, cut, fitted, spread, wide, wrapped
from tmuxplan.ui.dashboard.forecast import Left, by_way_of, left_of, words
from tmuxplan.ui.dashboard.graph import essential, graph_lines
from tmuxplan.ui.dashboard.heading import attention, heading
from tmuxplan.ui.dashboard.keyline import keys
from tmuxplan.ui.dashboard.picking import GROUPS, following_group, most_urgent, picked
from tmuxplan.ui.dashboard.rows import COLOURS, row, shape, state_word
from tmuxplan.ui.dashboard.waitinglines import waiting_lines

PENDING = ev.RunEnded(at=T0 + 50, verdict="PENDING", rule="")
HOSTILE = {
    "markup": "[bold]x[/] [@click=app.leave]y[/] [/] :boom:",
    "control": "\x1b[2J\x1b]0;t\x07\x9b31m\r\nz",
    "right to left": "\u202e שלום العربية \u2066",
    "wide": "決済システム 🚀👩‍👩‍👧",
    "combining": "e\u0301" * 30,
    "long": "word " * 100,
}


def text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def middle(folder: Path) -> History:
    """T001 passed, T002 failed, T003 asks, T004 is blocked, T005 is to be retried."""
    told = History(folder).passed("T001", 1, 18)
    told.begin("T002", 19).end("T002", 30, ev.Evidence("step", "exit status 1: pytest", step=2))
    told.begin("T003", 19).tell(ev.InputAwaited(at=T0 + 30, task="T003", n=1, prompt="Go? [y/N]"))
    told.tell(ev.Blocked(at=T0 + 30, task="T004", by=("T002",), root=("T002",)))
    told.begin("T005", 19).end("T005", 25, ev.Evidence("status", "exit status 1"))
    return told.tell(ev.RetryPlanned(at=T0 + 25, task="T005", n=2, due=T0 + 90))


@pytest.fixture
def run(tmp_path: Path) -> RunFacts:
    return middle(tmp_path).facts(60)


def test_states_in_words(run: RunFacts) -> None:
    assert [state_word(task) for task in run.tasks] == [
        "passed",
        "failed",
        "needs input",
        "blocked",
        "retry soon",
        "waiting",
        "waiting",
    ]
    assert {state_word(task) for task in run.tasks} <= set(COLOURS)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 110, 300])
def test_rows_are_as_wide_as_their_shape(run: RunFacts, width: int) -> None:
    rows = [row(task, shape(run.tasks, width)) for task in run.tasks]
    assert len({wide(one) for one in rows}) == 1
    if width >= 40:
        assert wide(rows[0]) <= width
        assert all(state_word(task) in text(one) for task, one in zip(run.tasks, rows, strict=True))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [1, 7, 24, 80])
def test_what_is_fitted_fits(name: str, width: int) -> None:
    given = HOSTILE[name].replace("\x1b", "").replace("\x07", "").replace("\n", " ")
    assert cell_len(fitted(given, width)) == width
    line = (Piece(given, "bold"), Piece(given, "red"))
    assert wide(cut(line, width)) <= width
    assert all(wide(part) <= max(width, 110) for part in wrapped(line, width))
    assert wide(spread(line, (Piece("ab"),), width)) <= width


def test_hostile_titles_stay_text(tmp_path: Path) -> None:
    titles = [title.replace("\r\n", " ") for title in HOSTILE.values()]
    tasks = [f"## TASK {n:03d}: {title}\n```bash\ntrue\n```\n" for n, title in enumerate(titles, 1)]
    told = History(tmp_path, "# [red]Plan[/]\n\n" + "\n".join(tasks))
    run = told.facts(10)
    shown = [text(row(task, shape(run.tasks, 200))) for task in run.tasks]
    shown += [text(line) for line in heading(run, Left(), 200)]
    assert not [c for line in shown for c in line if not c.isprintable() and c != "\u200d"]
    assert "[bold]x[/] [@click=app.leave]y[/] [/]" in shown[0]
    assert "[red]Plan[/]" in shown[len(titles)]


def left(told: History, at: float, *, alive: bool = True) -> Left:
    plan = told.frozen.plan
    asked = frozenset(task.id for task in plan.tasks)
    return left_of(told.facts(at, alive=alive), told.state, Forecast(plan, asked))


@pytest.mark.parametrize(
    ("events", "at", "said", "way"),
    [
        ((), 0, "~8m or more left, and a person", "T001 → T002 → T004 → T006 → T007"),
        (("T001",), 19, "~7m or more left, and a person", "T002 → T004 → T006 → T007"),
        (("T001", "T002", "T003", "T004"), 19, "~3m or more left, and a person", ""),
    ],
)
def test_time_left(events: tuple[str, ...], at: float, said: str, way: str, tmp_path: Path) -> None:
    told = History(tmp_path)
    for task in events:
        told.passed(task, 1, 18)
    found = left(told, at)
    assert words(found) == said
    assert by_way_of(found).endswith(way)


def test_time_left_of_what_runs_and_of_what_is_late(tmp_path: Path) -> None:
    told = History(tmp_path, "# P\n## TASK 001: A\n**Time:** 1 minute\n```bash\ntrue\n```\n")
    told.begin("T001", 0)
    assert words(left(told, 15)) == "~45s left"
    assert words(left(told, 75)) == "15s later than expected"
    assert words(left(told, 15, alive=False)) == ""


SERVER = """\
# P

## TASK 001: Server
**Time:** 10 minutes
**Ready:** port:8123
```bash
python3 -m http.server 8123
```

## TASK 002: Who asks it
**Time:** 1 minute
**Dependencies:** T001 (ready)
```bash
curl localhost:8123
```
"""


def test_a_server_goes_on_only_as_long_as_it_is_needed(tmp_path: Path) -> None:
    told = History(tmp_path, SERVER)
    assert [edge.kind for edge in told.frozen.plan.edges] == ["ready"]
    assert words(left(told, 0)) == "~1m left"
    assert left(told, 0).path == ("T001", "T002")


def test_attention_says_what_to_press(run: RunFacts) -> None:
    said = [text(line) for line in attention(run, 120)]
    assert said == [
        " ✗ on the way to NO GO: T002  Enter: its log, e: why, r: retry",
        ' ❯ T003 asks "Go? [y/N]"  o: answer in its window',
    ]


def test_attention_is_never_more_than_three_lines(tmp_path: Path) -> None:
    told = middle(tmp_path)
    for task in ("T006", "T007"):
        told.tell(ev.PersonAsked(at=T0 + 40, task=task))
    told.tell(ev.Paused(at=T0 + 41, by="ada"))
    said = [text(line) for line in attention(told.facts(60), 120)]
    assert len(said) == 3
    assert said[-1].strip() == "and 3 more"


@pytest.mark.parametrize(
    ("act", "task", "why"),
    [
        ("retry", "T002", ""),
        ("retry", "T005", ""),
        ("retry", "T001", "only what did not pass"),
        ("retry", "T004", "T004 is blocked: retry T002"),
        ("skip", "T006", ""),
        ("skip", "T003", "only what has not started"),
        ("sign", "T006", "does not wait for a signature"),
        ("stop", "T001", ""),
        ("pause", "T001", ""),
    ],
)
def test_what_may_be_done(act: str, task: str, why: str, run: RunFacts) -> None:
    said = acts.may(act, run, run.task(task))
    assert (why in said) if why else not said


def test_what_was_skipped_may_run_after_all(tmp_path: Path) -> None:
    told = middle(tmp_path).tell(ev.Skipped(at=T0 + 40, task="T006", by="ada", reason="later"))
    run = told.facts(60)
    assert not acts.may("retry", run, run.task("T006"))
    asked = acts.question("retry", run, run.task("T006"), "ada")
    assert asked is not None
    assert asked.says[0].startswith("ada skipped it: it runs after all")
    assert acts.command(run, run.task("T006")) == f"tmuxplan retry T006 --run {run.id}"


def test_what_is_over_is_not_stopped(tmp_path: Path) -> None:
    told = middle(tmp_path).tell(ev.RunEnded(at=T0 + 50, verdict="NO GO", rule=""))
    run = told.facts(60)
    assert "nothing to stop" in acts.may("stop", run, None)
    assert "nothing to pause" in acts.may("pause", run, None)
    assert not acts.may("retry", run, run.task("T002"))
    dead = middle(tmp_path / "dead").facts(60, alive=False)
    assert "first: tmuxplan resume" in acts.may("retry", dead, dead.task("T002"))


def test_without_an_environment_a_run_that_is_over_is_left_to_a_shell(tmp_path: Path) -> None:
    told = middle(tmp_path).tell(ev.PersonAsked(at=T0 + 40, task="T006"))
    live, over = told.facts(60), told.tell(PENDING).facts(60)
    assert not acts.may("sign", live, live.task("T006"), bare=True)
    assert "s sign" in text(keys(live, live.task("T006"), 160, bare=True))
    said = acts.may("sign", over, over.task("T006"), bare=True)
    assert f"in a shell: tmuxplan sign T006 --by NAME --run {RUN}" in said
    said = acts.may("skip", over, over.task("T006"), bare=True)
    assert f'in a shell: tmuxplan skip T006 --reason "..." --run {RUN}' in said
    said = acts.may("retry", over, over.task("T002"), bare=True)
    assert f"in a shell: tmuxplan retry T002 --run {RUN}" in said
    for task in ("T002", "T006"):
        offered = text(keys(over, over.task(task), 160, bare=True))
        assert not {"sign", "skip", "retry"} & set(offered.split())


def test_what_waits_for_a_person_says_where_it_is_signed(tmp_path: Path) -> None:
    run = middle(tmp_path).tell(ev.PersonAsked(at=T0 + 40, task="T006"), PENDING).facts(60)
    asks, told = (text(attention(run, 160, bare=bare)[-1]) for bare in (False, True))
    assert asks == " ✎ T006 is for a person  s: sign, x: skip"
    assert told == f" ✎ T006 is for a person  in a shell: tmuxplan sign T006 --by NAME --run {RUN}"


def test_what_is_asked_before(run: RunFacts) -> None:
    asked = acts.question("retry", run, run.task("T002"), "ada")
    assert asked is not None
    assert "T004 may follow: it kept them from running." in asked.says
    stop = acts.question("stop", run, None, "ada")
    assert stop is not None
    assert stop.says[0] == "T003, T005 are ended now, with all that they started."
    skip = acts.question("skip", run, run.task("T006"), "ada")
    assert skip is not None
    assert (skip.prompt, skip.answer) == ("because", "")
    assert "T006 blocks: without it the run can't be GO." in skip.says
    assert acts.question("pause", run, None, "ada") is None


@pytest.mark.parametrize(
    ("act", "task", "typed", "asked"),
    [
        ("stop", None, "y", control.StopRun("ada", "stopped by ada")),
        ("pause", None, "", control.Pause("ada")),
        ("retry", "T002", "y", control.Retry("T002", "ada")),
        ("skip", "T006", "not now", control.Skip("T006", "ada", "not now")),
        ("sign", "T006", "grace", control.Sign("T006", "grace")),
    ],
)
def test_requests(
    act: str, task: str | None, typed: str, asked: control.Request, run: RunFacts
) -> None:
    chosen = run.task(task) if task else None
    assert acts.request(act, run, chosen, "ada", typed) == asked


def test_a_paused_run_goes_on_with_the_same_key(tmp_path: Path) -> None:
    run = middle(tmp_path).tell(ev.Paused(at=T0 + 50, by="grace")).facts(60)
    assert acts.request("pause", run, None, "ada", "") == control.Unpause("ada")


def test_groups(run: RunFacts) -> None:
    assert [t.id for t in picked(run.tasks, "trouble", "")] == ["T002", "T004"]
    assert [t.id for t in picked(run.tasks, "needs you", "")] == ["T003"]
    assert [t.id for t in picked(run.tasks, "passed", "")] == ["T001"]  # a state, by its word
    assert [t.id for t in picked(run.tasks, "all", "DATABASE migrate")] == ["T003"]
    assert picked(run.tasks, "all", "") is run.tasks
    seen, group = [], "all"
    for _ in GROUPS:
        seen.append(group)
        group = following_group(group)
    assert seen == list(GROUPS)
    assert group == "all"


def test_the_most_urgent_is_chosen_first(run: RunFacts, tmp_path: Path) -> None:
    assert most_urgent(run.tasks) == "T003"
    assert most_urgent(()) == ""
    assert most_urgent(History(tmp_path / "new").facts(1).tasks) == "T001"


def test_keys_are_those_that_do_something(run: RunFacts) -> None:
    failed, running = (text(keys(run, run.task(task), 120)) for task in ("T002", "T003"))
    assert " r retry " in failed
    assert " r retry " not in running
    assert " x skip " in text(keys(run, run.task("T006"), 120))
    assert text(keys(run, None, 20)).split() == ["?", "help", "q", "leave"]


@pytest.mark.parametrize("most", [3, 4, 5, 9])
def test_causes_take_no_more_lines_than_there_are(most: int, tmp_path: Path) -> None:
    told = History(tmp_path)
    for n in (1, 2, 3, 4):
        task = f"T00{n}"
        told.begin(task, 1).end(task, 5, ev.Evidence("marker", f"FAIL: reason {n}{n}", step=1))
    lines = [text(line) for line in why_lines(causes(told.facts(60)), 80, most)]
    assert len(lines) <= most
    shown = sum("reason" in line for line in lines)
    assert shown == 4 or f"and {4 - shown} other cause" in lines[-1]


def test_in_place_of_a_log(run: RunFacts) -> None:
    task = run.task("T007")
    assert task is not None
    said = [text(line).strip() for line in waiting_lines(run, task)]
    assert said[:2] == ["waiting: waits for T006", "T006 Approval: waiting"]
    assert "It will run 1 step:" in said
    assert "1 ./publish --tag v2.4" in said


def test_the_graph_leaves_out_what_follows_from_others() -> None:
    edges = (Edge("c", "b", "hard"), Edge("b", "a", "hard"), Edge("c", "a", "hard"))
    assert essential(edges) == edges[:2]
    circle = (Edge("a", "b", "hard"), Edge("b", "a", "hard"))
    assert set(essential(circle)) <= set(circle)


@pytest.mark.parametrize("width", [20, 60, 120, 300])
def test_every_task_is_in_the_graph(width: int, tmp_path: Path) -> None:
    told = middle(tmp_path)
    run = told.facts(60)
    lines = graph_lines(run, told.frozen.plan.edges, "T002", width)
    shown = "\n".join(text(line) for line in lines)
    assert [task.id for task in run.tasks if task.id not in shown] == []
    assert all(wide(line) <= width for line in lines)
