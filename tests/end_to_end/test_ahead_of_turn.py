"""Plans of many tasks on tmux: windows are set up before their tasks' turn."""

from __future__ import annotations

import signal

import pexpect
import pytest
from e2e import PROGRAM, Site, lives, plan, task, until, verdicts

pytestmark = pytest.mark.tmux

COUNT = 45
SAYS = 'echo "{n} begins" >>ran; until [ -e go ]; do sleep 0.05; done; echo "line of {n}"'
WINDOWS = "#{window_name}|#{@tmuxplan_task}|#{pane_input_off}|#{pane_dead}"


def tasks(site: Site) -> None:
    """Each but the first waits for the first alone, which waits for a file."""
    made = [task(1, SAYS.format(n=1), title="The first", impact="High")]
    made += [
        task(n, f"echo {n} >>ran; echo 'line of {n}'", needs="TASK 001", title="Another")
        for n in range(2, COUNT + 1)
    ]
    site.write(plan(*made))


def windows(site: Site) -> list[list[str]]:
    lines = site.tmux("list-windows", "-a", "-F", WINDOWS).splitlines()
    return [line.split("|") for line in lines if "mission" not in line]


def waiting(site: Site) -> list[list[str]]:
    return [window for window in windows(site) if window[0].startswith("·")]


def launched(site: Site) -> None:
    tasks(site)
    assert site.launch("plan.md", "--jobs", "3").code == 0
    until(lambda: len(waiting(site)) >= 10)


def lines_of(site: Site, number: int) -> str:
    return site.run("logs", f"T{number:03}").out


def test_they_are_set_up_and_begin_in_their_turn(tmux_site: Site) -> None:
    site = tmux_site
    launched(site)
    assert all(window[1:] == ["", "1", "0"] for window in waiting(site))
    assert (site.folder / "ran").read_text() == "1 begins\n"
    # Who reads all files of the directory would wait for a FIFO.
    assert not [path for path in site.folder.rglob("*") if path.is_fifo()]
    assert {e["task"] for e in site.events("attempt_starting")} == {"T001"}
    (site.folder / "go").touch()
    until(lambda: site.run("collect").code == 0)
    assert set(verdicts(site.collected()).values()) == {"passed"}
    ran = (site.folder / "ran").read_text().split("\n")[1:-1]
    assert sorted(map(int, ran)) == list(range(2, COUNT + 1))
    assert all(f"line of {n}\n" in lines_of(site, n) for n in (1, 2, 20, COUNT))
    assert windows(site) == []
    assert list(site.runs[-1].glob("tasks/*/*/env")) == []


def test_when_the_first_fails_nothing_of_the_others_is_left(tmux_site: Site) -> None:
    site = tmux_site
    launched(site)
    shells = _panes(site)
    site.run("stop", "--now")
    until(lambda: not waiting(site))
    until(lambda: not any(map(lives, shells)))
    assert {path.name for path in (site.runs[-1] / "tasks").iterdir() if any(path.iterdir())} == {
        "T001"
    }
    assert (site.folder / "ran").read_text() == "1 begins\n"


def test_a_killed_supervisor_leaves_none_and_the_next_goes_on(tmux_site: Site) -> None:
    site = tmux_site
    launched(site)
    supervisor, shells = site.supervisor, _panes(site)
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    until(lambda: not waiting(site))
    assert sum(map(lives, shells)) == 1  # the first task's own
    assert site.run("resume").code == 0
    until(lambda: len(waiting(site)) >= 10)
    (site.folder / "go").touch()
    until(lambda: site.run("collect").code == 0)
    ran = (site.folder / "ran").read_text().split("\n")[:-1]
    assert sorted(ran) == sorted(["1 begins", *map(str, range(2, COUNT + 1))])


def test_whoever_attaches_to_one_is_told_that_it_has_no_window_yet(tmux_site: Site) -> None:
    launched(tmux_site)
    name = next(window[0] for window in waiting(tmux_site))
    screen = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "attach", name.split()[1]],
        cwd=tmux_site.folder,
        env={**tmux_site.env, "TERM": "xterm"},  # type: ignore[arg-type]
        encoding="utf-8",
    )
    screen.expect("it opens when the task starts")
    screen.expect(pexpect.EOF)
    (tmux_site.folder / "go").touch()


def _panes(site: Site) -> list[int]:
    lines = site.tmux("list-panes", "-a", "-F", "#{pane_pid} #{window_name}").splitlines()
    return [int(line.split()[0]) for line in lines if "mission" not in line]
