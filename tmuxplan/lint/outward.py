"""Commands that destroy or act on the world outside: what a launch shows first."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View
from tmuxplan.shell import danger
from tmuxplan.shell.steps import Statement


def outward(view: View) -> Iterator[Finding]:
    """Each with the reason why a person should look at it."""
    for script in view.scripts:
        suspects = (
            Statement(n=0, line=chain.line, text=chain.text)
            for chain in script.chains
            if not chain.inside and danger.suspicious(chain.text)
        )
        for found in danger.outward(suspects):
            yield Finding(
                found.line,
                f"`{found.text[:60]}` {found.why}",
                "a launch shows it and asks first; allow this code when it is meant",
                found.text,
            )
