"""What the system allows: files, terminals, staying after logout, the time of day; and extras."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from importlib import metadata

from tmuxplan import machine
from tmuxplan.library.doctor.check import Check, error, ok, warning
from tmuxplan.machine.limits import open_files, pty_opens, ptys_left
from tmuxplan.machine.logins import Logout

_FEW_FILES = 512
"""A supervisor has several files open for each task that runs, and runs 32 at once by default."""
_FEW_PTYS = 64
_EARLIEST = datetime(2024, 1, 1, tzinfo=timezone.utc).timestamp()
_DRIFT_S = 5.0
_RUN_STAMP = "%Y%m%d-%H%M%S"
_EXTRAS = {
    "notify": "addresses of Apprise in `notify:`",
    "mcp": "`tmuxplan mcp`, for assistants",
    "otel": "traces of runs, sent by OpenTelemetry",
}
"""What an extra is for; those that only developers want are left out."""


def files(limit: int | None) -> Check:
    """`limit` None: none."""
    if limit is not None and limit < _FEW_FILES:
        return warning(
            "files",
            f"a process may open {limit} files: many tasks at once may need more",
            "run `ulimit -n 4096` before the launch, or launch with --jobs 4",
        )
    return ok("files", f"a process may open {'any number of' if limit is None else limit} files")


def files_here() -> Check:
    """The limit of this shell, which a launch hands on."""
    return files(open_files())


def terminals() -> Check:
    """Each task has a pseudo-terminal, on either backend."""
    why_not, left = pty_opens(), ptys_left()
    if why_not:
        return error(
            "ptys",
            f"no pseudo-terminal can be opened: {why_not}",
            "close some terminals or tmux sessions; in a container, mount /dev/pts",
        )
    if left is not None and left < _FEW_PTYS:
        return warning(
            "ptys",
            f"{left} pseudo-terminals left",
            "close some terminals, or `tmuxplan clean --stale`",
        )
    return ok("ptys", "pseudo-terminals can be opened" + (f", {left} left" if left else ""))


def logout(said: Logout, uid: int) -> Check:
    """Whether tasks outlive the login that launched them. Unknown is a warning, too."""
    if said.place == "session" and said.kills is not False and uid != 0:  # root's are spared
        return warning(
            "logout",
            "systemd ends your processes at logout (KillUserProcesses), runs and tmux included",
            "run `loginctl enable-linger` once, and `systemd-run --user --scope tmuxplan launch …`",
        )
    if said.place == "manager" and not said.lingers:
        return warning(
            "logout",
            "systemd ends what this shell started at your last logout, runs and tmux included",
            "run `loginctl enable-linger` once",
        )
    return ok("logout", "what runs stays after logout")


def clock(now: float, file_time: float, newest_run: str | None) -> Check:
    """`file_time`: what the disk says of a file that was written just now."""
    wrong = _wrong(now, file_time, newest_run)
    return warning("clock", *wrong) if wrong else ok("clock", f"{_day(now)} UTC")


def _wrong(now: float, file_time: float, newest_run: str | None) -> tuple[str, ...]:
    """What is wrong with the time, and the remedy; nothing where nothing is."""
    if now < _EARLIEST:
        return f"it is {_day(now)} by this clock", "set the clock"
    apart = abs(now - file_time)
    if apart > _DRIFT_S:
        said = f"the disk's clock and this machine's are {apart:.0f} s apart"
        return said, "let both take the time from one source (NTP)"
    if newest_run is not None and newest_run[:15] > _stamp(now + _DRIFT_S):
        said = f"run {newest_run} was launched later than now: this clock was set back"
        return said, "set the clock; new runs would count as older than that one"
    return ()


def shellcheck() -> Check:
    """Its findings are part of `check` where it is installed."""
    path = machine.which("shellcheck")
    if path:
        return ok("shellcheck", f"{path}: `check` has its findings, too")
    return ok(
        "shellcheck",
        "not installed: `check` goes without its findings",
        '"apt-get install shellcheck" or "brew install shellcheck"',
    )


def extras(wanted: Mapping[str, str] = _EXTRAS) -> tuple[Check, ...]:
    """The package's optional parts, as its own metadata lists them."""
    try:
        ours = metadata.distribution("tmuxplan")
    except metadata.PackageNotFoundError:
        return (ok("extras", "not known: tmuxplan runs without being installed", "pip install ."),)
    offered = ours.metadata.get_all("Provides-Extra") or []
    return tuple(_extra(name, wanted[name], ours) for name in wanted if name in offered)


def _extra(name: str, use: str, ours: metadata.Distribution) -> Check:
    missing = [one for one in _needed(name, ours.requires or []) if not _installed(one)]
    if missing:
        return ok(
            f"extra:{name}",
            f"not installed ({', '.join(missing)}): for {use}",
            f"pip install 'tmuxplan[{name}]'",
        )
    return ok(f"extra:{name}", f"installed: {use}")


def _needed(extra: str, requirements: list[str]) -> list[str]:
    """`apprise>=1.9; extra == "notify"` -> apprise."""
    marked = (one.partition(";") for one in requirements)
    of = re.compile(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]")
    found = (re.match(r"[\w.-]+", name) for name, _, mark in marked if of.search(mark))
    return [name[0] for name in found if name]


def _installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M")


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime(_RUN_STAMP)
