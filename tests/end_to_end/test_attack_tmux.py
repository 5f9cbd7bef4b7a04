"""A tmux server that a person, or the machine, does something to while a run is on it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

import pytest
from e2e import Site, plan, task, until, verdicts

pytestmark = pytest.mark.tmux
SOON_S = 25
"""What asks a tmux that does not answer has been told so by then."""


@contextlib.contextmanager
def hung(site: Site) -> Iterator[None]:
    """The server answers nobody."""
    server = int(site.tmux("display-message", "-p", "#{pid}"))
    os.kill(server, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server, signal.SIGCONT)


def _is(site: Site, number: int, state: str) -> bool:
    return bool(site.status()["tasks"][number - 1]["state"] == state)


def test_a_session_that_a_person_ended_is_made_again(tmux_site: Site) -> None:
    """As it is where the whole server ended: what follows runs."""
    tmux_site.write(plan(task(1, "touch begun; sleep 30"), task(2, "echo two")))
    tmux_site.launch("plan.md", "--jobs", "1")
    until((tmux_site.folder / "begun").exists)
    (session,) = tmux_site.tmux("list-sessions", "-F", "#{session_id}").split()
    tmux_site.tmux("new-session", "-d", "-s", "of-somebody", "sleep 60")
    tmux_site.tmux("kill-session", "-t", session)
    until(lambda: tmux_site.status()["run"]["state"] == "ended")
    assert verdicts(tmux_site.collected()) == {"T001": "lost", "T002": "passed"}


def test_a_start_that_tmux_never_answers_is_given_up_when_the_run_stops(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "until [ -e go ]; do sleep 0.02; done"), task(2, "touch two")))
    tmux_site.launch("plan.md", "--jobs", "1")
    tmux_site.run("pause")
    (tmux_site.folder / "go").touch()
    until(lambda: _is(tmux_site, 1, "ended"))
    until(lambda: "✓" in tmux_site.tmux("list-windows", "-a", "-F", "#{window_name}"))
    with hung(tmux_site):
        tmux_site.run("unpause")
        until(lambda: tmux_site.events("attempt_starting")[1:])
        assert tmux_site.run("stop", "--now", timeout_s=SOON_S).code == 0
    until(lambda: tmux_site.status()["run"]["state"] == "ended")
    assert not (tmux_site.folder / "two").exists()


@pytest.mark.slow
def test_a_failure_is_told_though_tmux_does_not_answer(tmux_site: Site) -> None:
    until_go = "touch begun; until [ -e go ]; do sleep 0.02; done; false"
    tmux_site.write(plan(task(1, until_go), task(2, "sleep 60")))
    tmux_site.launch()
    until((tmux_site.folder / "begun").exists)
    with hung(tmux_site):
        (tmux_site.folder / "go").touch()
        until(lambda: _is(tmux_site, 1, "ended"), 2 * SOON_S)  # the log's end could come
        stopped = tmux_site.run("stop", "--now", timeout_s=SOON_S)
        assert stopped.code == 0, stopped


def test_what_ended_well_while_tmux_was_held_up_is_not_lost(tmux_site: Site) -> None:
    """Its status is there, and the log's end comes with the next breath of a server that lives."""
    tmux_site.write(plan(task(1, "touch begun; until [ -e go ]; do sleep 0.02; done")))
    tmux_site.launch()
    until((tmux_site.folder / "begun").exists)
    with hung(tmux_site):
        (tmux_site.folder / "go").touch()
        (attempt,) = (tmux_site.runs[-1] / "tasks" / "T001").iterdir()
        until((attempt / "status").exists)
        with contextlib.suppress(AssertionError):  # longer than that
            until(lambda: _is(tmux_site, 1, "ended"), 4)
    until(lambda: _is(tmux_site, 1, "ended"))
    assert verdicts(tmux_site.collected()) == {"T001": "passed"}


@pytest.mark.slow
def test_a_launch_on_a_server_that_does_not_answer_is_refused(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "echo one")))
    tmux_site.tmux("-f", os.devnull, "new-session", "-d", "-s", "of-somebody", "sleep 60")
    with hung(tmux_site):
        ran = tmux_site.launch(timeout_s=2 * SOON_S)
    assert (ran.code, "tmux" in ran.err) == (3, True), ran
