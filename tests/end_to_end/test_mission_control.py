"""Mission control on real runs: its keys reach the supervisor, and what happens is seen."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from e2e import PROGRAM, Site, plan, task, until

from tmuxplan.errors import ControlError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.watching import Place, act, source_of
from tmuxplan.run.control import Retry
from tmuxplan.ui.dashboard.app import Dashboard

STEPS = plan(
    task(1, "test -e mended", title="Needs mending"),
    task(2, "sleep 60", title="Takes long"),
    task(3, "echo three", needs="T002", title="Not needed"),
    task(4, None, title="For a person", criteria=("Look at it",)),
)


class Screen:
    """The dashboard of a site's newest run, and the keys that a person presses."""

    def __init__(self, app: Dashboard, pilot: Any) -> None:
        self.app, self.pilot = app, pilot

    @property
    def text(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def sees(self, *words: str, within_s: float = 20) -> None:
        await self.until(lambda: all(word in self.text for word in words), words, within_s)

    async def until(
        self, condition: Callable[[], Any], what: Any = "", within_s: float = 20
    ) -> Any:
        deadline = time.monotonic() + within_s
        while not (found := condition()):
            assert time.monotonic() < deadline, f"never {what}, but:\n{self.text}"
            await self.pilot.pause(0.02)
        return found

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def choose(self, task: int) -> None:
        await self.press("home", *["down"] * (task - 1))


def watched(site: Site, look: Callable[[Screen], Awaitable[None]]) -> None:
    """Look at the newest run."""

    async def run() -> None:
        folder = RunFolder(site.runs[-1])
        app = Dashboard(source_of(folder, Place(lambda _: ("tmux",), lambda: False)))
        async with app.run_test(size=(110, 36)) as pilot:
            await look(Screen(app, pilot))

    asyncio.run(run())


def test_keys_reach_a_live_run(site: Site) -> None:
    site.write(STEPS)
    assert site.launch("plan.md", "--yes").code == 0

    async def look(screen: Screen) -> None:
        await screen.sees("T001", "failed", "needs you", "Why")
        (site.folder / "mended").touch()
        await screen.choose(1)
        await screen.press("r")
        await screen.sees("Try T001 again?")
        await screen.press("y")
        await screen.until(lambda: len(site.events("attempt_started")) == 3, "tried again")
        await screen.sees("T001 is tried again")

        await screen.choose(3)
        await screen.press("x", *"unneeded", "enter")
        skipped = await screen.until(lambda: site.events("skipped"), "skipped")
        assert (skipped[0]["task"], skipped[0]["reason"]) == ("T003", "unneeded")

        await screen.choose(4)
        await screen.press("s")
        await screen.sees("Sign T004", "Look at it", "1 of 1 items are not ticked")
        await screen.press(*["backspace"] * 40, *"grace", "enter")
        signed = await screen.until(lambda: site.events("signed"), "signed")
        assert (signed[0]["task"], signed[0]["by"]) == ("T004", "grace")

        await screen.press("p")
        await screen.sees("PAUSED", "p: go on")
        await screen.press("p")
        await screen.until(lambda: site.events("unpaused"), "unpaused")

        await screen.press("S")
        await screen.sees("Stop the run?", "T002 is ended now")
        await screen.press("n")
        await screen.sees("nothing was done")
        assert not site.events("run_stopping")
        await screen.press("S")
        await screen.sees("Stop the run?")
        await screen.press("y")
        await screen.sees("halted", "report: tmuxplan collect")

    watched(site, look)


def test_what_can_t_be_done_is_said_and_not_done(site: Site) -> None:
    site.write(plan(task(1, "sleep 60")))
    assert site.launch("plan.md", "--yes").code == 0

    async def look(screen: Screen) -> None:
        await screen.sees("running")
        for key, said in (("r", "only what did not pass"), ("x", "only what has not started")):
            await screen.press(key)
            await screen.sees(f"T001 is running: {said}")
        await screen.press("s")
        await screen.sees("does not wait for a signature")
        assert len(site.events("attempt_started")) == 1

    watched(site, look)


def test_a_run_that_has_ended_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in site.env.items():
        monkeypatch.setenv(name, value)
    site.write(plan(task(1, "test -e mended", impact="Critical")))
    assert site.launch("plan.md", "--yes", "--wait").code == 1
    (site.folder / "mended").touch()

    async def look(screen: Screen) -> None:
        await screen.sees("NO GO")
        await screen.press("r")
        await screen.sees("The run has ended: it goes on with this.")
        await screen.press("y")
        await screen.sees("T001 is tried again")
        await screen.until(lambda: site.events("judged")[-1]["verdict"] == "passed", "passed")
        await screen.until(lambda: " GO " in screen.text.replace("NO GO", ""), "GO")

    watched(site, look)


def test_who_has_no_environment_does_not_make_a_run_go_on(site: Site) -> None:
    site.write(plan(task(1, "false", impact="Critical")))
    assert site.launch("plan.md", "--yes", "--wait").code == 1
    events = (site.runs[-1] / "events.jsonl").read_bytes()

    async def run() -> None:
        place = Place(lambda _: (), lambda: True, bare=True)
        app = Dashboard(source_of(RunFolder(site.runs[-1]), place))
        async with app.run_test(size=(160, 30)) as pilot:
            screen = Screen(app, pilot)
            await screen.sees("NO GO")
            await screen.press("r")
            await screen.sees("without your environment", "in a shell: tmuxplan retry T001")

    asyncio.run(run())
    with pytest.raises(ControlError, match="without your environment"):  # it ended as it was asked
        act(RunFolder(site.runs[-1]), Retry("T001", "ada"), bare=True)
    assert (site.runs[-1] / "events.jsonl").read_bytes() == events


def test_a_log_is_seen_as_it_is_printed_and_cannot_steer(site: Site) -> None:
    noise = r"""printf 'one\n'; printf '\033]0;%s\007\033[2J[bold]two[/]\n' ow""ned; sleep 60"""
    site.write(plan(task(1, noise, title="[red]Title[/] \x1b[2J of `a` task")))
    assert site.launch("plan.md", "--yes").code == 0

    async def look(screen: Screen) -> None:
        await screen.sees("[red]Title[/]", "[bold]two[/]", "step 3 of 3")
        assert "owned" not in screen.text

    watched(site, look)


def test_a_supervisor_s_death_is_seen(site: Site) -> None:
    site.write(plan(task(1, "sleep 60")))
    assert site.launch("plan.md", "--yes").code == 0

    async def look(screen: Screen) -> None:
        await screen.sees("RUNNING")
        site.supervisor.kill()
        await screen.sees("NO SUPERVISOR", "tmuxplan resume", within_s=5)
        await screen.press("r")
        await screen.sees("first: tmuxplan resume")

    watched(site, look)


def test_a_resumed_run_is_seen_by_its_new_plan(site: Site) -> None:
    site.write(plan(task(1, "false", impact="Critical", title="Old words")))
    assert site.launch("plan.md", "--yes", "--wait").code == 1

    async def look(screen: Screen) -> None:
        await screen.sees("NO GO", "Old words")
        site.write(plan(task(1, "true", impact="Critical", title="New words"), task(2, "true")))
        done = await asyncio.to_thread(site.run, "resume", "--wait")
        assert done.code == 0
        await screen.sees(" GO ", "New words", "T002")

    watched(site, look)


@pytest.mark.tmux
def test_in_a_real_terminal_a_prompt_is_seen_and_answered_in_its_window(tmux_site: Site) -> None:
    """A terminal of another tmux server shows `watch`; the task's window is on the private one."""
    site = tmux_site
    asks = 'read -p "Really? [y/N] " answer; echo "got $answer"'
    site.write(plan(task(1, asks, impact="Critical"), task(2, "sleep 60")))
    program = shlex.join((*PROGRAM, "launch", "plan.md", "--yes", "--backend", "tmux"))
    watch = shlex.join((*PROGRAM, "watch"))
    outer = Outer(site, f"{program}; {watch}; exec cat")
    outer.sees("NEEDS YOU", 'T001 asks "Really? [y/N]"', "o: answer in its window")
    outer.keys("o")
    outer.sees("Really? [y/N]", "mission control")  # the private server's status line
    outer.keys("y", "Enter")
    outer.sees("got y")
    outer.keys("C-b", "d")
    outer.sees("T001", "passed", "1 running")
    outer.keys("q")
    outer.lacks("RUNNING")
    assert site.status()["run"]["state"] == "running"


@pytest.mark.tmux
def test_in_window_0_o_goes_to_the_task_and_q_leaves_tmux(tmux_site: Site) -> None:
    site = tmux_site
    site.write(plan(task(1, "echo in the window; sleep 60"), task(2, "sleep 60")))
    assert site.launch("plan.md", "--yes").code == 0
    outer = Outer(site, f"{shlex.join((*PROGRAM, 'attach'))}; echo back; exec cat")
    outer.sees("RUNNING", "── Tasks", "q leave")
    outer.keys("o")
    outer.lacks("── Tasks")
    outer.sees("in the window")
    outer.keys("C-b", "0")
    outer.sees("── Tasks")
    outer.keys("q")
    outer.sees("back")
    # It stays for who comes next.
    assert "── Tasks" in site.tmux("capture-pane", "-p", "-t", ":0")


class Outer:
    """The terminal of a person: a pane of a tmux server that is not ours, and runs this."""

    def __init__(self, site: Site, command: str) -> None:
        self._env = {**site.env, "TERM": "xterm-256color"}
        place = ("-x", "110", "-y", "30", "-c", str(site.folder))
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", *place, "env", "-u", "TMUX", "sh", "-c", command
        )

    def _tmux(self, *words: str) -> str:
        argv = ["tmux", "-u", "-L", "outer", *words]
        return subprocess.run(
            argv, env=self._env, capture_output=True, text=True, check=True
        ).stdout

    @property
    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def keys(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def sees(self, *words: str) -> None:
        self._until(lambda: all(word in self.text for word in words), f"never {words}")

    def lacks(self, word: str) -> None:
        self._until(lambda: word not in self.text, f"for ever {word}")

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            until(condition)
        except AssertionError:
            raise AssertionError(f"{what}:\n{self.text}") from None
