"""One member of the plan's family -> a Task, without its edges."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from tmuxplan.plan import criteria, sections, settings, shells, times
from tmuxplan.plan.grammar import Member
from tmuxplan.plan.markdown import Fence, Item, Node, Paragraph
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Block, Criterion, Estimate, Impact, LooseBlock, Task, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.sections import Placed

_IN_TITLE = re.compile(
    r"(?:⏱️?|⏰|~|[Ee]stimated:?|[(\[-])\s*[^()\[\]]{0,40}$|[(\[][^()\[\]]{1,40}[)\]]"
)
_OTHER_SHELL = re.compile(
    r"\b(?:in|from|open) (?:another|a (?:new|second|third|separate|different)|new|\w+) "
    r"(?:shell|terminal|window|tab)\b|\b\d(?:nd|rd|th) terminal\b",
    re.IGNORECASE,
)
_OUTPUT = re.compile(
    r"(?:expected (?:output|result)s?|you should see|should print|output|ожидаемый результат"
    r"|期待される出力|预期输出)[^.\n]{0,40}[:：]\s*(?:\*\*)?\s*$",
    re.IGNORECASE,
)


class Read(msgspec.Struct, frozen=True):
    """A task, the metadata that states its dependencies, and its fences that do not run."""

    task: Task
    metas: tuple[Meta, ...]
    loose: tuple[LooseBlock, ...]


def read(member: Member, nodes: tuple[Node, ...], problems: Problems) -> Read:
    """The task of `member`; `nodes` are its own, without its heading."""
    placed = tuple(sections.place(nodes))
    metas = tuple(meta for block in placed for meta in sections.metas(block))
    blocks, loose = _fences(placed, member.name.id)
    values = settings.read(metas, member.name.id, problems)
    task = Task(
        id=member.name.id,
        title=member.name.title,
        line=member.line,
        aliases=(f"{member.name.family} {member.name.key}",),
        blocks=blocks,
        estimate=_estimate(metas, member),
        impact=impact_of(metas),
        objective=_objective(placed, metas),
        criteria=_criteria(placed, problems),
        recovery=_recovery(placed),
        **values,
    )
    return Read(task, metas, loose)


def _fences(
    placed: tuple[Placed, ...], task_id: str
) -> tuple[tuple[Block, ...], tuple[LooseBlock, ...]]:
    blocks: list[Block] = []
    loose: list[LooseBlock] = []
    window = 0
    before = ""
    for block in placed:
        if isinstance(block.node, (Paragraph, Item)):
            before = block.node.lines[-1].text if block.node.lines else ""
        if not isinstance(block.node, Fence):
            continue
        reason = _reason(block, before)
        if reason:
            loose.append(LooseBlock(block.node.line, f"{task_id}: {reason}"))
        elif shells.language(block.node):
            window += bool(_OTHER_SHELL.search(before) and before.rstrip(" *)").endswith(":"))
            blocks.append(_block(block, window))
        before = ""
    return tuple(blocks), tuple(loose)


def _reason(block: Placed, before: str) -> str:
    """Why a fence does not run; "" where it does, or was never meant to."""
    fence = block.node
    if not isinstance(fence, Fence):
        return ""
    if shells.language(fence) is None:
        return (
            "no language is named" if not shells.tag(fence) and not _OUTPUT.search(before) else ""
        )
    if _OUTPUT.search(before):
        return "expected output"
    return sections.not_run(block) or shells.no_shell(fence)


def _block(block: Placed, window: int) -> Block:
    fence = block.node
    assert isinstance(fence, Fence)
    role: Literal["run", "verify"] = "verify" if block.role == "criteria" else "run"
    language = shells.language(fence) or "bash"
    return Block(fence.body_line, shells.commands(fence), language, role, window)


def _first(metas: tuple[Meta, ...], key: str) -> Meta | None:
    return next((meta for meta in metas if meta.key == key and meta.value), None)


def _estimate(metas: tuple[Meta, ...], member: Member) -> Estimate | None:
    said = _first(metas, "time")
    if said:
        return times.estimate(said.value, said.line)
    for part in _IN_TITLE.finditer(member.name.title):
        found = times.estimate(part.group(), member.line)
        if found:
            return found
    return None


_LESSER = {"medium", "moderate", "low", "minor", "minimal", "none", "info", "informational"} | {
    "trivial",
    "optional",
    "normal",
    "p2",
    "p3",
    "p4",
    "non",
    "nonblocking",
}
_BLOCKS = re.compile(r"(?<!non-)(?<!not )\bblock(?:s|er|ing)\b(?! (?:nothing|no\b))", re.IGNORECASE)


def impact_of(metas: tuple[Meta, ...]) -> Impact | None:
    """A level that we do not know blocks, as one that is not stated does."""
    said = _first(metas, "impact") or _first(metas, "priority")
    if said is None:
        return None
    word = re.search(r"\w+", said.value)
    level = word.group().lower() if word else ""
    return Impact(
        level, level not in _LESSER or bool(_BLOCKS.search(said.value)), said.value, said.line
    )


def _objective(placed: tuple[Placed, ...], metas: tuple[Meta, ...]) -> Text | None:
    for block in placed:
        if (
            block.role == "objective"
            and isinstance(block.node, (Paragraph, Item))
            and block.node.lines
        ):
            lines = [line.text.strip() for line in block.node.lines]
            return Text(" ".join(lines), block.node.line)
    said = _first(metas, "objective")
    return Text(said.value, said.line) if said else None


def _criteria(placed: tuple[Placed, ...], problems: Problems) -> tuple[Criterion, ...]:
    return tuple(
        criterion
        for block in placed
        if block.role == "criteria" and isinstance(block.node, Item)
        for criterion in criteria.criteria(block.node, problems)
    )


def _recovery(placed: tuple[Placed, ...]) -> tuple[Text, ...]:
    return tuple(
        Text(block.node.text.strip(), block.node.line)
        for block in placed
        if block.role == "recovery" and isinstance(block.node, Item) and block.node.text.strip()
    )
