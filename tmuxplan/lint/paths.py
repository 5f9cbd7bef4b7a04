"""Paths that are somebody else's, everybody's, or nobody's."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_HOMES = lazy(r"(?<![\w.$}:/-])(/(?:Users|home)/([\w.+-]+)(?:/[\w.+@%-]+)*)")
_OTHERS = lazy(r"(?<![\w.$}:/-])((?:/opt|/srv|/mnt|/media|/Volumes|/workspace)(?:/[\w.+@-]+)+)")
_ROOTS = lazy("/(?:Users|home|opt|srv|mnt|media|Volumes|workspace)/")  # one is in each
_WINDOWS = lazy(r"(?<![\w/])([A-Za-z]:[\\/][\w.+ \\/-]*)")
_TEMPORARY = lazy(r"(?<![\w.$}/-])(/(?:var/)?tmp/[\w.+-][\w./+-]*)")
_MAKES = frozenset({"mkdir", "git", "cp", "mv", "rsync", "tar", "unzip", "scp", "docker", "podman"})
_MOVES = frozenset({"cd", "pushd"})


def foreign(view: View) -> Iterator[Finding]:
    """Absolute paths of somebody's home that are not here; of each root the first in a task."""
    for script in view.scripts:
        seen: set[str] = set()
        for command in script.commands:
            if command.name in _MOVES or command.name in _MAKES or command.name == "ssh":
                seen.update(root for _, root in _found(command))
                continue
            for path, root in _found(command):
                if root in seen or view.facts.exists(root):
                    continue
                seen.add(root)
                yield Finding(
                    command.line + command.text[: command.text.find(path)].count("\n"),
                    f"{path} is a path of another machine; there is no {root} here",
                    f"say where it is with --root {root}=DIRECTORY",
                    path,
                )


def windows(view: View) -> Iterator[Finding]:
    """`cd D:\\work`: a directory of another system. A launch refuses it."""
    for script in view.scripts:
        for command in script.commands:
            found = _WINDOWS.search(command.text) if command.name in _MOVES else None
            if found is not None and not command.text.startswith("cd $("):
                path = found[1].strip()
                yield Finding(
                    command.line,
                    f"{script.task.id} goes to {path}, which is a path of Windows",
                    f"write the path that it has here, or give --root '{path}'=DIRECTORY",
                    path,
                    "error" if view.launching else None,
                )


def temporary(view: View) -> Iterator[Finding]:
    """A fixed name under /tmp: two runs, or two users, overwrite each other's."""
    for script in view.scripts:
        seen: set[str] = set()
        for command in script.commands:
            for path in _temporary(command):
                if path not in seen:
                    seen.add(path)
                    yield Finding(
                        command.line,
                        f"{path} has a fixed name: two runs at once overwrite each other's",
                        "use a file in the task's directory, or `mktemp`",
                        path,
                    )


def _temporary(command: Command) -> Iterator[str]:
    texts = list(command.writes)
    if command.name == "tee":
        texts += command.words
    if command.name in ("curl", "wget"):
        pairs = zip(command.words, command.words[1:], strict=False)
        texts += [value for flag, value in pairs if flag in ("-o", "--output", "-O")]
    for text in texts:
        found = _TEMPORARY.fullmatch(text)
        if found:
            yield found[1]


def _found(command: Command) -> Iterator[tuple[str, str]]:
    """Paths in a command's words, each with the part that its owner chose."""
    text = command.text
    if "/" not in text or not _ROOTS.search(text):
        return
    for match in _HOMES.finditer(text):
        parts = match[1].split("/")
        yield match[1], "/".join(parts[:4]) if len(parts) > 4 else "/".join(parts[:3])
    for match in _OTHERS.finditer(text):
        yield match[1], "/".join(match[1].split("/")[:3])
