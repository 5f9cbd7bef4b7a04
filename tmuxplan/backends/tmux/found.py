"""A run's session that an earlier supervisor opened, and what is in it."""

from __future__ import annotations

import msgspec

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.sending import SilentError
from tmuxplan.errors import BackendError

RUN_OPTION = "@tmuxplan_run"
"""The user option of a session that holds its run's id: names are people's to change."""
TASK_OPTION = "@tmuxplan_task"
"""The user option of a window that holds its task's id."""
BEGUN_OPTION = "@tmuxplan_begun"
"""The user option of a window in which an attempt was started: no placeholder any more."""
MISSION_OPTION = "@tmuxplan_mission"
"""The user option of the window that shows the run."""

_SESSION = f"#{{pid}} #{{session_id}} #{{session_name}} #{{{RUN_OPTION}}}"
_PANE = (
    f"#{{window_id}} #{{pane_id}} #{{window_index}} #{{?{BEGUN_OPTION},1,0}}"
    f" #{{?{MISSION_OPTION},1,0}} #{{pane_dead}} #{{{TASK_OPTION}}}"
)


class Place(msgspec.Struct, frozen=True):
    """A task's window and its pane, by tmux's ids."""

    window: str
    pane: str


class Found(msgspec.Struct, frozen=True):
    """A session as it is now. `indexes` are those that windows have taken; `begun` the tasks
    whose windows have shown an attempt."""

    server_pid: int
    id: str
    places: dict[str, Place]
    begun: frozenset[str]
    indexes: frozenset[int]
    mission: Place | None
    mission_over: bool


def find(client: Client, run: str, name: str) -> Found | None:
    """The run's session; None: there is none, or no server. SilentError: it does not answer."""
    try:
        sessions = client.run(("list-sessions", "-F", _SESSION))
    except SilentError:
        raise
    except BackendError:
        return None
    for line in sessions:
        pid, session, called, *of = line.split(" ")
        if of == [run] or (of in ([], [""]) and called == name):
            panes = client.run(("list-panes", "-s", "-t", session, "-F", _PANE))
            return _found(int(pid), session, panes)
    return None


def _found(server_pid: int, session: str, panes: list[str]) -> Found:
    places: dict[str, Place] = {}
    begun, indexes, mission, over = set(), set(), None, False
    for line in sorted(panes, key=_age):
        window, pane, index, was_begun, is_mission, dead, *task = line.split(" ", 6)
        indexes.add(int(index))
        named = task[0] if task else ""
        if is_mission == "1":
            mission, over = Place(window, pane), dead == "1"
        elif named:
            places.setdefault(named, Place(window, pane))
            begun.update([named] if was_begun == "1" else [])
    return Found(server_pid, session, places, frozenset(begun), frozenset(indexes), mission, over)


def _age(line: str) -> int:
    """A person may have split a window: the task's pane is its oldest."""
    return int(line.split(" ")[1].lstrip("%"))


def option_name(task: str) -> str:
    """A task's id as the window's option holds it."""
    return names.plain(task)
