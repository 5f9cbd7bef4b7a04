"""scripts/lib.sh on machines that lack something: real shells, on a PATH made for the test."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("cat", "chmod", "cksum", "dirname", "env", "grep", "sh", "true")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that is the whole PATH, with a few tools and neither Python nor tmux."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (folder / tool).symlink_to(found)
    return folder


def _program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def _run(machine: Path, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-euc", f". scripts/lib.sh; {code}"],
        cwd=ROOT,
        env={"PATH": str(machine), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", ["setup", "test", "demo", "lib.sh"])
def test_the_scripts_are_valid_shell(script: str) -> None:
    path = ROOT / "scripts" / script
    is_bash = path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash")
    ran = subprocess.run(
        ["bash" if is_bash else "sh", "-n", str(path)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_no_python_is_said_with_the_remedy(machine: Path) -> None:
    ran = _run(machine, "find_python")
    assert ran.returncode == 1
    assert "no Python 3.10 or newer" in ran.stderr
    assert "apt-get install python3" in ran.stderr


def test_a_python_that_is_a_stub_or_too_old_is_passed_over(machine: Path) -> None:
    _program(machine, "python3", "echo 'python3: command not found' >&2; exit 127")
    old = "import sys; sys.version_info = (3, 9); exec(sys.argv[1])"
    _program(machine, "python3.13", f"exec {sys.executable} -c '{old}' \"$2\"")
    (machine / "python3.10").symlink_to(sys.executable)
    ran = _run(machine, 'find_python; echo "$python"')
    assert (ran.stdout, ran.stderr, ran.returncode) == ("python3.10\n", "", 0)


def test_missing_tmux_is_said_and_no_failure_where_nothing_may_be_installed(machine: Path) -> None:
    _program(machine, "apt-get", f"true >{machine}/called")
    _program(machine, "id", "echo 0")
    ran = _run(machine, "install_tmux", TMUXPLAN_INSTALL="no")
    assert ran.returncode == 0
    assert "tmux is missing: going on without it" in ran.stderr
    assert not (machine / "called").exists()


def test_root_installs_tmux_and_updates_the_lists_of_a_fresh_machine(machine: Path) -> None:
    _program(machine, "id", "echo 0")
    _program(
        machine,
        "apt-get",
        f"""cd {machine}
        case $* in
        *update) true >lists ;;
        *install*) cat lists && true >tmux && chmod +x tmux ;;
        esac""",
    )
    ran = _run(machine, "install_tmux")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == "installing tmux with apt-get ...\n"


def test_without_a_password_nothing_is_installed(machine: Path) -> None:
    _program(machine, "id", "echo 1000")
    _program(machine, "sudo", "echo 'sudo: a password is required' >&2; exit 1")
    _program(machine, "apt-get", "exit 1")
    ran = _run(machine, "install_tmux")
    assert ran.returncode == 0
    assert ran.stderr.startswith("tmux is missing: going on without it")
    assert "sudo apt-get install tmux" in ran.stderr


def test_what_apt_get_says_is_shown_when_it_fails(machine: Path) -> None:
    _program(machine, "id", "echo 0")
    _program(machine, "apt-get", "echo 'E: no network'; exit 100")
    ran = _run(machine, "install_tmux")
    assert ran.returncode == 0
    assert "E: no network" in ran.stderr
    assert "going on without it" in ran.stderr


def test_a_missing_venv_module_names_the_package(machine: Path) -> None:
    _program(machine, "python3", "case $2 in *sys*) echo python3.11-venv ;; *) exit 1 ;; esac")
    ran = _run(machine, "python=python3; install_venv_module")
    assert ran.returncode == 1
    assert "run: sudo apt-get install python3.11-venv" in ran.stderr
