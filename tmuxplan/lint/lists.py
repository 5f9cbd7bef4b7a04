"""Lists (`A && B || C`) that do something else than they look like."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.judge.markers import find
from tmuxplan.lint.commands import Chain, Command, Compound, Member, called, harmless, name_of
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View

# Their failure is nothing to hide: `rm x || true`, `kill $PID || echo gone`.
_TIDYING = frozenset(
    """rm rmdir kill pkill killall mkdir cd source . test [ which command type unset docker podman
    docker-compose stat ls grep deactivate fuser umount tmux read""".split()  # noqa: SIM905
)


def either_way(view: View) -> Iterator[Finding]:
    """`A && B || C` and `A || B && C`: not "if A then B else C", nor "A, or else B and C"."""
    for script in view.scripts:
        for chain in script.lists:
            said = mixed(chain)
            if said:
                yield Finding(
                    chain.line,
                    said,
                    "write `if …; then …; else …; fi`, or group with `{ …; }`",
                    chain.text.split("\n")[0],
                )


def never_reached(view: View) -> Iterator[Finding]:
    """`… | wc -l || echo 0`: the pipeline ends 0, so what is behind `||` never runs."""
    for script in view.scripts:
        for chain in script.lists:
            for at, operator in enumerate(chain.operators):
                left = chain.members[at]
                piped = at > 0 and chain.operators[at - 1] in ("|", "|&")
                never = (piped and _always_passes(left)) or (at == 0 and harmless(left))
                if operator == "||" and never:
                    yield Finding(
                        left.line,
                        f"what is behind `||` never runs: {called(left)} ends 0"
                        + (", whatever came through the pipe" if piped else ""),
                        "test the command before the pipe, or the value that came out",
                        left.text.split("\n")[0],
                    )


def way_back(view: View) -> Iterator[Finding]:
    """`cd a && make && cd ..`: a failed make leaves the shell in a."""
    for script in view.scripts:
        for chain in script.lists:
            if set(chain.operators) == {"&&"} and chain.is_top and len(chain.members) > 2:
                first, last = chain.members[0], chain.members[-1]
                if name_of(first) == "cd" and name_of(last) == "cd" and _goes_back(last):
                    yield Finding(
                        chain.line,
                        f"when {called(chain.members[1])} fails, the way back is skipped and "
                        "what follows runs in the wrong directory",
                        "write `( cd … && … )`: a subshell needs no way back "
                        "(tmuxplan goes back by itself)",
                        last.text,
                    )


def mixed(chain: Chain) -> str:
    """What is wrong with a list of both kinds; "" where nothing is."""
    operators, members = chain.operators, chain.members
    if "substitution" in chain.inside or "condition" in chain.inside:
        return ""
    for at in range(min(len(operators) - 1, len(members) - 2)):  # a broken list lacks members
        pair, (a, b, c) = operators[at : at + 2], members[at : at + 3]
        if pair == ("&&", "||") and not isinstance(c, Compound):
            if harmless(b) and isinstance(c, Command) and kind_of_text(c) == "marker":
                return f"`A && B || C` ends 0 also when {called(a)} fails; only the text of C tells"
            if matters(b) and name_of(a) not in ("cd", "test") and name_of(c) != "true":
                if name_of(c) in ("exit", "return", "false", "echo", "printf"):
                    return ""
                return f"`A && B || C`: {called(c)} runs also when {called(b)} fails"
        if pair == ("||", "&&") and not isinstance(b, Compound) and name_of(c) != "":
            return f"`A || B && C` is `(A || B) && C`: {called(c)} runs also when A worked"
    return ""


def _always_passes(member: Member) -> bool:
    return name_of(member) in ("tee", "cat", "head", "tail", "wc", "sort", "uniq", "cut", "tr")


def _goes_back(command: Member) -> bool:
    if not isinstance(command, Command):
        return False
    return all(part == ".." for part in command.words[0].split("/")) if command.words else False


def matters(member: Member) -> bool:
    """Whether its failure is more than tidying that found nothing."""
    return isinstance(member, Compound) or (
        member.kind == "command" and bool(member.name) and member.name not in _TIDYING
    )


def kind_of_text(echo: Command) -> str:
    """The kind of marker that the judge sees in what it prints; "" for none."""
    text = " ".join(word for word in echo.words if word not in ("-e", "-n", "-ne", "-en"))
    found = find(text.encode("utf-8", "surrogateescape"))
    return found.kind if found else ""
