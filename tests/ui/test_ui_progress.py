"""Progress lines, and the live table under a real pseudo-terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tmuxplan import events as ev
from tmuxplan.journal.journal import Journal, Tail, read
from tmuxplan.plan.model import Frozen
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.live import AT_REST_S
from tmuxplan.ui.progress import Words

SAMPLES = Path(__file__).parent.parent / "journal" / "samples" / "v1"
GOLDEN = Path(__file__).parent / "golden"

LIVE = """
import sys
from pathlib import Path
import msgspec
from tmuxplan.journal.journal import Tail
from tmuxplan.plan.model import Frozen
from tmuxplan.ui.live import View, watch

plan, events, stay, alive = sys.argv[1:]
run = watch(View(
    frozen=msgspec.json.decode(Path(plan).read_bytes(), type=Frozen),
    tail=Tail(Path(events)),
    alive=lambda: Path(alive).exists(),
    now=lambda: 1795342545.0,
    stay=stay == "stay",
))
print("left with", run.verdict)
"""


@pytest.mark.parametrize("name", ["every_verdict", "go", "resumed", "retried", "stopped"])
def test_lines(name: str, frozen: Frozen) -> None:
    state, lines, words = RunState(), [], Words(frozen)
    for event in read(SAMPLES / f"{name}.jsonl").events:
        state.apply(event)
        line = words.told(event, state)
        if line is not None:
            lines.append(line)
    text = "\n".join(lines) + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("TMUXPLAN_GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    shown = Live(tmp_path)
    yield shown
    shown.terminal.close(force=True)


class Live:
    """The live table of a journal that the test writes, on a terminal of 100x30."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alive = folder / "alive"
        self.alive.touch()
        self.journal = Journal(folder / "events.jsonl")
        self.events = iter(Tail(SAMPLES / "every_verdict.jsonl").new())

    def start(self, stay: str = "") -> pexpect.spawn[str]:
        # Where these are set (pytest-xdist does), they beat the terminal's own size.
        env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        self.terminal = pexpect.spawn(
            sys.executable,
            ["-c", LIVE, str(SAMPLES / "plan.json"), str(self.journal.path), stay, str(self.alive)],
            dimensions=(30, 100),
            encoding="utf-8",
            timeout=20,
            env={**env, "TERM": "xterm-256color", "NO_COLOR": "1"},
        )
        return self.terminal

    def happen(self, count: int) -> None:
        for _, event in zip(range(count), self.events, strict=False):
            self.journal.append(event)


def test_it_follows_the_journal_to_the_verdict(live: Live) -> None:
    live.happen(4)
    terminal = live.start()
    terminal.expect("T001.*running")
    live.happen(1000)
    terminal.expect("NO GO: T002, T003, T004 decided")
    terminal.expect("left with NO GO")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0


@pytest.mark.parametrize("key", ["q", "\x03"])
def test_a_key_leaves_and_gives_the_terminal_back(key: str, live: Live) -> None:
    live.happen(4)
    terminal = live.start()
    terminal.expect("q or Ctrl-C leaves this view; the run goes on")
    terminal.send(key)
    terminal.expect("left with None")
    terminal.expect(pexpect.EOF)


def test_it_stays_after_the_end_and_says_how_to_leave(live: Live) -> None:
    live.happen(1000)
    terminal = live.start("stay")
    terminal.expect("NO GO: T002, T003, T004 decided")
    terminal.expect("report: tmuxplan collect")
    live.journal.append(ev.Notice(at=1795342600.0, text="seen afterwards"))
    terminal.expect("notice: seen afterwards")
    terminal.send("q")
    terminal.expect("left with NO GO")


def test_at_rest_it_draws_nothing_until_the_terminal_has_another_size(live: Live) -> None:
    """Two looks are a condition of time here: what must not happen can't be waited for."""
    live.happen(1000)
    terminal = live.start("stay")
    terminal.expect("report: tmuxplan collect")
    while terminal.expect([pexpect.TIMEOUT, ".+"], timeout=0.5):
        pass
    assert terminal.expect([pexpect.TIMEOUT, ".+"], timeout=2 * AT_REST_S) == 0
    terminal.setwinsize(20, 60)
    terminal.expect("report: tmux…")


def test_a_supervisor_that_died_ends_it(live: Live) -> None:
    live.happen(4)
    terminal = live.start()
    terminal.expect("running")
    live.alive.unlink()
    terminal.expect("no verdict: the supervisor ended before the run did")
    terminal.expect("left with None")


def test_before_the_first_event_there_is_a_table_too(live: Live) -> None:
    terminal = live.start()
    terminal.expect("T011.*not started")
    live.happen(1000)
    terminal.expect("left with NO GO")
