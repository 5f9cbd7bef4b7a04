"""What stays up: which commands do, on which port, and who waits for them how."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.lint.commands import Command, line_of
from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan import ports as ports_of
from tmuxplan.plan.patterns import lazy

_DETACHES = frozenset({"-d", "--detach", "--daemon", "--daemonize", "-D", "--background"})
_FOLLOWS = {
    "tail": ("-f", "-F", "--follow"),
    "journalctl": ("-f", "--follow"),
    "watch": (),
    "kubectl": ("-f", "--follow", "-w", "--watch"),
    "oc": ("-f", "--follow", "-w", "--watch"),
    "docker": ("-f", "--follow"),
    "docker-compose": ("-f", "--follow"),
}
_PORT = lazy(r"^(?:--(?:server[.-])?port|-p|-P|--http-port)(?:=(\d+))?$")
_ADDRESS = lazy(r"^(?:--?(?:bind|b|S|addr|listen|address)=?)?(?:[\w.*\[\]-]*:)?(\d{2,5})$")
_ANY = lazy(r"(?:^|[=/ ])(?:0\.0\.0\.0|\[::\])(?::\d+)?$|^\*:\d+$")
_ANY_OF = ("0.0.0.0", "[::]", "*:")
_QUESTION = frozenset({"curl", "wget", "nc", "ncat", "wait-for-it", "wait-on", "pg_isready"})


class Bound(msgspec.Struct, frozen=True):
    """A command that listens on a port. `default`: no word of it says so, its program does."""

    command: Command
    port: int
    default: bool = False


def stays_up(command: Command) -> bool:
    """Whether it runs until somebody ends it."""
    name = command.name
    if command.kind != "command" or not (name in _FOLLOWS or ports_of.may_serve(name)):
        return False
    words = ports_of.own_words(command.whole)
    if set(words) & {"--help", "--version", "-h", "version"}:
        return False
    follows = _FOLLOWS.get(words[0])
    if follows is not None and not command.piped and (not follows or _follows(words, follows)):
        return True
    return ports_of.serving(words) is not None and not set(words) & _DETACHES


def ports(script: Script) -> Iterator[Bound]:
    """The ports that the task's servers take."""
    for command in script.commands:
        if command.kind == "command" and command.name:
            port, default = _port(command)
            if port:
                yield Bound(command, port, default)


def blocking(view: View) -> Iterator[Finding]:
    """A server in the foreground with commands behind it: those never run."""
    for script in view.scripts:
        last = {c.window: c.statement for c in script.chains if not c.inside and c.role == "run"}
        for command in script.commands:
            if command.background or not command.is_top or not stays_up(command):
                continue
            if command.role == "run" and command.statement < last.get(command.window, 0):
                yield Finding(
                    command.line,
                    f"`{_short(command)}` stays up, so what follows it in {script.task.id} "
                    "never runs",
                    "end it with `&` and wait until it answers, or give it a task of its own with "
                    "**Ready:**",
                    command.text.split("\n")[0],
                )


def all_interfaces(view: View) -> Iterator[Finding]:
    """A server that the whole network can reach."""
    for script in view.scripts:
        for command in script.commands:
            if command.kind != "command" or not any(any_ in command.text for any_ in _ANY_OF):
                continue
            if not command.background and not _port(command)[0]:
                continue
            word = next((w for w in command.words if _ANY.search(w)), "")
            if word and command.name not in ("docker", "podman", "curl"):
                yield Finding(
                    line_of(command, word),
                    f"`{command.name}` listens on every interface: the network of this machine "
                    "can reach it",
                    "bind to 127.0.0.1 for a test",
                    word,
                )


def no_readiness(view: View) -> Iterator[Finding]:
    """`server & sleep 5`: a guess at how long it takes to come up."""
    for script in view.scripts:
        up: Command | None = None
        for command in script.commands if "sleep" in script.names else ():
            if command.kind != "command":
                continue
            if command.background and "function" not in command.inside:
                up = command
            elif up is not None and command.name == "sleep" and not command.inside:
                yield Finding(
                    command.line,
                    f"`{_short(command)}` guesses when `{_short(up)}` ({line_at(up.line)}) is up; "
                    "nothing asks whether it ever is",
                    "wait in a loop: until curl -sf URL; do sleep 1; done, or give the server a "
                    "task with **Ready:** port:N",
                    command.text,
                )
                up = None
            elif command.name in _QUESTION | {"wait"} or "condition" in command.inside:
                up = None


def ended_too_early(view: View) -> Iterator[Finding]:
    """A task that stops the server for which another task's words say that it is running."""
    running = re.compile(r"\b(running|is up|started)\b", re.IGNORECASE)
    needs: dict[str, list[str]] = {}
    for edge in view.plan.edges:
        if edge.on in view.order.at:
            needs.setdefault(edge.task, []).append(edge.on)
    for at, script in enumerate(view.scripts):
        texts = (*script.task.preconditions, *script.task.dependencies_said)
        said = next((text for text in texts if running.search(text.text)), None)
        if said is None:
            continue
        for on in needs.get(script.task.id, ()):
            killed = _killed(view.scripts[view.order.at[on]])
            if killed is not None and view.order.at[on] != at:
                yield Finding(
                    killed.line,
                    f"{on} stops here what {script.task.id} wants running "
                    f'({line_at(said.line)}: "{said.text[:50]}")',
                    f"keep it up (**Ready:** in {on}), or have {script.task.id} start its own",
                    killed.text,
                )


def _killed(script: Script) -> Command | None:
    if not any(c.background and stays_up(c) for c in script.commands):
        return None
    return next((c for c in script.commands if c.name == "kill" and not c.inside), None)


def _follows(words: tuple[str, ...], flags: tuple[str, ...]) -> bool:
    if words[0] in ("kubectl", "oc", "docker", "docker-compose") and "logs" not in words:
        return bool({"-w", "--watch"} & set(words) & set(flags)) and "get" in words
    return any(w in flags or re.fullmatch(r"-[a-zA-Z0-9]*[fF]", w) for w in words[1:])


def _port(command: Command) -> tuple[int, bool]:
    """The port, 0 where none is known; and whether it is only the program's own default."""
    if command.name in ("docker", "podman") and "run" in command.words:
        return _published(command.words), False
    if not command.background and not ports_of.may_serve(command.name):
        return 0, False
    words = ports_of.own_words(command.whole)
    default = ports_of.serving(words)
    if (default is None and not command.background) or set(words) & {"--help", "--version"}:
        return 0, False
    said = _said_by_flag(words)
    if said is not None or default is None:
        return said or 0, False
    if "http.server" in words:  # its port may stand anywhere among its options
        bare = [w for w in words[words.index("http.server") + 1 :] if w.isdigit()]
        return (int(bare[0]), False) if bare else (default, True)
    addresses = (_ADDRESS.match(word) for word in words[2:] if ":" in word or words[-1] == word)
    found = [int(address.group(1)) for address in addresses if address]
    found += [int(v) for name, v in command.env if name == "PORT" and v.isdigit()]
    return (found[0], False) if found else (default, True)


def _said_by_flag(words: tuple[str, ...]) -> int | None:
    """The value of `--port`; 0 for one that is not a number; None: it is not given."""
    for at, word in enumerate(words[1:], 1):
        flag = _PORT.match(word)
        if flag:
            value = flag.group(1) or (words[at + 1] if at + 1 < len(words) else "")
            return int(value) if value.isdigit() and len(value) < 6 else 0
    return None


def _published(words: tuple[str, ...]) -> int:
    for at, word in enumerate(words):
        value = words[at + 1] if word in ("-p", "--publish") and at + 1 < len(words) else ""
        found = re.match(r"(?:[\d.]+:)?(\d+):\d+", value or word.removeprefix("--publish="))
        if found and (value or word.startswith("--publish=")):
            return int(found.group(1))
    return 0


def _short(command: Command) -> str:
    text = " ".join(command.text.split())
    return text if len(text) <= 50 else text[:49] + "…"
