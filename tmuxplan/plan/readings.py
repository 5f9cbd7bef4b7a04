"""The two readings of a plan's fences, compared; the one that is used (grammar R3, R4)."""

from __future__ import annotations

from tmuxplan.plan import blocks, fences, grammar, members
from tmuxplan.plan.grammar import runs
from tmuxplan.plan.markdown import Fence, Node
from tmuxplan.plan.problems import Problems

Scripts = dict[str, list[str]]


def read(text: str, problems: Problems) -> tuple[Node, ...]:
    """The plan's blocks: CommonMark's, or as meant where that only adds commands to its tasks."""
    strict = blocks.read(text)
    relaxed = fences.relaxed(text, strict)
    if relaxed is None:
        return strict
    meant = fences.restore(blocks.read(relaxed.text), relaxed.bodies)
    before, after = _scripts(strict), _scripts(meant)
    line = relaxed.lines[0]
    at = ", ".join(str(n) for n in relaxed.lines[:5])
    if before == after:
        return strict if _all_closed(strict) else meant
    if _only_adds(before, after):
        problems.warning(
            "fence-reading",
            line,
            f"a fence here is none for CommonMark, or ends elsewhere (line {at}); "
            "it is read as it looks",
            "indent it like its list item, and fence what holds fences with more marks",
        )
        return meant
    problems.error(
        "fence-reading",
        line,
        f"the fence here can be read in two ways that give different tasks or commands (line {at})",
        "give the outer fence more marks than the inner ones, as in ````markdown",
    )
    return strict


def _scripts(nodes: tuple[Node, ...]) -> Scripts:
    """The commands of each task, by id."""
    shares = members.share(grammar.outline(nodes), Problems(""))
    return {
        f"{member.line} {member.name.id}": [
            node.text for node in own if isinstance(node, Fence) and runs(node)
        ]
        for member, own in shares.members
    }


def _only_adds(before: Scripts, after: Scripts) -> bool:
    """The same tasks, none with fewer commands."""
    if list(before) != list(after):
        return False
    return all(_within(texts, after[name]) for name, texts in before.items())


def _within(before: list[str], after: list[str]) -> bool:
    """Each block of `before` is in `after`, in order, whole or as the beginning of a longer one."""
    rest = iter(after)
    return all(any(longer.startswith(text) for longer in rest) for text in before)


def _all_closed(nodes: tuple[Node, ...]) -> bool:
    return all(node.closed for node in nodes if isinstance(node, Fence))
