"""The issues of a run, written in the style of a template's sample issue. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.report.decision import failed, skipped
from tmuxplan.report.evidence import first_failure, places, why
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.vocabulary import issue_label
from tmuxplan.report.words import code, listed, prose

_ITEM = re.compile(r"^(?P<lead>\s*)(?P<mark>\d+[.)]|[-*+]|#{2,6})\s+\S")
_FIELD = re.compile(
    r"^(?P<lead>\s*(?:[-*+]\s+)?(?:\*\*)?)(?P<label>[^:：]{2,40}?)(?P<sep>\s*(?:\*\*)?[:：](?:\*\*)?\s*)(?P<value>.*)$"
)
_DEFAULT = (
    "1. Issue",
    "   - Terminal: #X",
    "   - Error: [error message]",
    "   - Resolution: [how fixed]",
)


def issue_lines(sample: tuple[str, ...], run: RunFacts) -> tuple[str, ...]:
    """One entry for each task that failed, or whose skipping made the run NO GO.

    Entries are made by the sample that the template's section holds.

    Lines before the sample (a sentence, a blank line) stay.
    """
    start = next((i for i, line in enumerate(sample) if _ITEM.match(line)), None)
    before = sample if start is None else sample[:start]
    before = tuple(line for line in before if not line.strip().startswith("["))
    pattern = _DEFAULT if start is None else _one(sample[start:])
    wrong = {task.id for task in (*failed(run), *skipped(run))}
    issues = tuple(task for task in run.tasks if task.id in wrong)
    entries = [line for n, task in enumerate(issues, 1) for line in _entry(pattern, n, task, run)]
    opening = before if before and not before[0].strip() else ("", *before)
    while len(opening) > 1 and not opening[-1].strip() and not opening[-2].strip():
        opening = opening[:-1]
    return (*(opening if start is None else before), *(entries or [_none(run)]), "")


def _none(run: RunFacts) -> str:
    return "None so far." if run.state == "running" else "None."


def _one(sample: tuple[str, ...]) -> tuple[str, ...]:
    """The first sample issue, up to the next one or a blank line."""
    head = _ITEM.match(sample[0])
    indent = len(head["lead"]) if head else 0
    found = [sample[0]]
    for line in sample[1:]:
        item = _ITEM.match(line)
        if not line.strip() or (
            item is not None and len(item["lead"]) <= indent and _same(head, item)
        ):
            break
        found.append(line)
    return tuple(found)


def _same(one: re.Match[str] | None, other: re.Match[str]) -> bool:
    return one is not None and one["mark"][0].isdigit() == other["mark"][0].isdigit()


def _entry(pattern: tuple[str, ...], n: int, task: TaskFacts, run: RunFacts) -> Iterator[str]:
    head = _ITEM.match(pattern[0])
    lead, mark = (head["lead"], head["mark"]) if head else ("", "1.")
    numbered = f"{n}{mark[-1]}" if mark[0].isdigit() else mark
    yield f"{lead}{numbered} {task.id} {prose(task.title, 120)}: {task.outcome}"
    seen = set()
    for line in pattern[1:]:
        field = _FIELD.match(line)
        kind = issue_label(field["label"]) if field else None
        if field is None or kind is None:
            yield line
            continue
        seen.add(kind)
        yield f"{field['lead']}{field['label']}{field['sep']}{_value(kind, task, run)}"
    if "error" not in seen:
        yield f"{lead}{' ' * (len(numbered) + 1)}- Error: {_value('error', task, run)}"


def _value(kind: str, task: TaskFacts, run: RunFacts) -> str:
    if kind == "terminal":
        return f"{prose(task.terminal)} ({task.id})" if task.terminal else task.id
    if kind == "task":
        return f"{task.id} {prose(task.title, 120)}"
    if kind == "impact":
        return prose(task.impact) if task.impact else "not stated, so it blocks"
    if kind == "error":
        return _error(task, run)
    return _resolution(task)


def _error(task: TaskFacts, run: RunFacts) -> str:
    evidence = first_failure(task)
    if evidence is None:
        return code(why(task))
    others = len(task.last.failures) - 1 if task.last else 0
    more = f"; {others} more under Evidence" if others else ""
    return f"{code(evidence.text)}{places(run, evidence, task)}{more}"


def _resolution(task: TaskFacts) -> str:
    if task.outcome == "skipped":
        return "open; it blocks the run, so the run is NO GO until it has passed"
    if not task.recovery:
        return "open; the plan names no recovery"
    return f"open; the plan says: {prose(listed(tuple(r.text for r in task.recovery), 12), 2000)}"
