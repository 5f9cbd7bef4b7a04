"""One member of the plan's family -> a Task, without its edges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from tmuxplan.plan import (
    criteria,
    expectations,
    leads,
    misspelt,
    readiness,
    sections,
    settings,
    shells,
    times,
    untagged,
    windows,
)
from tmuxplan.plan.families import Name
from tmuxplan.plan.grammar import Member
from tmuxplan.plan.markdown import Fence, Item, Node, Paragraph
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import (
    Block,
    Criterion,
    Estimate,
    Expects,
    Impact,
    LooseBlock,
    Task,
    Text,
)
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.sections import Placed

_IN_TITLE = lazy(r"(?:⏱️?|⏰|~|[Ee]stimated:?|[(\[-])\s*[^()\[\]]{0,40}$|[(\[][^()\[\]]{1,40}[)\]]")
_OUTPUT = lazy(
    r"(?:\b(?:expected|sample|example|typical|actual) (?:output|result|response)s?"
    r"|\byou(?: should| will|['’]ll| should now) (?:see|get)\b"
    r"|\bshould (?:print|output|show|look like|return)|^\W*(?:the )?(?:output|result)s?(?: is)?"
    r"|ожидаемый (?:результат|вывод)|期待される(?:出力|結果)|预期(?:输出|结果)|出力例|输出)"
    r"[^.\n]{0,40}[:：]\s*(?:\*\*)?\s*$",
    re.IGNORECASE,
)


# "It prints:", with nothing more: "This shows how to build:" leads to commands.
_PRINTS = lazy(
    r"\b(?:this|it|which|that|command) (?:will |should )?"
    r"(?:prints?|outputs?|returns?|displays?|yields?)(?: the following| something like)?"
    r"\s*[:：]\W*$"
    r"|\b(?:output|result|response)(?: \w+)? (?:should )?looks? (?:something )?like(?: this)?"
    r"\s*[:：]\W*$|^\W*(?:response|returns|prints)\s*[:：]\W*$",
    re.IGNORECASE,
)
_RUN = lazy(
    r"\b(?:run|execute|type|enter|use|start|try|call|invoke|then|next)\b[^.\n]{0,20}[:：]\W*$",
    re.IGNORECASE,
)


def _shows(before: str) -> bool:
    """Does a line lead to output? "Once you should see the prompt, run:" does not."""
    found = _OUTPUT.search(before) or _PRINTS.search(before)
    return found is not None and not _RUN.search(before)


class Read(msgspec.Struct, frozen=True):
    """A task, what states its dependencies (front matter, metadata, lines of prose), and its
    fences that do not run."""

    task: Task
    metas: tuple[Meta, ...]
    loose: tuple[LooseBlock, ...]
    front: tuple[Meta, ...] = ()
    lines: tuple[Text, ...] = ()


def read(
    member: Member, nodes: tuple[Node, ...], problems: Problems, front: tuple[Meta, ...] = ()
) -> Read:
    """The task of `member`; `nodes` are its own, without its heading; `front` its front matter."""
    placed = tuple(sections.place(nodes))
    own = tuple(meta for block in placed for meta in sections.metas(block))
    metas = (*front, *own)
    misspelt.say(placed, member.name.id, problems)
    blocks, loose = _fences(placed, member.name, problems)
    if not blocks:
        untagged.say(placed, loose, member.name.id, problems)
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
    return Read(task, own, loose, front, tuple(_prose(placed)))


def _prose(placed: tuple[Placed, ...]) -> Iterator[Text]:
    """The lines that may say in words what the task comes after."""
    for block in placed:
        told = block.role in (None, "run", "objective")
        if told and isinstance(block.node, (Paragraph, Item)):
            yield from block.node.lines


def _fences(
    placed: tuple[Placed, ...], name: Name, problems: Problems
) -> tuple[tuple[Block, ...], tuple[LooseBlock, ...]]:
    task_id = name.id
    blocks: list[Block] = []
    loose: list[LooseBlock] = []
    at = windows.Window()
    before = ""
    for position, block in enumerate(placed):
        if isinstance(block.node, (Paragraph, Item)):
            before = block.node.lines[-1].text if block.node.lines else ""
            _see(block.node, blocks)
        if not isinstance(block.node, Fence):
            continue
        reason = _reason(block, before)
        away = "" if reason or not shells.language(block.node) else leads.away(before, name.title)
        if away:
            _say_left_out(block.node, before, away, task_id, problems)
        reason = reason or away
        if reason:
            loose.append(LooseBlock(block.node.line, f"{task_id}: {reason}"))
            _say_no_shell(block, task_id, problems)
        elif shells.language(block.node):
            at = at.next(before, block.title, not blocks)
            said = expectations.said(before, placed[position + 1 : position + 2])
            blocks.append(_block(block, at.number, said))
        before = ""
    return tuple(blocks), tuple(loose)


def _say_left_out(fence: Fence, before: str, away: str, task_id: str, problems: Problems) -> None:
    """A line that was misread would leave out what has to run."""
    problems.warning(
        "left-out",
        fence.body_line,
        f'{task_id}: this block does not run: {away} ("{before.strip()[:60]}")',
        "word that line otherwise if it is to run; else put it under a heading such as Rollback",
    )


def _see(node: Paragraph | Item, blocks: list[Block]) -> None:
    """ "Wait until you see …" tells when what the block above starts is up."""
    if blocks and blocks[-1].up is None:
        up = next((r for text in node.lines if (r := readiness.seen(text.text, text.line))), None)
        blocks[-1] = msgspec.structs.replace(blocks[-1], up=up) if up else blocks[-1]


def _say_no_shell(block: Placed, task_id: str, problems: Problems) -> None:
    """A block that would run, were it shell: its author may have meant it to."""
    fence = block.node
    if not isinstance(fence, Fence) or block.role in ("recovery", "never", "expected"):
        return
    why = shells.no_shell(fence) if shells.language(fence) else ""
    if why and not shells.only_comments(fence.text):
        problems.warning(
            "not-shell",
            fence.body_line,
            f"{task_id}: this block is tagged {shells.tag(fence)} and is {why}; it does not run",
            "write it as commands, or tag it as text",
        )


def _reason(block: Placed, before: str) -> str:
    """Why a fence does not run; "" where it does, or was never meant to."""
    fence = block.node
    if not isinstance(fence, Fence):
        return ""
    if shells.language(fence) is None:
        return "no language is named" if not shells.tag(fence) and not _shows(before) else ""
    if _shows(before):
        return "expected output"
    return sections.not_run(block) or shells.no_shell(fence)


def _block(block: Placed, window: int, expects: Expects) -> Block:
    fence = block.node
    assert isinstance(fence, Fence)
    role: Literal["run", "verify"] = "verify" if block.role == "criteria" else "run"
    language = shells.language(fence) or "bash"
    return Block(fence.body_line, shells.commands(fence), language, role, window, expects)


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
_BLOCKS = lazy(r"(?<!non-)(?<!not )\bblock(?:s|er|ing)\b(?! (?:nothing|no\b))", re.IGNORECASE)


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
