"""Tables at every width, with everything that can stand in them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import msgspec
import pytest
from rich.cells import cell_len

from tmuxplan.events import Evidence
from tmuxplan.plan.model import Block, Frozen, Plan, Protocol, Step, Task, Text
from tmuxplan.report.evidence import MARKS
from tmuxplan.report.facts import RunFacts
from tmuxplan.ui.plans import plan_table
from tmuxplan.ui.screen import Screen
from tmuxplan.ui.tables import STYLES, short, status_table

RUNS = ("every_verdict", "go", "partial", "pending", "running", "stopped")
TITLES = {
    "long": "a title of three hundred characters " * 9,
    "japanese": "決済システムの移行と検証 " * 5,
    "emoji": "🚀 launch 👩‍👩‍👧 ⚠️ 🇩🇪 " * 6,
    "markup": "[bold red]not red[/] [link=https://evil.example]x[/link] :boom:",
    "control": "\x1b[31mred\x1b]0;title\x07 \x9b2J",
    "lines": "one\ntwo\rthree",
}


@pytest.mark.parametrize("width", [40, 80, 100, 300])
@pytest.mark.parametrize("name", RUNS)
def test_it_fits_and_says_every_outcome_in_a_word(
    name: str, width: int, sample: Callable[..., RunFacts]
) -> None:
    run = sample(name)
    text = status_table(run, Screen(width))
    assert max(cell_len(line) for line in text.splitlines()) <= width
    rows = {line.split()[1]: line for line in text.splitlines() if re.match(r"^. +T\d", line)}
    if name != "partial":
        assert all(rows[task.id].startswith(MARKS[task.outcome]) for task in run.tasks)
    assert all(task.outcome in rows_of(text, task.id) for task in run.tasks)
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


def rows_of(text: str, task: str) -> str:
    return next(line for line in text.splitlines() if re.search(rf"\b{task}\b", line))


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("width", [40, 80, 300])
def test_any_title_stays_in_its_row(
    title: str, width: int, frozen: Frozen, sample: Callable[..., RunFacts]
) -> None:
    tasks = tuple(msgspec.structs.replace(t, title=TITLES[title]) for t in frozen.plan.tasks)
    run = sample("every_verdict", tasks=tasks, title=TITLES[title])
    text = status_table(run, Screen(width))
    plain = status_table(sample("every_verdict"), Screen(width))
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert len(text.splitlines()) == len(plain.splitlines())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    if title == "markup" and width == 300:
        assert "[bold red]not red[/]" in text
        assert ":boom:" in text


def test_colour_only_where_it_is_wanted(sample: Callable[..., RunFacts]) -> None:
    run = sample("every_verdict")
    coloured, plain = (status_table(run, Screen(80, colour=c)) for c in (True, False))
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_a_terminal_that_knows_no_such_signs_gets_others(sample: Callable[..., RunFacts]) -> None:
    text = status_table(sample("every_verdict"), Screen(80, encoding="ascii"))
    assert "T002" in text
    assert text.isascii()


def test_where_not_all_fit_the_urgent_ones_are_shown(sample: Callable[..., RunFacts]) -> None:
    run = sample("every_verdict")
    many = (
        tuple(msgspec.structs.replace(run.tasks[0], id=f"P{n:03d}") for n in range(1000))
        + run.tasks
    )
    big = msgspec.structs.replace(run, tasks=many)
    text = status_table(big, Screen(80, height=24))
    assert len(text.splitlines()) <= 24
    assert all(task in text for task in ("T002", "T003", "T008", "T010"))
    assert "more tasks: tmuxplan status" in text


def test_a_thousand_tasks_are_quick(sample: Callable[..., RunFacts]) -> None:
    run = sample("every_verdict")
    many = tuple(msgspec.structs.replace(run.tasks[1], id=f"T{n:04d}") for n in range(1000))
    began = time.process_time()
    text = status_table(msgspec.structs.replace(run, tasks=many), Screen(80))
    assert time.process_time() - began < 5
    assert text.count("✗") == 1000


def test_every_outcome_has_a_sign_and_a_style() -> None:
    assert MARKS.keys() == STYLES.keys()
    assert [short(s) for s in (None, 5.9, 185, 4320)] == ["", "5s", "3m05s", "1h12m"]


def test_a_running_task_says_its_step_and_its_estimate(sample: Callable[..., RunFacts]) -> None:
    row = rows_of(status_table(sample("running"), Screen(200)), "T002")
    assert "step 1/3: cd pages && npm run build && cd .." in row
    assert "13s/10m00s" in row


def test_a_dead_run_says_how_it_goes_on(sample: Callable[..., RunFacts]) -> None:
    run = sample("running", alive=False)
    last = status_table(run, Screen(200)).splitlines()[-1]
    dead = "no verdict: the supervisor ended before the run did"
    assert last == f"{dead}; go on: tmuxplan resume {run.id}"


def test_a_retry_says_which_attempt(sample: Callable[..., RunFacts]) -> None:
    assert "attempt 2" in rows_of(status_table(sample("go"), Screen(80)), "T003")


@pytest.mark.parametrize("width", [40, 80, 300])
def test_a_plan(width: int, frozen: Frozen) -> None:
    text = plan_table(frozen, on=Screen(width))
    assert max(cell_len(line) for line in text.splitlines()) <= width
    for said in ("T004 needs T002 (hard): metadata line 93", "3: T009", "Backend running"):
        assert said in " ".join(text.split())
    assert all(re.search(rf"(?m)^{task.id} ", text) for task in frozen.plan.tasks)
    if width > 40:
        assert "T002 → T004 → T009: 5 min to 10 min" in text
        assert "50  cd pages && npm run build && cd .." in text


def test_gates_timeouts_and_retries_are_said_where_the_plan_states_them() -> None:
    block = Block(3, "true")
    tasks = (
        Task(id="T001", title="Plain", line=1, blocks=(block,), retries=0),
        Task(id="T002", title="Held", line=5, blocks=(block,), gate=Text("manual", 6)),
        Task(id="T003", title="Bounded", line=9, blocks=(block,), timeout_s=90.0, retries=1),
        Task(id="T004", title="By hand", line=12, gate=Text("manual", 13)),
    )
    steps = {task.id: (Step(1, 3, "true"),) for task in tasks if task.blocks}
    plan = Plan(path="p.md", title="P", sha256="", tasks=tasks)
    text = plan_table(Frozen(plan, steps), on=Screen(120))
    assert re.search(r"(?m)^ +T001 Plain: 1 step$", text)
    assert re.search(r"(?m)^ +T002 Held: 1 step, then a signature$", text)
    assert re.search(r"(?m)^ +T003 Bounded: 1 step, at most 1 min 30 s, 1 retry$", text)
    assert re.search(r"(?m)^ +T004 By hand: 0 steps$", text)
    protocol = msgspec.structs.replace(plan, protocol=Protocol(retries=2))
    text = plan_table(Frozen(protocol, steps), on=Screen(120))
    assert "T001 Plain: 1 step\n" in text  # its own 0 is stronger
    assert "T002 Held: 1 step, 2 retries, then a signature" in text


def test_a_part_of_a_plan(frozen: Frozen) -> None:
    text = plan_table(frozen, selected={"T004", "T009"}, on=Screen(80))
    assert "2 of 11 tasks" in text
    assert "T001" not in text.partition("Critical path")[0]


def test_a_hostile_plan_is_only_shown() -> None:
    title = "[bold]#(touch x)[/] \x1b[2J $(touch x)"
    task = Task(id="T001", title=title, line=1)
    plan = Plan(path="p.md", title=title, sha256="", tasks=(task,))
    text = plan_table(Frozen(plan, {"T001": (Step(1, 2, title),)}), on=Screen(120))
    assert text.count("[bold]#(touch x)[/]  $(touch x)".replace("  ", " ")) == 3
    assert "\x1b" not in text


def test_evidence_of_an_enemy_stays_in_its_row(sample: Callable[..., RunFacts]) -> None:
    run = sample("every_verdict")
    last = run.tasks[1].attempts[0]
    evil = msgspec.structs.replace(last, evidence=(Evidence("marker", "FAIL: [/] [bold]x"),))
    task = msgspec.structs.replace(run.tasks[1], attempts=(evil,))
    assert "FAIL: [/] [bold]x" in status_table(
        msgspec.structs.replace(run, tasks=(task,)), Screen(120)
    )


def test_what_waits_for_its_next_attempt_and_why_nothing_new_starts_is_said(
    sample: Callable[..., RunFacts],
) -> None:
    run = sample("every_verdict")
    failed = next(task for task in run.tasks if task.outcome == "failed")
    retried = msgspec.structs.replace(
        failed, outcome="running", verdict=None, retry_at=run.now + 9, retries_left=2
    )
    tasks = tuple(retried if task is failed else task for task in run.tasks)
    live = msgspec.structs.replace(
        run, tasks=tasks, state="running", ended=None, verdict=None, stopping=""
    )
    paused = status_table(msgspec.structs.replace(live, paused="ada"), Screen(200))
    row = rows_of(paused, failed.id)
    assert "to be retried" in row
    assert f"attempt {len(failed.attempts) + 1} follows" in row
    assert "paused by ada: nothing new starts; tmuxplan unpause" in paused
    halting = msgspec.structs.replace(live, stopping="T1, T2 failed", halting=True)
    assert "(halting: T1, T2 failed)" in status_table(halting, Screen(200))
