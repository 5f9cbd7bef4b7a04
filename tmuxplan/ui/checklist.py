"""A task that waits for a person, in its window: what to look at, ticked item by item, signed or
skipped with a key and a name."""

from __future__ import annotations

import os
import re
import select
import sys
import termios
from collections.abc import Callable, Iterator

import msgspec
from rich.console import Console
from rich.text import Text

from tmuxplan.errors import TmuxplanError
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import one_line
from tmuxplan.run.control import Sign, Skip
from tmuxplan.ui.live import keys

INTERVAL_S = 1.0
"""How often it is looked whether somebody signed elsewhere."""
_KEY = re.compile(r"\x1b[\[O][A-Z]|.", re.DOTALL)
_ARROWS = {"\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down"}
_LEAST = 4
"""Lines of a checklist that are shown, however low the pane is."""


class Asked(msgspec.Struct, frozen=True):
    """What the window works with. `look`: the run now; `act` does what a person wants, or raises
    why not; `name`: who it is, if nobody says otherwise."""

    task: str
    look: Callable[[], RunFacts]
    act: Callable[[Sign | Skip], None]
    name: str


def ask(asked: Asked) -> None:
    """Until the task waits for nobody any more, or the terminal is gone."""
    console = Console(highlight=False, markup=False, emoji=False)
    said, at, shown = "", 0, ""
    with keys() as keyboard:
        while True:
            task = asked.look().task(asked.task)
            if task is None or task.outcome != "waiting":
                return
            at = min(at, max(0, len(task.checklist) - 1))
            picture = "\n".join(_picture(task, at, said, console))
            if picture != shown:
                console.clear()
                console.print(Text.from_ansi(picture))
            shown = picture
            pressed = _keys(keyboard)
            if pressed is None:
                return
            for key in pressed:
                said, at = _pressed(key, asked.look().task(asked.task) or task, at, asked)
                shown = ""


def _pressed(key: str, task: TaskFacts, at: int, asked: Asked) -> tuple[str, int]:
    """What there is to say after a key, and the item that is chosen then."""
    last = max(0, len(task.checklist) - 1)
    if key in ("down", "j"):
        return "", min(last, at + 1)
    if key in ("up", "k"):
        return "", max(0, at - 1)
    if key in (" ", "\r", "\n") and task.checklist:
        item = task.checklist[at]
        if item.by:
            return f"item {item.n} is signed by {item.by}", min(last, at + 1)
        return _tick(task, item.n, asked), min(last, at + 1)
    if key == "s":
        return _sign(task, asked), at
    if key == "x":
        return _skip(task, asked), at
    return "", at


def _tick(task: TaskFacts, item: int, asked: Asked) -> str:
    by = _line(f"Item {item}, signed by [{asked.name}]: ")
    if by is None:
        return ""
    failed = _done(asked, Sign(task.id, by or asked.name, item=item))
    left = [one for one in task.checklist if not one.by and one.n != item]
    return failed or ("" if left else f"all items are signed: s signs {task.id}")


def _sign(task: TaskFacts, asked: Asked) -> str:
    left = len(task.unticked)
    warn = f" ({left} of {len(task.checklist)} items are not ticked)" if left else ""
    by = _line(f"Sign {task.id}{warn} as [{asked.name}], or Ctrl-C: ")
    return "" if by is None else _done(asked, Sign(task.id, by or asked.name))


def _skip(task: TaskFacts, asked: Asked) -> str:
    reason = _line(f"Skip {task.id}, because: ")
    if not reason:
        return "not skipped: no reason was given"
    by = _line(f"Skipped by [{asked.name}]: ")
    return "" if by is None else _done(asked, Skip(task.id, by or asked.name, reason))


def _done(asked: Asked, request: Sign | Skip) -> str:
    try:
        asked.act(request)
    except TmuxplanError as error:
        return f"not done: {error}"
    return ""


def _picture(task: TaskFacts, at: int, said: str, console: Console) -> Iterator[str]:
    yield f"\x1b[1m{task.id} waits for a person: {task.title}\x1b[0m"
    if task.has_commands:
        yield "its commands have passed"
    yield ""
    room = max(_LEAST, console.height - 8)
    first = max(0, at - room + 1)
    for n, item in enumerate(task.checklist[first : first + room], first):
        chosen = "\x1b[7m" if n == at else ""
        by = f"  ({item.by})" if item.by else ""
        yield f"{chosen}[{'x' if item.by else ' '}] {item.n}. {item.text}{by}\x1b[0m"
    if not task.checklist:
        yield from (f"- {one_line(text.text)}" for text in task.recovery[:room])
    yield ""
    moves = "up, down: choose; space: sign the item; " if task.checklist else ""
    yield f"\x1b[2m{moves}s: sign the task; x: skip it\x1b[0m"
    yield f"\x1b[2mfrom a shell: tmuxplan sign {task.id} --by NAME\x1b[0m"
    if said:
        yield f"\x1b[33m{one_line(said)}\x1b[0m"


def _keys(keyboard: int | None) -> list[str] | None:
    """The next keys, none where none came in time; None where the terminal is gone."""
    if keyboard is None:
        return None
    try:
        ready, _, _ = select.select([keyboard], [], [], INTERVAL_S)
        pressed = os.read(keyboard, 64) if ready else b""
    except KeyboardInterrupt:
        return []  # this window stays
    if ready and not pressed:
        return None
    return [_ARROWS.get(key, key) for key in _KEY.findall(pressed.decode("ascii", "replace"))]


def _line(prompt: str) -> str | None:
    """A line that a person types; None: Ctrl-C, Ctrl-D."""
    sys.stdout.write(f"\n{prompt}")
    sys.stdout.flush()
    keyboard = sys.stdin.fileno()
    by_key = termios.tcgetattr(keyboard)
    by_line = [*by_key[:3], by_key[3] | termios.ICANON | termios.ECHO, *by_key[4:]]
    termios.tcsetattr(keyboard, termios.TCSADRAIN, by_line)
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, by_key)
    return one_line(line) if line else None
