"""The Tab key in real shells, at a real terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pexpect
import pytest

from tmuxplan.library.completing.told import script

RUN = "20260101-100000-00aa"
HOSTILE = ("x$(touch ran)", "y;touch ran", "z`touch ran`", "q'uo\"te d", "w*")
TITLES = {"T001": "Build it", "T0021": "Test it", "T0022": "Test the rest"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a run, two plans, and `tmuxplan` as a program in ./bin."""
    folder = tmp_path / ".tmuxplan/runs" / RUN
    folder.mkdir(parents=True)
    every = {**TITLES, **dict.fromkeys(HOSTILE, "%F{red}$(touch ran)")}
    tasks = [{"id": id_, "title": title} for id_, title in every.items()]
    frozen = {"plan": {"path": "plan.md", "tasks": tasks}, "steps": {}}
    (folder / "plan.json").write_bytes(msgspec.json.encode(frozen))
    (folder / "events.jsonl").write_text("")
    for name in ("release.md", "release notes.md", "release.txt", "e[x].md", "ex.md", "eyx.md"):
        (tmp_path / name).write_text("")
    for name in HOSTILE:
        (tmp_path / f"{name}.md").write_text("")
    (tmp_path / "reldir").mkdir()
    program = tmp_path / "bin/tmuxplan"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'if [ "$_TMUXPLAN_COMPLETE" ]; then exec "{sys.executable}" -m tmuxplan "$@"; fi\n'
        'printf "%s\\n" "$@" >said; echo was"" told\n'
    )
    program.chmod(0o755)
    return tmp_path


Terminal = "pexpect.spawn[str]"
START = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
SETUP = {
    "bash": "bind 'set enable-bracketed-paste off'; PS1='ready''> '; source ./script",
    "zsh": "PS1='ready''> '; autoload -Uz compinit; compinit -u -d ./dump; source ./script",
    "fish": "function fish_prompt; printf 'ready''> '; end; source ./script",
}


def _shells() -> list[str]:
    """bash is everywhere; scripts/test installs the other two where it may."""
    return [name for name in START if name == "bash" or shutil.which(name)]


@pytest.fixture(params=_shells())
def terminal(request: pytest.FixtureRequest, here: Path) -> Iterator[Terminal]:
    name = str(request.param)
    (here / "script").write_text(script(name))
    env = {
        **os.environ,
        "HOME": str(here),
        "XDG_CONFIG_HOME": str(here / "config"),
        "XDG_DATA_HOME": str(here / "data"),
        "PATH": f"{here / 'bin'}:{os.environ['PATH']}",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }
    path = shutil.which(name)
    assert path is not None
    shell = pexpect.spawn(
        path, START[name], cwd=here, env=env, dimensions=(40, 160), encoding="utf-8", timeout=20
    )
    shell.name = name
    shell.delaybeforesend = None
    shell.sendline(SETUP[name])
    shell.expect("ready> ")
    yield shell
    shell.close(force=True)


def becomes(terminal: Terminal, typed: str, line: str) -> None:
    """Typing this and Tab makes that of the command line (up to blanks at its end)."""
    terminal.send(f"{typed}\t")
    terminal.expect(re.escape(line))
    terminal.sendcontrol("u")
    terminal.sendline("")
    terminal.expect("ready> ")


def test_a_command_a_task_and_an_option(terminal: Terminal) -> None:
    becomes(terminal, "tmuxplan expl", "tmuxplan explain ")
    becomes(terminal, "tmuxplan logs T001", "tmuxplan logs T001 ")
    becomes(terminal, "tmuxplan status --ru", "tmuxplan status --run ")
    becomes(terminal, "tmuxplan status --run 20", f"tmuxplan status --run {RUN}")
    becomes(terminal, "tmuxplan launch --backend p", "tmuxplan launch --backend pty")


def listed(terminal: Terminal, typed: str, last: str) -> str:
    """What is shown below the command line, up to its last word. (fish's second Tab would choose
    the first one; it has a command that lists.)"""
    terminal.send(f"complete -C '{typed}'\r" if terminal.name == "fish" else f"{typed}\t\t")
    terminal.expect(rf"{last}\W")
    shown = str(terminal.before) + str(terminal.after)
    terminal.sendcontrol("c")
    return shown


def test_several_tasks_are_listed(terminal: Terminal) -> None:
    shown = listed(terminal, "tmuxplan logs T002", "T0022")
    assert "T0021" in shown
    assert "T001 " not in shown


def test_plans_and_folders_are_offered_and_no_other_files(terminal: Terminal) -> None:
    shown = listed(terminal, "tmuxplan launch rel", r"release\.md")
    assert "reldir" in shown
    assert re.search(r"release(\\)? notes\.md", shown)
    assert "release.txt" not in shown


def test_a_blank_in_a_name_stays_one_word(terminal: Terminal) -> None:
    becomes(terminal, "tmuxplan launch release\\ n", "tmuxplan launch release\\ notes.md")


def says(terminal: Terminal, here: Path, typed: str) -> str:
    """What the program is told where this, Tab and Enter are typed: its last word."""
    said = here / "said"
    said.unlink(missing_ok=True)
    terminal.send(f"{typed}\t\r")
    terminal.expect("was told")
    terminal.expect("ready> ")
    return said.read_text().splitlines()[-1]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_a_word_and_nothing_of_it_runs(terminal: Terminal, here: Path, name: str) -> None:
    """Of a task, whose author may be anybody, and of a file."""
    assert says(terminal, here, f"tmuxplan logs {name[0]}") == name
    assert says(terminal, here, f"tmuxplan launch {name[0]}") == f"{name}.md"
    if terminal.name == "bash":  # 3.2, on macOS, has no such thing
        terminal.sendline("compopt() { return 1; }")
        terminal.expect("ready> ")
        assert says(terminal, here, f"tmuxplan launch {name[0]}") == f"{name}.md"
    assert not (here / "ran").exists()


def test_a_pattern_in_a_name_is_no_pattern(terminal: Terminal, here: Path) -> None:
    assert says(terminal, here, r"tmuxplan launch e\[") == "e[x].md"
    assert says(terminal, here, "tmuxplan launch ey") == "eyx.md"
