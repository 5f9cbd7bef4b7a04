"""`doctor` as people meet it: on a good machine, and on machines that lack something."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pexpect
import psutil
import pytest
from e2e import ROOT, Site, until


def looked(site: Site, code: int = 0, **more: Any) -> dict[str, dict[str, str]]:
    ran = site.run("doctor", "--json", **more)
    assert ran.code == code, ran
    said = json.loads(ran.out)
    assert said["schema"] == 1
    assert (said["result"] == "error") is (code == 2)
    return {check["name"]: check for check in said["checks"]}


def test_nothing_is_in_the_way_here_and_nothing_is_left_behind(site: Site) -> None:
    found = looked(site)
    for name in ("bash", "state", "disk", "files", "ptys", "clock", "nested", "runs"):
        assert found[name]["result"] == "ok", found[name]
    assert list(site.folder.iterdir()) == []
    ran = site.run("doctor")
    assert ran.code == 0
    assert "ok       bash" in ran.out


@pytest.mark.tmux
def test_tmux_is_tried(tmux_site: Site) -> None:
    temporary = tmux_site.folder / "temporary"  # not where another test's doctor is at work
    temporary.mkdir()
    assert looked(tmux_site, env={"TMPDIR": str(temporary)})["tmux"]["result"] == "ok"
    assert [path.name for path in tmux_site.sockets.glob("tmux-*/*")] == []
    assert list(temporary.iterdir()) == []
    found = looked(tmux_site, 2, env={"TMUX_TMPDIR": str(tmux_site.write("no folder", "file"))})
    assert found["tmux"]["result"] == "error"
    assert "--backend pty" in found["tmux"]["remedy"]
    tmux_site.write("# P\n\n## Task 1: One\n\n```bash\ntrue\n```\n")
    refused = tmux_site.launch(env={"TMUX_TMPDIR": str(tmux_site.folder / "file")})
    assert refused.code == 3
    assert "`tmuxplan doctor` says what is wrong" in refused.err


@pytest.mark.tmux
def test_a_server_that_gives_no_answer_is_told_and_not_waited_for(tmux_site: Site) -> None:
    site = tmux_site
    site.write("# P\n\n## Task 1: One\n\n```bash\ntrue\n```\n")
    assert site.launch("plan.md", "--wait", "--yes").code == 0
    server = psutil.Process(int(site.tmux("display-message", "-p", "#{pid}")))
    server.suspend()
    try:
        found = looked(site, 2)
        assert found["tmux"]["result"] == "error"
        assert "no answer" in found["tmux"]["said"]
        assert found["sessions"]["result"] == "warning"
        cleaned = site.run("clean", "--all", "--yes")
    finally:
        server.resume()
    assert cleaned.code == 3
    assert "no answer" in cleaned.err
    assert len(site.runs) == 1
    assert looked(site)["tmux"]["result"] == "ok"


@pytest.mark.tmux
def test_a_server_that_can_not_be_asked_is_no_server_without_sessions(tmux_site: Site) -> None:
    """One that an older tmux started before it was replaced, say: not known is not none."""
    site = tmux_site
    env = _path_with(site, "bash")
    older = "protocol version mismatch (client 8, server 7)"
    site.write(
        f'#!/bin/sh\ncase "$*" in *" -L e2e "*) echo "{older}" >&2; exit 1;; esac\n'
        f'exec {shutil.which("tmux")} "$@"\n',
        "bin/tmux",
    ).chmod(0o755)
    found = looked(site, 2, env={"PATH": f"{env['PATH']}:{os.defpath}"})
    assert older in found["tmux"]["said"]
    assert found["tmux"]["remedy"]


@pytest.mark.tmux
def test_one_that_is_killed_leaves_no_server(tmux_site: Site) -> None:
    """Neither a server, nor its socket, nor its folder."""
    site = tmux_site
    doctor = site.start("doctor")
    until(lambda: any((folder / "ran").exists() for folder in _folders(doctor.pid)), every_s=0.0005)
    doctor.kill()
    doctor.communicate()
    _nothing_is_left_of(doctor.pid, site)


_KILLS = """#!/bin/sh
case "$*" in *kill-server*) ;; *) exec {tmux} "$@" ;; esac
{tmux} "$@"
for word; do case $word in *-doctor-*) kill -9 "${{word##*-}}" ;; esac; done
"""


@pytest.mark.tmux
def test_one_that_is_killed_once_its_server_has_ended_leaves_nothing(tmux_site: Site) -> None:
    site = tmux_site
    folder = site.folder / "bin"
    folder.mkdir()
    tmux = folder / "tmux"
    tmux.write_text(_KILLS.format(tmux=shutil.which("tmux")))
    tmux.chmod(0o755)
    doctor = site.start("doctor", env={"PATH": f"{folder}{os.pathsep}{site.env['PATH']}"})
    doctor.communicate()
    assert doctor.returncode == -9
    _nothing_is_left_of(doctor.pid, site)


def _folders(pid: int) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"tmuxplan-doctor-{pid}-*"))


def _nothing_is_left_of(pid: int, site: Site) -> None:
    until(lambda: not list(site.sockets.glob("tmux-*/*")))
    until(lambda: not _folders(pid))
    until(lambda: f"e2e-doctor-{pid}" not in _command_lines())


def _command_lines() -> str:
    every = psutil.process_iter(["cmdline"])
    return "\n".join(" ".join(one.info["cmdline"] or ()) for one in every)


@pytest.mark.tmux
def test_an_unknown_terminal_is_no_fault_of_tmux(tmux_site: Site) -> None:
    command = f"{sys.executable} -m tmuxplan doctor --json"
    shown = pexpect.run(
        command, cwd=tmux_site.folder, env={**tmux_site.env, "TERM": "nonsense"}, encoding="utf-8"
    )
    found = {check["name"]: check for check in json.loads(shown)["checks"]}
    assert found["tmux"]["result"] == "ok", found["tmux"]
    assert found["terminal"]["result"] == "warning"


def _path_with(site: Site, *programs: str) -> Mapping[str, str]:
    folder = site.folder / "bin"
    folder.mkdir()
    for name in programs:
        there = shutil.which(name)
        assert there is not None
        (folder / name).symlink_to(there)
    return {"PATH": str(folder)}


def test_without_tmux_a_launch_still_starts(site: Site) -> None:
    found = looked(site, env=_path_with(site, "bash"))
    assert found["tmux"]["result"] == "warning"
    assert "tmux is not installed" in found["tmux"]["said"]
    assert found["sessions"]["result"] == "ok"
    assert found["shellcheck"]["remedy"]


def test_without_bash_none_does(site: Site) -> None:
    found = looked(site, 2, env=_path_with(site))
    assert found["bash"]["result"] == "error"
    ran = site.run("doctor", env={"PATH": str(site.folder / "bin")})
    assert ran.code == 2
    assert "error    bash" in ran.out
    assert "1 error" in ran.err
    (site.folder / "bin/bash").write_text("#!/bin/sh\nexit 1\n")
    (site.folder / "bin/bash").chmod(0o755)
    broken = looked(site, 2, env={"PATH": str(site.folder / "bin")})
    assert "does not run" in broken["bash"]["said"]


def test_a_bash_that_hangs_or_talks_is_not_waited_for(site: Site) -> None:
    """BASH_ENV is a script of the person's that every bash runs first."""
    loud = site.write("echo good morning\n", "loud")
    found = looked(site, env={"BASH_ENV": str(loud)})
    assert "morning" not in found["bash"]["said"]
    env = _path_with(site)
    site.write("#!/bin/sh\nexec /bin/sleep 60\n", "bin/bash").chmod(0o755)
    assert "does not run" in looked(site, 2, env=env)["bash"]["said"]


def test_an_old_tmux_is_told(site: Site) -> None:
    env = _path_with(site, "bash")
    old = site.write("#!/bin/sh\necho tmux 2.9\n", "bin/tmux")
    old.chmod(0o755)
    found = looked(site, env=env)
    assert "needs tmux 3.2a" in found["tmux"]["said"]


def test_a_locale_without_utf8(site: Site) -> None:
    assert looked(site, env={"LC_ALL": "C"})["locale"]["result"] == "warning"
    assert looked(site, env={"LC_ALL": "C.UTF-8"})["locale"]["result"] == "ok"
    plain = site.run("doctor", env={"LC_ALL": "C", "LANG": "C"})
    assert plain.code == 0


def test_a_full_disk(site: Site) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    found = looked(site, 2, before=full)
    assert found["state"]["result"] == "error"
    assert "can't be written" in found["state"]["said"]
    assert list(site.folder.iterdir()) == []


def test_a_directory_and_a_home_that_can_not_be_written(site: Site) -> None:
    found = looked(site, env={"XDG_STATE_HOME": "", "HOME": "/dev/null"})
    assert found["agreed"]["result"] == "warning"
    assert "--yes" in found["agreed"]["remedy"]
    if Path("/proc/self").exists():  # where nobody may write, root neither
        assert looked(site, 2, cwd=Path("/proc/self"))["state"]["result"] == "error"


def test_limits(site: Site) -> None:
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))

    assert looked(site, before=few)["files"]["result"] == "warning"


def test_a_dead_supervisor_is_found(site: Site) -> None:
    site.write("# P\n\n## Task 1: Wait\n\n```bash\nsleep 60\n```\n")
    assert site.launch("plan.md", "--yes").code == 0
    assert looked(site)["runs"]["result"] == "ok"
    supervisor = site.supervisor
    supervisor.kill()
    until(lambda: looked(site)["runs"]["result"] == "warning")
    found = looked(site)["runs"]
    assert f"resume {site.runs[-1].name}" in found["remedy"]
    assert site.run("stop").code == 0
    assert looked(site)["runs"]["result"] == "ok"


def test_a_run_that_can_not_be_read(site: Site) -> None:
    run = site.folder / ".tmuxplan/runs/20260101-000000-00aa"
    run.mkdir(parents=True)
    (run / "events.jsonl").write_text("nonsense\n{}\n")
    found = looked(site)["runs"]
    assert found["result"] == "warning"
    assert "can't be read" in found["said"]


def test_inside_another_tmux(site: Site) -> None:
    assert "inside tmux" in looked(site, env={"TMUX": "/tmp/nowhere,1,0"})["nested"]["said"]


def test_the_page_names_every_check(site: Site) -> None:
    page = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
    for name in looked(site):
        known = "extra:NAME" if name.startswith("extra:") else name
        assert f"`{known}`" in page
