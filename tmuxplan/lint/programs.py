"""Programs: those that are not here, and those that are not what the plan takes them for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_BUILT_IN = frozenset(
    """. : [ [[ alias bg bind break builtin caller case cd command compgen complete continue coproc
    declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for
    function getopts hash help history if in jobs kill let local logout mapfile popd printf pushd
    pwd read readarray readonly return select set shift shopt source suspend test then time times
    trap true type typeset ulimit umask unalias unset until wait while { } ! nvm conda deactivate
    setopt autoload print rehash vared zparseopts whence""".split()  # noqa: SIM905
)
_INSTALLERS = frozenset(
    """apt apt-get dnf yum brew apk pacman zypper pip pip3 pipx npm pnpm yarn bun cargo go gem
    snap uv poetry pipenv bundle conda mamba corepack rustup asdf mise nvm volta choco winget
    curl wget make cmake install ln cp ansible-playbook nix-env""".split()  # noqa: SIM905
)
_PYTHONS = ("pip", "pip3", "uv", "poetry", "pipenv", "conda", "mamba")
_PARTS = lazy(r"[^\w+-]+")
_IS_A_NAME = lazy(r"[A-Za-z0-9_][\w.+-]*\Z")
# A name that everybody's machine gives to one program -> what that is, and the arguments with
# which it is that program that is meant.
_OWNERS = {
    "cc": ("the C compiler", r"-(?!-help$)\S.*|.*\.(?:c|o|a|so|s|S|cc|cpp|h)\b.*|@.*|\$.*"),
    "as": ("the assembler", r"-.*|.*\.(?:s|S|asm)\b.*|\$.*"),
    "ld": ("the linker", r"-.*|.*\.(?:o|a|so|ld)\b.*|\$.*"),
    "at": ("the scheduler of one-time jobs", r"-.*|now.*|noon.*|midnight.*|\d.*|tomorrow.*|\$.*"),
    "test": ("the shell's own condition", r"-.*|!.*|\(.*|.*\s(?:=|==|!=|-[a-z]{2})\s.*|\"?\$.*|"),
    "install": ("the program that copies files", r"-.*|\S+\s+\S+.*|\$.*"),
    "link": ("the program that makes a hard link", r"-.*|\S+\s+\S+|\$.*"),
    "host": ("the DNS lookup", r"-.*|[\w-]*\.[\w.-]+.*|\d.*|\$.*|localhost"),
    "convert": ("ImageMagick", r"-.*|.*\.(?:png|jpe?g|gif|svg|pdf|webp|tiff?|bmp|ico)\b.*|\$.*"),
    "time": ("the shell's stopwatch", r".*"),
    "split": ("the program that cuts files", r"-.*|\S+\.\w+.*|/.*|\$.*"),
    "join": ("the program that joins lines of two files", r"-.*|\S+\s+\S+.*|\$.*"),
    "mt": ("the tape control", r"-.*"),
    "ed": ("the line editor", r"-.*|.*\.\w+|\$.*|"),
}
_PATTERNS = {name: (owner, lazy(pattern, re.DOTALL)) for name, (owner, pattern) in _OWNERS.items()}


_OPENS = lazy(
    r"(?:^|[;&|{(]|\b(?:then|do|else)\b)\s*(?:\.|source|eval|builtin|export\s+PATH|PATH=|path_\w+|hash"
    r"|autoload|fpath|conda|module|mise|asdf|nvm|use|direnv)(?![\w-])|\bPATH\+?=",
    re.MULTILINE,
)
_DEFINED = lazy(
    r"(?:^|[;&|{(])\s*(?:function\s+([\w.+-]+)|([\w.+-]+)\s*\(\)|alias\s+([\w.+-]+)=)", re.MULTILINE
)


def may_define(init: str) -> Callable[[str], bool]:
    """Whether lines that run before each task (`shell_init`) may make a name a command: by its
    definition there, or for any name where they read other files or change PATH."""
    if _OPENS.search(init):
        return lambda _: True
    names = {name for found in _DEFINED.finditer(init) for name in found.groups() if name}
    return lambda name: name in names


def missing(view: View) -> Iterator[Finding]:
    """Commands that this machine does not have and that nothing before installs."""
    known: dict[str, bool] = {}
    installed, python = _installed(view)
    here = {"", *_BUILT_IN, *installed}
    for script in view.scripts:
        if script.names <= here:
            continue
        own = _defined(script)
        seen: set[str] = set()
        excused: _Excused | None = None
        entered = False
        for command in script.commands:
            name = command.name
            entered = entered or _enters(command)
            if command.kind != "command" or name in seen or not _IS_A_NAME.match(name):
                continue
            seen.add(name)
            if name in _BUILT_IN or name in own or name in installed:
                continue
            if name not in known:
                known[name] = view.facts.which(name) is not None
            if known[name]:
                here.add(name)
                continue
            if not _called(name, command.text):
                continue
            excused = excused or _excused(script)
            if name in excused.asked or (python and excused.environment):
                continue
            yield _not_here(command, script.task.id if entered else "")


def _not_here(command: Command, entering: str) -> Finding:
    """`entering`: the task, where it is in an environment that may well have the program."""
    name = command.name
    where, remedy = "this machine's PATH", "put it on PATH before the launch"
    if entering:
        where += f", though it may be in the environment that {entering} enters"
        remedy = "see that it is in there"
    return Finding(
        command.line,
        f"{name} is not on {where}, and nothing in the plan installs it",
        f"install {name}, or {remedy}",
        name,
    )


def _enters(command: Command) -> bool:
    """Whether it enters an environment, whose programs nobody knows from outside."""
    entering = command.name in ("source", ".") and command.words
    return bool(entering) and command.words[0].endswith("/activate")


def _called(name: str, text: str) -> bool:
    """Whether the command's text has the name itself: `./start` is a file of the plan's own."""
    behind = text[len(name) : len(name) + 1]
    if text.startswith(name) and not (behind.isalnum() or behind in ("_", "/")):
        return True
    return re.search(rf"(?<![\w./~-]){re.escape(name)}(?![\w/])", text) is not None


def misleading(view: View) -> Iterator[Finding]:
    """`cc revenue dashboard`: the name is the C compiler's, and `cc --help` answers anywhere."""
    for script in view.scripts:
        if script.names.isdisjoint(_PATTERNS):
            continue
        own = _defined(script)
        seen: set[str] = set()
        for command in script.commands:
            name = command.name
            if name not in _PATTERNS or name in seen or name in own or command.kind != "command":
                continue
            owner, pattern = _PATTERNS[name]
            if command.text.lstrip().startswith((f"{name} ", name)) and not pattern.fullmatch(
                " ".join(command.words)
            ):
                seen.add(name)
                path = view.facts.which(name)
                here = (
                    f"{name} on this machine is {path}, {owner}" if path else f"{name} is {owner}"
                )
                yield Finding(
                    command.line,
                    f"{here}: it may answer in the place of the program that is meant",
                    "call the program by its path or full name "
                    f"(`command -v {name}` says which one answers)",
                    name,
                )


def _defined(script: Script) -> set[str]:
    """Functions and aliases of the task's own."""
    found: set[str] = set()
    for chain in script.chains:
        for member in chain.members:
            text = member.text
            if text.startswith("alias "):
                found.update(part.split("=")[0] for part in text.split()[1:])
            elif "()" in text[:80] or text.startswith("function "):
                found.add(re.split(r"[\s(]", text.removeprefix("function ").lstrip())[0])
    return found


def _installed(view: View) -> tuple[set[str], bool]:
    """Words that installers name, anywhere in the plan; and whether one installs a list."""
    found: set[str] = set()
    python = False
    for script in view.scripts:
        for command in script.commands:
            if command.name in _INSTALLERS or command.words[:2] == ("-m", "pip"):
                for word in command.words:
                    found.update(_PARTS.split(word))
                python = python or command.name in _PYTHONS or command.words[:2] == ("-m", "pip")
    return found, python


class _Excused(msgspec.Struct, frozen=True):
    """Names for which the task itself looks (`command -v jq`); whether it enters an environment
    or installs into one, so that its programs can't be known."""

    asked: frozenset[str]
    environment: bool


def _excused(script: Script) -> _Excused:
    asks = ("command -v", "which", "type", "hash")
    asked = (c.words for c in script.commands if c.text.startswith(asks))
    environment = any(
        c.name in (*_PYTHONS, "source", ".") or c.words[:2] == ("-m", "pip")
        for c in script.commands
    )
    return _Excused(frozenset(word for words in asked for word in words), environment)
