"""Which environments a task installs into, and which it makes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tmuxplan.lint.commands import Command
from tmuxplan.lint.reading import Script
from tmuxplan.plan.patterns import lazy

_INSTALLS = (
    ("pip", "install"),
    ("pip3", "install"),
    ("uv", "sync"),
    ("uv", "pip"),
    ("poetry", "install"),
    ("pipenv", "install"),
    ("npm", "install"),
    ("npm", "ci"),
    ("npm", "i"),
    ("pnpm", "install"),
    ("pnpm", "i"),
    ("yarn", "install"),
    ("bun", "install"),
    ("bundle", "install"),
    ("composer", "install"),
)
_INSTALLERS = frozenset({"python", "python3", *(words[0] for words in _INSTALLS)})
_PYTHON = frozenset({"pip", "pip3", "uv", "poetry", "pipenv"})
_MAKERS = frozenset({"virtualenv", "uv"})
_OWN = lazy(r"(?:^|\s)(?P<folder>\S+)/bin/(?:pip|python)[\d.]*\s+(?:-m\s+pip\s+)?install\s")
_UNKNOWN = lazy(r"[$`*?{}()<>\[\]\"'\\]")


def installs(script: Script) -> Iterator[tuple[str, Command]]:
    """The environments that the task installs into, by their directories, with the command.

    What depends on a variable is none: nobody can know where it is.
    """
    active = ""
    for command in script.commands:
        if command.name in ("source", ".") and command.words:
            active = activated(command) or active
        elif command.name == "deactivate":
            active = ""
        if command.name not in _INSTALLERS and "install" not in command.text:
            continue
        place = _place(command, active)
        if place:
            yield place, command


def _place(command: Command, active: str) -> str:
    words = command.whole
    if command.cwd.startswith("?") or command.kind != "command":
        return ""
    if {"-g", "--global", "--user", "-t", "--target", "--prefix"} & set(words):
        return ""
    own = _OWN.search(f"{command.text} ")
    if own:
        return _joined(command, own["folder"])
    if words[:3] in (("python", "-m", "pip"), ("python3", "-m", "pip")):
        words = words[2:]
    if words[:2] not in _INSTALLS or (words[1] == "pip" and words[2:3] != ("install",)):
        return ""
    if words[0] not in _PYTHON:
        return _joined(command, "node_modules")
    return active or (_joined(command, ".venv") if words[0] == "uv" else "")


def activated(command: Command) -> str:
    """The environment whose `bin/activate` is sourced; nothing if it is none."""
    folder, _, rest = command.words[0].rpartition("/bin/activate")
    return "" if not folder or rest else _joined(command, folder)


def makes(command: Command) -> bool:
    """Whether it makes an environment."""
    name = command.name
    if not name.startswith("python") and name not in _MAKERS:
        return False
    words = command.whole
    if command.kind != "command" or command.cwd.startswith("?"):
        return False
    return (words[1:3] == ("-m", "venv") and words[0].startswith("python")) or (
        words[0] == "virtualenv" or words[:2] == ("uv", "venv")
    )


def made(command: Command) -> str:
    """The directory that `python -m venv X`, `virtualenv X` or `uv venv X` makes."""
    words = command.words
    if command.name != "virtualenv":
        words = words[words.index("venv") + 1 :]
    plain = [word for word in words if not word.startswith("-")]
    return posixpath.normpath(posixpath.join(command.cwd, plain[-1] if plain else ".venv"))


def _joined(command: Command, path: str) -> str:
    """From where tasks start; nothing where nobody can tell."""
    if _UNKNOWN.search(path) or command.cwd.startswith("?"):
        return ""
    if path.startswith("~"):
        return posixpath.normpath(path)
    return posixpath.normpath(posixpath.join(command.cwd, path))
