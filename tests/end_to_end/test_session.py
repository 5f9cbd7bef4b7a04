"""The session that people see: windows, mission control, attaching; what stays untouched."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import psutil
import pytest
from e2e import PROGRAM, TMUX, Site, by_id, lives, number_in, plan, task, until

from tmuxplan import machine

pytestmark = pytest.mark.tmux

# Holds its first task until `go` is there.
HELD = plan(
    task(1, "touch up\nuntil [ -e go ]; do sleep 0.02; done", title="Build the parts"),
    task(2, "echo 'FAIL: not there'", title="Look for them", needs="None"),
    task(3, "echo fine", title="Ship it", needs="T001"),
    task(4, None, title="Say yes", impact="High"),
    task(5, "echo never", title="Send it", needs="T002"),
    title="Ship: the *parts*",
)


def terminal(site: Site, *command: str, env: dict[str, str] | None = None) -> pexpect.spawn:
    """A command at a terminal of its own."""
    return pexpect.spawn(
        command[0],
        list(command[1:]),
        cwd=str(site.folder),
        env={**site.env, **(env or {})},  # type: ignore[arg-type]
        encoding="utf-8",
        codec_errors="replace",
        dimensions=(40, 120),
        timeout=20,
    )


def held(site: Site) -> None:
    """Launch the plan whose first task waits."""
    site.write(HELD)
    ran = site.launch()
    assert ran.code == 0, ran
    until(lambda: (site.folder / "up").exists() and "✗" in site.tmux("list-windows", "-a"))


def names(site: Site) -> list[str]:
    """The windows' names, in order."""
    return site.tmux("list-windows", "-a", "-F", "#{window_name}").splitlines()


def screen(site: Site, window: str) -> str:
    """What a window shows."""
    return site.tmux("capture-pane", "-p", "-t", f":{window}")


def clients(site: Site) -> list[str]:
    """Index of the window that each terminal looks at; the supervisor's connection is none."""
    found = site.tmux("list-clients", "-F", "#{?client_tty,#{window_index},}").splitlines()
    return [index for index in found if index]


# --- Windows ---------------------------------------------------------------------------------


def test_every_task_has_a_window_from_the_start_with_its_state(tmux_site: Site) -> None:
    held(tmux_site)
    until(lambda: names(tmux_site)[2][0] == "✗")
    assert names(tmux_site) == [
        "mission control",
        "▶ T001 Build the parts",
        "✗ T002 Look for them",
        "· T003 Ship it",
        "✎ T004 Say yes",
        "⊘ T005 Send it",
    ]
    assert "waits for T001" in screen(tmux_site, "3")
    assert "tmuxplan sign T004" in until(
        lambda: "sign" in (seen := screen(tmux_site, "4")) and seen
    )
    until(lambda: "FAIL: not there" in screen(tmux_site, "2"))
    assert "T002 did not pass" in until(
        lambda: "blocked" in (seen := screen(tmux_site, "5")) and seen
    )
    (tmux_site.folder / "go").touch()
    until(lambda: names(tmux_site)[1][0] == "✓" and names(tmux_site)[3][0] == "✓")


def test_mission_control_shows_the_run_as_it_goes(tmux_site: Site) -> None:
    held(tmux_site)
    assert "starts when somebody looks" in screen(tmux_site, "0")
    looking = terminal(tmux_site, *PROGRAM, "attach")
    for part in (tmux_site.runs[-1].name, "Ship: the *parts*", "running", "Build the parts"):
        until(lambda part=part: part in screen(tmux_site, "0"))  # type: ignore[misc]
    until(lambda: re.search(r"T002.*failed", screen(tmux_site, "0")))
    (tmux_site.folder / "go").touch()
    until(lambda: re.search(r"T001.*passed", screen(tmux_site, "0")))
    until(lambda: "PENDING" in screen(tmux_site, "0"))
    looking.close(force=True)


def test_the_session_is_named_after_the_plan_and_the_run(tmux_site: Site) -> None:
    held(tmux_site)
    name = tmux_site.tmux("list-sessions", "-F", "#{session_name}").strip()
    assert name == f"ship-the-parts-{tmux_site.runs[-1].name[-4:]}"


def test_past_forty_tasks_windows_come_and_go(tmux_site: Site) -> None:
    waits = "touch up\nuntil [ -e go ]; do sleep 0.02; done"
    tasks = [task(1, waits), task(2, "false"), *(task(n, "true") for n in range(3, 46))]
    tmux_site.write(plan(*tasks))
    assert tmux_site.launch().code == 0
    until(lambda: tmux_site.status()["run"]["state"] == "running" and len(names(tmux_site)) == 3)
    assert [name[:6] for name in names(tmux_site)][1:] == ["▶ T001", "✗ T002"]
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    assert len(tmux_site.status()["tasks"]) == 45


# --- Hostile titles --------------------------------------------------------------------------

HOSTILE = (
    "#(touch executed)",
    "$(touch executed)",
    "`touch executed`",
    "; touch executed ;",
    "a; run-shell 'touch executed' ;",
    "'\"\\ \" ' && touch executed #",
    "#{run-shell:touch executed} #[fg=red] #W #S",
    "##(touch executed) ###(touch executed)",
    "%(touch executed) %H:%M %%",
    "🚀 emoji 👩‍💻 \u202ereversed",
    "x" * 300,
    "[red]rich[/red] **bold** <script>",
    "-flag --option",
    "{{ 7*7 }} ${HOME} !!",
)  # fmt: skip


def test_hostile_titles_stay_text_everywhere(tmux_site: Site) -> None:
    """With a client attached: that is when tmux expands what names say."""
    one = "touch up; until [ -e go ]; do sleep 0.02; done"
    tasks = [task(n, one, title=title) for n, title in enumerate(HOSTILE, 1)]
    tmux_site.write(plan(*tasks, title="#(touch executed) $(touch executed)"))
    assert tmux_site.launch().code == 0
    until((tmux_site.folder / "up").exists)
    looking = terminal(tmux_site, *PROGRAM, "attach")
    until(lambda: clients(tmux_site))
    for index in range(len(HOSTILE) + 1):
        tmux_site.tmux("select-window", "-t", f":{index}")
        tmux_site.tmux("refresh-client")
    assert len(names(tmux_site)) == len(HOSTILE) + 1
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    looking.close(force=True)
    tasks_seen = tmux_site.status()["tasks"]
    assert [one["title"] for one in tasks_seen][:4] == list(HOSTILE[:4])
    for command in (["status"], ["collect"], ["explain", "T001"], ["show", "plan.md"], ["runs"]):
        assert tmux_site.run(*command).code == 0
    executed = [*tmux_site.folder.rglob("executed"), Path("/executed")]
    assert [path for path in executed if path.exists()] == []
    assert not (Path.home() / "executed").exists()


# --- Attaching -------------------------------------------------------------------------------


def test_attach_without_a_terminal_says_so(tmux_site: Site) -> None:
    held(tmux_site)
    ran = tmux_site.run("attach")
    assert ran.code == 2
    assert "no terminal" in ran.err
    assert "tmuxplan logs TASK" in ran.err


def test_attach_from_outside_shows_the_session_and_leaving_ends_nothing(tmux_site: Site) -> None:
    held(tmux_site)
    looking = terminal(tmux_site, *PROGRAM, "attach")
    looking.expect("Ship")
    assert until(lambda: clients(tmux_site)) == ["0"]
    _leave(tmux_site, looking)
    looking.expect(pexpect.EOF)
    assert looking.wait() == 0
    assert tmux_site.status()["run"]["state"] == "running"


def test_attach_to_a_task_is_at_its_window_and_can_type_into_it(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "true"), task(2, 'touch up\nread -r line\necho "$line" >said')))
    started = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--yes")
    started.expect(pexpect.EOF)
    until((tmux_site.folder / "up").exists)
    looking = terminal(tmux_site, *PROGRAM, "attach", "task 2")
    assert until(lambda: clients(tmux_site)) == ["2"]
    looking.send("typed by a person\r")
    until((tmux_site.folder / "said").exists)
    until(lambda: (tmux_site.folder / "said").read_text() == "typed by a person\n")
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    looking.close(force=True)


def test_who_is_attached_hears_and_sees_that_a_task_failed(tmux_site: Site) -> None:
    held_ = "until [ -e go ]; do sleep 0.02; done; ls not-here"
    tmux_site.write(plan(task(1, held_, title="Build #(touch pwned) it", impact="High")))
    assert tmux_site.launch().code == 0
    attached = terminal(tmux_site, *PROGRAM, "attach")
    attached.expect("T001")
    (tmux_site.folder / "go").touch()
    attached.expect("\x07\x1b]9;T001 failed: Build #[(]touch pwned[)] it[^\x07]*\x07")
    attached.expect("T001 failed: Build ＃[(]touch pwned[)] it")
    until(lambda: tmux_site.events("run_ended"))
    assert not (tmux_site.folder / "pwned").exists()
    _leave(tmux_site, attached)


def test_launch_attach_shows_the_session_at_once(tmux_site: Site) -> None:
    tmux_site.write(HELD)
    looking = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--attach", "--yes")
    assert until(lambda: clients(tmux_site)) == ["0"]
    looking.close(force=True)
    assert tmux_site.status()["run"]["state"] == "running"


def test_attach_when_the_session_is_gone_says_so(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "true")))
    assert tmux_site.launch("plan.md", "--wait").code == 0
    tmux_site.tmux("kill-server")
    looking = terminal(tmux_site, *PROGRAM, "attach")
    looking.expect(pexpect.EOF)
    assert "is gone" in (looking.before or "")
    assert looking.wait() == 3


@pytest.fixture
def own_tmux(tmux_site: Site) -> Iterator[list[str]]:
    """A user's own tmux, with a config of their own: base-index, prefix, fish for a shell."""
    home = tmux_site.folder / "home"
    home.mkdir()
    (home / ".tmux.conf").write_text(
        "set -g base-index 5\nset -g default-shell /bin/false\nset -g @mine yes\n"
        "set -g remain-on-exit off\nset-environment -g STALE own\n"
    )
    tmux_site.env["HOME"] = str(home)
    assert TMUX is not None
    own = [TMUX, "-L", "own", "-f", str(home / ".tmux.conf")]
    starting = [*own, "new-session", "-d", "-s", "mine", "-x", "120", "-y", "40", "/bin/sh", "-i"]
    subprocess.run(starting, env=tmux_site.env, cwd=tmux_site.folder, check=True)
    yield own
    subprocess.run([*own, "kill-server"], env=tmux_site.env, capture_output=True, check=False)


def _ask(site: Site, own: list[str], *args: str) -> str:
    done = subprocess.run([*own, *args], env=site.env, capture_output=True, text=True, check=False)
    return done.stdout


def test_a_users_own_tmux_stays_as_it_is(tmux_site: Site, own_tmux: list[str]) -> None:
    asked = (
        ["list-windows", "-a"],
        ["show-options", "-g"],
        ["show-environment", "-g"],
        ["list-keys"],
    )
    before = [_ask(tmux_site, own_tmux, *what) for what in asked]
    inside = {"TMUX": _ask(tmux_site, own_tmux, "display", "-p", "#{socket_path},#{pid},0").strip()}
    tmux_site.write(HELD.replace("Say yes", "Own"))
    (tmux_site.folder / "go").touch()
    ran = tmux_site.launch("plan.md", "--wait", env={**inside, "TMUX_PANE": "%0"})
    assert ran.code == 4, ran
    assert [_ask(tmux_site, own_tmux, *what) for what in asked] == before
    assert tmux_site.tmux("show-options", "-gv", "base-index").strip() == "0"
    assert tmux_site.tmux("show-options", "-gv", "@mine").strip() == ""
    assert names(tmux_site)[0] == "mission control"


def test_attach_from_inside_another_tmux_returns_there(
    tmux_site: Site, own_tmux: list[str]
) -> None:
    held(tmux_site)
    _ask(tmux_site, own_tmux, "set-option", "-g", "default-shell", "/bin/sh")
    outer = terminal(tmux_site, *own_tmux, "attach-session", "-t", "mine")
    until(lambda: _ask(tmux_site, own_tmux, "list-clients"))
    typed = " ".join(["PYTHONPATH=" + os.pathsep.join(sys.path), *PROGRAM, "attach"])
    _ask(tmux_site, own_tmux, "send-keys", "-t", "mine", typed, "Enter")
    assert until(lambda: clients(tmux_site)) == ["0"]
    assert _ask(tmux_site, own_tmux, "list-clients") == ""
    _leave(tmux_site, outer)
    until(lambda: "mine" in _ask(tmux_site, own_tmux, "list-clients"))
    assert "▶ T001" in "\n".join(names(tmux_site))
    outer.close(force=True)


def _leave(site: Site, terminal_: pexpect.spawn) -> None:
    """Type the keys that leave, once: typed before tmux has drawn they would be dropped, and
    typed twice they would reach whatever comes after."""
    terminal_.expect("d: leave")
    terminal_.send("\x02d")
    until(lambda: not clients(site))


# --- A terminal on the launching side ----------------------------------------------------------


def test_ctrl_c_at_a_terminal_leaves_the_run_alone(tmux_site: Site) -> None:
    tmux_site.write(HELD)
    waiting = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--wait", "--yes")
    waiting.expect("T001 .*running")
    waiting.sendintr()
    waiting.expect("run [^ ]* goes on\r\n")
    waiting.expect(pexpect.EOF)
    told = waiting.before.splitlines()
    assert told == [
        "  come back: tmuxplan watch, or tmuxplan attach",
        "  end it:    tmuxplan stop, or Ctrl-C again within 2 seconds",
    ]
    assert max(map(len, told)) < 80
    assert waiting.wait() == 130
    assert tmux_site.status()["run"]["state"] == "running"
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "PENDING")
    assert by_id(tmux_site.collected())["T001"]["verdict"] == "passed"


def test_a_closed_terminal_leaves_the_run_alone(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "echo $$ >up\nuntil [ -e go ]; do sleep 0.02; done")))
    waiting = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--wait", "--yes")
    shell = number_in(tmux_site.folder / "up")
    waiting.kill(signal.SIGHUP)
    waiting.close(force=True)
    assert lives(shell)
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")


def test_the_first_launch_shows_what_will_run_and_asks(tmux_site: Site) -> None:
    text = plan(task(1, "touch ran\nrm -rf /tmp/tmuxplan-no-such-thing"))
    tmux_site.write(text)
    asked = terminal(tmux_site, *PROGRAM, "launch", "plan.md")
    asked.expect("rm -rf")
    asked.expect("Start it")
    asked.sendline("n")
    asked.expect(pexpect.EOF)
    assert asked.wait() == 2
    assert tmux_site.runs == []
    asked = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--wait")
    asked.expect("Start it")
    asked.sendline("y")
    asked.expect("GO")
    asked.expect(pexpect.EOF)
    assert asked.wait() == 0
    again = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--wait")
    again.expect("GO")
    again.expect(pexpect.EOF)
    assert "Start it" not in (again.before or "")


@pytest.mark.parametrize(
    ("keys", "said", "status"),
    [("\x04", "nothing was started", 2), ("\x03", "interrupted", 130)],
)
def test_no_answer_is_no(tmux_site: Site, keys: str, said: str, status: int) -> None:
    tmux_site.write(plan(task(1, "true")))
    asked = terminal(tmux_site, *PROGRAM, "launch", "plan.md")
    asked.expect("Start it")
    asked.send(keys)
    asked.expect(said)
    asked.expect(pexpect.EOF)
    assert (asked.wait(), tmux_site.runs) == (status, [])


def test_a_backend_without_windows_is_not_launched_to_be_looked_at(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "true")))
    argv = ("launch", "plan.md", "--yes", "--attach", "--backend", "pty")
    refused = terminal(tmux_site, *PROGRAM, *argv)
    refused.expect("the pty backend has no windows; nothing was started")
    refused.expect(pexpect.EOF)
    assert (refused.wait(), tmux_site.runs) == (2, [])


def test_who_stands_by_is_not_missed_when_somebody_killed_it(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "true")))
    asked = terminal(tmux_site, *PROGRAM, "launch", "plan.md", "--wait")
    asked.expect("Start it")
    stands = _stands_by(tmux_site, asked.pid)
    for one in stands:
        one.kill()
    until(lambda: not any(lives(one.pid) for one in stands))
    asked.sendline("y")
    asked.expect("GO")
    asked.expect(pexpect.EOF)
    assert (asked.wait(), len(tmux_site.runs)) == (0, 1)


def _stands_by(site: Site, launch: int) -> list[psutil.Process]:
    """Where there is a second processor for it."""
    found = []
    for one in psutil.process_iter(["cmdline", "cwd", "ppid"]):
        here = one.info["cwd"] == str(site.folder) and one.pid != launch
        if here and "launch" in (one.info["cmdline"] or ()):
            found.append(one)
    assert len(found) == int(machine.processors() > 1)
    return found
