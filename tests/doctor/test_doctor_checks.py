"""What each fact of a machine comes to, and what is advised."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from tmuxplan.library.doctor import places, screen, system
from tmuxplan.library.doctor.check import Check, worst
from tmuxplan.library.doctor.screen import Terminal
from tmuxplan.machine.limits import Disk
from tmuxplan.machine.logins import Logout, place_of

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=timezone.utc).timestamp()
MIB = 1 << 20


@pytest.mark.parametrize(
    ("check", "result", "words"),
    [
        (places.room(Disk(900 * MIB, 90_000)), "ok", "900 MiB"),
        (places.room(Disk(3 << 30, None)), "ok", "3.0 GiB"),
        (places.room(Disk(400 * MIB, 90_000)), "warning", "400 MiB"),
        (places.room(Disk(3 << 30, 4_000)), "warning", "4000 files"),
        (places.room(Disk(MIB, 90_000)), "error", "1 MiB"),
        (places.room(Disk(3 << 30, 0)), "error", "room for 0 files"),
        (system.files(None), "ok", "any number"),
        (system.files(1024), "ok", "1024"),
        (system.files(256), "warning", "256"),
        (system.logout(Logout("elsewhere"), 1000), "ok", "stays"),
        (system.logout(Logout("session", kills=False, lingers=False), 1000), "ok", "stays"),
        (system.logout(Logout("session", kills=True, lingers=True), 0), "ok", "stays"),
        (system.logout(Logout("session", kills=True, lingers=True), 1000), "warning", "KillUser"),
        (system.logout(Logout("session"), 1000), "warning", "KillUser"),
        (system.logout(Logout("manager", kills=False, lingers=True), 1000), "ok", "stays"),
        (system.logout(Logout("manager", kills=False, lingers=False), 0), "warning", "last logout"),
        (system.logout(Logout("manager"), 1000), "warning", "last logout"),
        (system.clock(NOW, NOW, None), "ok", "2026-05-04 12:00 UTC"),
        (system.clock(NOW, NOW - 4, "20260504-115959-00aa"), "ok", "2026"),
        (system.clock(0, 0, None), "warning", "1970"),
        (system.clock(NOW, NOW - 90, None), "warning", "90 s apart"),
        (system.clock(NOW, NOW, "20260504-120100-00aa"), "warning", "set back"),
        (screen.locale("UTF-8", {"LANG": "de_DE.UTF-8"}), "ok", "LANG=de_DE.UTF-8"),
        (screen.locale("utf8", {}), "ok", "no locale is set"),
        (
            screen.locale("ANSI_X3.4-1968", {"LC_ALL": "C", "LANG": "C.UTF-8"}),
            "warning",
            "LC_ALL=C:",
        ),
        (screen.terminal(None, ""), "ok", "this is none"),
        (screen.terminal(Terminal(80, 24, 8), "xterm"), "ok", "xterm"),
        (screen.terminal(Terminal(79, 24, 8), "xterm"), "warning", "79 columns"),
        (screen.terminal(Terminal(80, 24, None), ""), "warning", "(unset)"),
        (screen.colours(Terminal(80, 24, 256), {"NO_COLOR": "1"}), "ok", "NO_COLOR"),
        (screen.colours(Terminal(80, 24, 256), {"COLORTERM": "truecolor"}), "ok", "16 million"),
        (screen.colours(Terminal(80, 24, 8), {}), "ok", "8"),
        (screen.colours(Terminal(80, 24, 0), {"TERM": "vt100"}), "ok", "TERM=vt100 has none"),
        (screen.colours(None, {}), "ok", "none here"),
        (screen.nested({"TMUX": "/tmp/x,1,0"}), "ok", "inside tmux"),
        (screen.nested({"STY": "1.x"}), "ok", "inside GNU screen"),
        (screen.nested({}), "ok", "no tmux"),
    ],
)
def test_a_check(check: Check, result: str, words: str) -> None:
    assert check.result == result
    assert words in check.said
    assert check.remedy or result == "ok"


def test_the_worst_decides() -> None:
    checks = {name: Check("x", name, "") for name in ("ok", "warning", "error")}  # type: ignore[arg-type]
    assert worst([]) == "ok"
    assert worst([checks["ok"], checks["warning"]]) == "warning"
    assert worst([checks["error"], checks["warning"]]) == "error"


def test_the_state_folder(tmp_path: Path) -> None:
    assert places.state(tmp_path).result == "ok"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".tmuxplan").mkdir()
    assert places.state(tmp_path).result == "ok"
    (tmp_path / ".tmuxplan").rmdir()
    (tmp_path / ".tmuxplan").symlink_to("nowhere")
    found = places.state(tmp_path)
    assert (found.result, found.said) == ("error", f"{tmp_path / '.tmuxplan'} is no folder")


@pytest.mark.parametrize("name", [".tmuxplan", ".tmuxplan/runs"])
def test_a_file_where_a_folder_should_be(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    found = places.state(tmp_path)
    assert found.result == "error"
    assert str(path) in found.said


def test_agreeing_needs_its_own_folder_too(tmp_path: Path) -> None:
    assert places.agreed(tmp_path).result == "ok"
    (tmp_path / "tmuxplan").write_text("")
    assert places.agreed(tmp_path).result == "warning"


def test_extras_are_those_of_the_package() -> None:
    found = {check.name: check for check in system.extras({"notify": "addresses", "none": "x"})}
    assert list(found) == ["extra:notify"]
    assert found["extra:notify"].said == "installed: addresses"
    developers = system.extras({"dev": "work"})
    assert developers[0].name == "extra:dev"


@pytest.mark.parametrize(
    ("cgroup", "place"),
    [
        ("0::/user.slice/user-1000.slice/session-3.scope\n", "session"),
        ("1:name=systemd:/x\n0::/user.slice/user-1000.slice/session-c2.scope", "session"),
        (
            "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-term.scope\n",
            "manager",
        ),
        ("0::/system.slice/cron.service\n", "elsewhere"),
        ("0::/\n", "elsewhere"),
        ("", "elsewhere"),
    ],
)
def test_where_systemd_has_a_process(cgroup: str, place: str) -> None:
    assert place_of(cgroup) == place
