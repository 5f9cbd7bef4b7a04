"""Commands that destroy or act on the world outside: what a launch shows first."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View
from tmuxplan.shell import danger
from tmuxplan.shell.steps import Statement


def outward(view: View) -> Iterator[Finding]:
    """Each with the reason why a person should look at it."""
    for script in view.scripts:
        named = any(map(danger.may_be, script.names))
        wanted = {c.statement for c in script.commands if _suspicious(c)} if named else set()
        suspects = (
            Statement(n=0, line=chain.line, text=chain.text)
            for chain in script.chains
            if not chain.inside and (chain.statement in wanted or danger.writes_to_disk(chain.text))
        )
        for found in danger.outward(suspects):
            yield Finding(
                found.line,
                f"`{found.text[:60]}` {found.why}",
                "at a terminal a launch shows it and asks first; allow this code when it is meant",
                found.text,
            )


def _suspicious(command: Command) -> bool:
    """A look that costs nothing: what passes it is parsed again."""
    if not danger.may_be(command.name):
        return False
    if command.name == "kill":
        return any("9" in word or "KILL" in word for word in command.words)
    if command.name in ("curl", "wget"):
        return command.piped or "substitution" in command.inside
    piped_in = command.reads and command.heredoc is None
    if piped_in or not command.text.startswith(command.name):
        return True
    return danger.suspicious(command.name, command.words)
