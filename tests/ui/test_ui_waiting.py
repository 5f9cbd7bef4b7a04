"""What `--wait` shows: lines in a pipe, a table on a terminal, and how it ends."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pexpect
import pytest

from tmuxplan import events as ev
from tmuxplan.journal.journal import Journal, Tail, read
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.ending import ending, harmless, table
from tmuxplan.ui.lines import Lines
from tmuxplan.ui.screen import Screen

SAMPLES = Path(__file__).parent.parent / "journal" / "samples" / "v1"
PLAIN = Screen(width=100)

# Follows a journal that the test writes, until its run has ended.
LIVE = """
import sys, time
from pathlib import Path
import msgspec
from tmuxplan.journal.journal import Tail
from tmuxplan.plan.model import Frozen
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.waiting import LiveTable

frozen = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Frozen)
tail, state = Tail(Path(sys.argv[2])), RunState()
with LiveTable(frozen, int(sys.argv[3]), "how to leave") as table:
    while state.ended is None:
        for event in tail.new():
            state.apply(event)
            table.hear(event, state)
        table.tick(state, time.time())
        time.sleep(0.01)
print("it is over")
"""


def told(name: str, frozen: Frozen, past: int = 0) -> list[str]:
    lines: list[str] = []
    state = RunState()
    with Lines(frozen, past, lines.append) as shown:
        for event in read(SAMPLES / f"{name}.jsonl").events:
            state.apply(event)
            shown.hear(event, state)
            shown.tick(state, event.at)
    return lines


def test_a_pipe_gets_a_line_for_each_change_but_not_for_what_is_past(frozen: Frozen) -> None:
    lines = told("every_verdict", frozen)
    assert all(re.match(r"\d+:\d\d:\d\d \S", line) for line in lines)
    events = len(read(SAMPLES / "every_verdict.jsonl").events)
    assert told("every_verdict", frozen, past=events) == []
    assert told("every_verdict", frozen, past=events - 1) == lines[-1:]


# --- The live table --------------------------------------------------------------------------


class Running:
    """The table of a journal that the test writes, on a terminal."""

    def __init__(self, folder: Path, frozen: Frozen) -> None:
        self.folder, self.frozen = folder, frozen
        self.journal = Journal(folder / "events.jsonl")
        self.events = iter(Tail(SAMPLES / "waited.jsonl").new())
        self.terminal: pexpect.spawn[str] | None = None

    def start(self, past: int = 0, rows: int = 30, **env: str) -> pexpect.spawn[str]:
        plan = self.folder / "plan.json"
        plan.write_bytes(msgspec.json.encode(self.frozen))
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.terminal = pexpect.spawn(
            sys.executable,
            ["-c", LIVE, str(plan), str(self.journal.path), str(past)],
            dimensions=(rows, 100),
            encoding="utf-8",
            timeout=20,
            env={**kept, "TERM": "xterm-256color", **env},  # type: ignore[arg-type]
        )
        return self.terminal

    def happen(self, *events: ev.Event) -> None:
        for event in events:
            self.journal.append(event)


@pytest.fixture
def running(tmp_path: Path, frozen: Frozen) -> Iterator[Running]:
    one = Running(tmp_path, frozen)
    yield one
    if one.terminal is not None:
        one.terminal.close(force=True)


def begun(frozen: Frozen) -> list[ev.Event]:
    (first, second, *_) = read(SAMPLES / "running.jsonl").events
    ids = tuple(task.id for task in frozen.plan.tasks)
    return [msgspec.structs.replace(first, selected=ids), second]  # type: ignore[type-var]


def starts(task: str, at: float = 1.0) -> list[ev.Event]:
    return [
        ev.AttemptStarting(at=at, task=task, n=1, nonce="ab"),
        ev.AttemptStarted(at=at, task=task, n=1, host="h", pid=1),
    ]


def test_the_table_shows_how_it_goes_and_failures_stay_above_it(running: Running) -> None:
    terminal = running.start()
    running.happen(*begun(running.frozen), *starts("T001"))
    terminal.expect("T001.*running")
    terminal.expect("how to leave")
    evidence = (ev.Evidence("marker", "FAIL: \x1b[31mno database"),)
    running.happen(ev.Judged(at=2, task="T001", n=1, verdict="failed", evidence=evidence))
    terminal.expect("T001 FAILED.*no database")
    terminal.expect(r"1 of \d+ done · 1 failed")
    running.happen(*starts("T002"), ev.InputAwaited(at=3, task="T002", n=1, prompt="Deploy?"))
    terminal.expect('T002 waits for input: asks "Deploy[?]"')
    terminal.expect('needs input.* asks "Deploy[?]"')
    running.happen(ev.RunEnded(at=4, verdict="NO GO", rule=""))
    terminal.expect("it is over")


def test_what_is_past_is_in_the_table_and_not_told(running: Running) -> None:
    failed = ev.Judged(at=2, task="T001", n=1, verdict="failed")
    past = [*begun(running.frozen), *starts("T001"), failed]
    running.happen(*past)
    terminal = running.start(past=len(past))
    terminal.expect("T001.*failed")
    assert "T001 FAILED" not in (terminal.before or "") + str(terminal.after)
    running.happen(ev.RunEnded(at=4, verdict="NO GO", rule=""))
    terminal.expect("it is over")


def test_a_thousand_tasks_fit_what_needs_somebody_and_what_runs_first(running: Running) -> None:
    task = running.frozen.plan.tasks[0]
    replace = msgspec.structs.replace
    tasks = tuple(replace(task, id=f"X{n:04}", title=f"Part {n}") for n in range(1, 1001))
    plan = replace(running.frozen.plan, tasks=tasks, edges=())
    running.frozen = Frozen(plan, {})
    terminal = running.start(rows=20)
    many = [event for n in range(901, 941) for event in starts(f"X{n:04}")]
    asks = ev.InputAwaited(at=3, task="X0999", n=1, prompt="Go?")
    running.happen(*begun(running.frozen), *many, *starts("X0999"), asks)
    terminal.expect("how to leave")
    terminal.expect("and 98[0-9] more tasks.*how to leave")
    shown = (terminal.before or "") + str(terminal.after)
    assert 'asks "Go?"' in shown
    assert "X0901" in shown
    picture = re.split("how to leave", shown)[-2]
    assert picture.count("\n") < 20
    running.happen(ev.RunEnded(at=4, verdict="GO", rule=""))
    terminal.expect("it is over")


def test_without_colour_there_is_none(running: Running) -> None:
    terminal = running.start(NO_COLOR="1")
    running.happen(*begun(running.frozen), *starts("T001"))
    terminal.expect("T001.*running")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", (terminal.before or "") + str(terminal.after))


# --- The end ---------------------------------------------------------------------------------

TAILS = {
    "T002": Excerpt(7, ("one", "::error::pwned", "##[error]x")),
    "T001": Excerpt(1, ("passed tasks have none",)),
}


def test_it_ends_in_what_failed_tasks_printed_last_and_the_verdict(
    sample: Callable[..., RunFacts],
) -> None:
    lines = list(ending(sample("every_verdict"), (), TAILS, grouped=False))
    (title,) = (line for line in lines if line.startswith("\nT"))
    assert title.startswith("\nT002 ")
    assert title.endswith(": how its log ends, from line 7")
    assert "  │ ::error::pwned" in lines
    assert not any("passed tasks" in line for line in lines)
    assert lines[-1].startswith("NO GO: T002")
    assert "tmuxplan collect --run" in lines[-1]


def failing(run: RunFacts, *places: tuple[str, int]) -> RunFacts:
    """T002's evidence: what it says, and the line of the log."""
    (task,) = (task for task in run.tasks if task.id == "T002")
    assert task.last is not None
    found = tuple(ev.Evidence("marker", text, log_line=line) for text, line in places)
    last = msgspec.structs.replace(task.last, evidence=found)
    other = msgspec.structs.replace(task, attempts=(last,))
    return msgspec.structs.replace(
        run, tasks=tuple(other if task.id == "T002" else task for task in run.tasks)
    )


def tail_of(run: RunFacts, *, grouped: bool = False) -> list[str]:
    lines = list(ending(run, (), TAILS, grouped=grouped))
    at = next(n for n, line in enumerate(lines) if "how its log ends" in line)
    return lines[at + 1 : lines.index("::endgroup::" if grouped else "", at + 1)]


def test_lines_that_failed_are_marked(sample: Callable[..., RunFacts]) -> None:
    run = failing(sample("every_verdict"), ("two", 8), ("no line", 0))
    assert tail_of(run) == ["  │ one", "  ✗ ::error::pwned", "  │ ##[error]x"]
    assert tail_of(run, grouped=True) == ["  │ one", "  ✗ ::error::pwned", "  │ ## [error]x"]


def test_lines_that_failed_before_the_end_are_named(sample: Callable[..., RunFacts]) -> None:
    run = failing(sample("every_verdict"), *((f"bad {n}", n) for n in range(1, 6)), ("bad", 9))
    assert tail_of(run) == [
        "  ✗ bad 1 (line 1)",
        "  ✗ bad 2 (line 2)",
        "  ✗ bad 3 (line 3)",
        "  ✗ and 2 more: tmuxplan explain T002",
        "  …",
        "  │ one",
        "  │ ::error::pwned",
        "  ✗ ##[error]x",
    ]


def test_in_githubs_log_it_is_folded_and_nothing_of_it_is_a_command(
    sample: Callable[..., RunFacts],
) -> None:
    lines = list(ending(sample("every_verdict"), (), TAILS, grouped=True))
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert [re.match(r"::\w+::", line)[0] for line in commands] == ["::group::", "::endgroup::"]  # type: ignore[index]
    assert not any("##[" in line for line in lines)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain", "plain"),
        ("  ::add-mask::x", "  │ ::add-mask::x"),
        ("a ##[group]b", "a ## [group]b"),
        ("a::b", "a::b"),
    ],
)
def test_what_a_runner_would_obey(line: str, shown: str) -> None:
    assert harmless(line) == shown


@pytest.mark.parametrize("name", ["go", "pending"])
def test_a_run_that_is_not_no_go_has_nothing_to_explain(
    name: str, sample: Callable[..., RunFacts]
) -> None:
    assert list(ending(sample(name), (), TAILS, grouped=False)) == []


def test_of_many_tasks_the_last_table_has_those_that_did_not_pass(
    sample: Callable[..., RunFacts],
) -> None:
    run = sample("every_verdict")
    assert table(run, PLAIN).count("passed") >= 1
    more = tuple(
        msgspec.structs.replace(run.tasks[0], id=f"Y{n}", title="Fine") for n in range(100)
    )
    many = msgspec.structs.replace(run, tasks=(*run.tasks, *more))
    assert "Fine" not in table(many, PLAIN)
    assert "T002" in table(many, PLAIN)
