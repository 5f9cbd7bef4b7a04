"""Keys and the mouse, on runs that were made by hand; real ones are in end_to_end."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from dashing import T0, Asked, History, settled, source, words
from test_dashboard_pictures import _failing, _gate, _running

from tmuxplan import events as ev
from tmuxplan.errors import ControlError
from tmuxplan.run import control
from tmuxplan.ui.dashboard.app import Dashboard
from tmuxplan.ui.dashboard.logview import LogView
from tmuxplan.ui.dashboard.source import Source
from tmuxplan.ui.dashboard.tasklist import TaskList


def on(given: Source, look: Callable[[Dashboard, Any], Awaitable[None]]) -> Dashboard:
    """The dashboard, while a person works with it."""

    async def run() -> Dashboard:
        app = Dashboard(given)
        async with app.run_test(size=(110, 36)) as pilot:
            await settled(pilot)
            await look(app, pilot)
        return app

    return asyncio.run(run())


async def press(pilot: Any, *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


async def until(pilot: Any, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, words(pilot.app)
        await pilot.pause(0.01)


def test_what_happens_is_seen_without_a_clock(tmp_path: Path) -> None:
    told = History(tmp_path)
    _running(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        assert app._clock is not None
        app._clock.stop()
        log = told.folder.attempt("T003", 1) / "log"
        log.parent.mkdir(parents=True)
        told.tell(ev.InputAwaited(at=T0 + 50, task="T003", n=1, prompt="Really?"))
        await until(pilot, lambda: 'T003 asks "Really?"' in words(app))
        told.tell(ev.Stalled(at=T0 + 55, task="T005", n=1, silent_s=30))
        await until(pilot, lambda: "T005 has printed nothing" in words(app))
        log.write_bytes(b"the first line\n")
        await until(pilot, lambda: "the first line" in words(app))
        with log.open("ab") as file:
            file.write(b"the second line\n")
        await until(pilot, lambda: "the second line" in words(app))

    on(source(told), look)


def test_a_run_that_is_over_has_no_clock(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        assert app._clock is not None
        assert app._clock._active.is_set()
        told.tell(ev.RunEnded(at=T0 + 51, verdict="NO GO", rule=""))
        await until(pilot, lambda: " NO GO " in words(app))
        assert not app._clock._active.is_set()
        told.tell(ev.SupervisorStarted(at=T0 + 80, pid=1))
        await until(pilot, lambda: app._clock is not None and app._clock._active.is_set())

    on(source(told), look)


def test_what_is_asked_for(tmp_path: Path) -> None:
    told, asked = History(tmp_path), Asked()
    _failing(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "r", "n")
        assert asked.requests == []
        await press(pilot, "r", "y")
        await press(pilot, "p")
        await until(pilot, lambda: len(asked.requests) == 2)
        await press(pilot, *["down"] * 4, "x", "escape")
        await press(pilot, "x", "enter")  # no reason, no skip
        assert "because" in words(app)
        await press(pilot, *"late", "enter")
        await until(pilot, lambda: len(asked.requests) == 3)
        await until(pilot, lambda: "asked for Skip" in words(app))

    on(source(told, act=asked), look)
    assert asked.requests == [
        control.Retry("T002", "ada"),
        control.Pause("ada"),
        control.Skip("T006", "ada", "late"),
    ]


def test_a_name_that_is_typed_takes_the_place_of_the_one_that_stands_there(tmp_path: Path) -> None:
    told, asked = History(tmp_path), Asked()
    _gate(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "s")
        assert "ada" in words(app)
        await press(pilot, *"Ann", "enter")
        await until(pilot, lambda: len(asked.requests) == 1)
        await press(pilot, "s", "enter")  # who types nothing signs as who they are
        await until(pilot, lambda: len(asked.requests) == 2)

    on(source(told, act=asked), look)
    assert asked.requests == [control.Sign("T006", "Ann"), control.Sign("T006", "ada")]


def test_what_needs_a_shell_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    told, asked = History(tmp_path), Asked()
    _gate(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        assert "s: sign" not in words(app)
        await press(pilot, "s")
        said = "the run would go on without your environment; in a shell: tmuxplan sign T006"
        assert said in words(app)
        assert "signed by" not in words(app)

    on(source(told, act=asked, bare=True), look)
    assert asked.requests == []


def test_a_refusal_is_told(tmp_path: Path) -> None:
    def refuse(_: control.Request) -> str:
        raise ControlError("T002 is [bold]running[/]", "wait")

    told = History(tmp_path)
    _failing(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "r", "y")
        await until(pilot, lambda: "not done: T002 is [bold]running[/]; wait" in words(app))

    on(source(told, act=refuse), look)


def test_the_mouse(tmp_path: Path) -> None:
    told, asked = History(tmp_path), Asked()
    _gate(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        await pilot.click(TaskList, offset=(8, 1))
        await settled(pilot)
        assert app.chosen is not None
        assert app.chosen.id == "T002"
        await pilot.click("#head", offset=(4, 2))  # the count of those that passed
        await settled(pilot)
        assert "only passed" in words(app)
        await pilot.click("#head", offset=(6, 4))  # what needs a person
        await settled(pilot)
        assert app.chosen.id == "T006"
        await pilot.click("#keys", offset=(3, 0))
        await settled(pilot)
        assert "Sign T006" in words(app)
        await press(pilot, "enter")
        await until(pilot, lambda: asked.requests == [control.Sign("T006", "ada")])

    on(source(told, act=asked), look)


def test_filter_and_groups(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "slash", *"data", "enter")
        assert 'only "data"' in words(app)
        assert "2 of 7" in words(app)
        await press(pilot, "escape", "v")
        assert "only trouble" in words(app)
        await press(pilot, "slash", *"nothing", "enter")
        assert "0 of 7" in words(app)
        await press(pilot, "r", "o", "e", "x")  # nothing is chosen: nothing happens
        assert "no task is chosen" in words(app)
        await press(pilot, "escape")
        assert "Tasks" in words(app)

    on(source(told), look)


def test_search_in_the_log(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)
    told.log("T002", "".join(f"line {n}\n" for n in range(1, 500)))

    async def look(app: Dashboard, pilot: Any) -> None:
        log = app.query_one(LogView)
        assert "line 499" in words(app)
        await press(pilot, "n")
        assert "nothing is searched" in words(app)
        await press(pilot, "tab", "slash", *"LINE 33", "enter")
        await until(pilot, lambda: log.found == 33)
        assert "line 33" in words(app)
        await press(pilot, "n")
        await until(pilot, lambda: log.found == 330)
        await press(pilot, "N")
        await until(pilot, lambda: log.found == 33)
        assert not log.follows
        await press(pilot, "end")
        assert log.follows
        assert "line 499" in words(app)

    on(source(told), look)


def test_the_command_is_copied_and_shown(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "c")
        assert app.clipboard == "tmuxplan retry T002 --run 20261122-101530-7f3a"
        assert app.clipboard in words(app)

    on(source(told), look)


def test_a_task_s_window_takes_the_place_of_the_screen(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)

    async def look(_: Dashboard, pilot: Any) -> None:
        await press(pilot, "o")

    assert on(source(told), look).return_value == ("tmux", "T002")


def test_attempts_have_their_own_logs(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)
    told.log("T003", "the first attempt\n").begin("T003", 50, 2).log("T003", "the second\n", 2)

    async def look(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "home", "down", "down")
        await until(pilot, lambda: "the second" in words(app))
        await press(pilot, "1")
        await until(pilot, lambda: "the first attempt" in words(app))
        assert "attempt 1 of 2" in words(app)
        await press(pilot, "9")
        assert "there is no attempt 9" in words(app)

    on(source(told), look)


def test_each_log_is_shown_from_its_end(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)
    for task, count in (("T002", 900), ("T003", 70), ("T005", 400)):
        told.log(task, "".join(f"{task} says {n}\n" for n in range(1, count + 1)))

    async def look(app: Dashboard, pilot: Any) -> None:
        await until(pilot, lambda: "T002 says 900" in words(app))
        await press(pilot, "tab", "pageup", "pageup")
        assert "T002 says 900" not in words(app)
        await press(pilot, "tab", "down")
        await until(pilot, lambda: "T003 says 70" in words(app))
        await press(pilot, "down", "down")
        await until(pilot, lambda: "T005 says 400" in words(app))
        await press(pilot, "up", "up", "up")
        await until(pilot, lambda: "T002 says 900" in words(app))

    on(source(told), look)


def test_what_needs_a_look_is_chosen_until_somebody_chooses(tmp_path: Path) -> None:
    told = History(tmp_path)
    _running(told)

    async def look(app: Dashboard, pilot: Any) -> None:
        assert app.chosen is not None
        assert app.chosen.id == "T002"
        told.end("T005", 40, ev.Evidence("status", "exit status 1"))
        await until(pilot, lambda: app.chosen is not None and app.chosen.id == "T005")
        await press(pilot, "home")
        told.end("T003", 42, ev.Evidence("status", "exit status 1"))
        await until(pilot, lambda: "2 failed" in words(app))
        assert app.chosen.id == "T001"

    on(source(told), look)


def test_what_is_drawn_in_between_takes_no_choice_back(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)

    async def look(app: Dashboard, _: Any) -> None:
        app._tasklist.choose(5)
        app._draw()  # as when the journal grows in the same moment
        assert app.chosen is not None
        assert app.chosen.id == "T006"

    on(source(told), look)


def test_a_secret_is_hidden_as_soon_as_it_is_known(tmp_path: Path) -> None:
    told = History(tmp_path)
    _running(told)
    told.log("T002", "token hunter2\n")

    async def look(app: Dashboard, pilot: Any) -> None:
        await until(pilot, lambda: "token" in words(app))
        told.tell(ev.SecretSeen(at=T0 + 50, task="T002", n=1, offset=6, length=7))
        await until(pilot, lambda: "token ***" in words(app))
        assert "hunter2" not in words(app)

    on(source(told), look)


def test_a_run_that_is_removed_meanwhile_does_no_harm(tmp_path: Path) -> None:
    told = History(tmp_path)
    _failing(told)
    told.log("T002", "".join(f"line {n}\n" for n in range(1, 900)))

    async def look(app: Dashboard, pilot: Any) -> None:
        await until(pilot, lambda: "line 899" in words(app))
        shutil.rmtree(told.folder.path)
        await press(pilot, "tab", "pageup", "pageup", "tab", "down", "up", "1", "e", "escape", "g")
        await press(pilot, "escape", "enter", "enter")
        assert "T002" in words(app)

    on(source(told), look)


def test_leaving(tmp_path: Path) -> None:
    async def leave(_: Dashboard, pilot: Any) -> None:
        await press(pilot, "q")

    told = History(tmp_path)
    assert on(source(told), leave).return_value == ()

    async def stay(app: Dashboard, pilot: Any) -> None:
        await press(pilot, "q")
        assert app.is_running

    assert on(source(told, leave=lambda: True), stay).return_value is None
