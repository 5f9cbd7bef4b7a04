"""A report template, filled line by line, in the template's own words and style. Pure.

What is not understood stays as it is, and is listed, so that nobody takes it for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.report import boxes, counts, labels, taskfields, taskline
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.issues import issue_lines
from tmuxplan.report.labels import PLACEHOLDER
from tmuxplan.report.slots import places, readable
from tmuxplan.report.steps import next_steps
from tmuxplan.report.tasksections import expand
from tmuxplan.report.vocabulary import (
    Concept,
    Section,
    about_the_run,
    asks_for_actions,
    asks_for_blockers,
    field,
    section,
)

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")
_RULE = re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$")


class Filled(msgspec.Struct, frozen=True):
    """The report's lines; what was left as the template has it; ids that the plan does not have."""

    lines: tuple[str, ...]
    left: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def fill(template: str, run: RunFacts) -> Filled:
    """The template with the run's facts in it."""
    return _Filler(template, run).filled()


def _cells(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.strip().strip("|").split("|"))


class _Filler:
    """Walks the template once. State: where in it we are, and what was left over."""

    def __init__(self, template: str, run: RunFacts) -> None:
        self.run = run
        self.names = taskline.Names(run.tasks)
        self.lines = tuple(line.rstrip() for line in template.splitlines())
        self.labels: frozenset[Concept] = frozenset(
            meaning for line in self.lines if (meaning := counts.single(line)) is not None
        )
        self.at = 0
        self.section: Section = ""
        self.about_run = True  # up to the second heading, and wherever one speaks of the run
        self.headings = 0
        self.columns: tuple[str, ...] = ()
        self.left: list[str] = []
        self.strange: list[str] = []
        self.counts_done = False

    def filled(self) -> Filled:
        found: list[str] = []
        while self.at < len(self.lines):
            found.extend(self._next())
        return Filled(tuple(found), tuple(dict.fromkeys(self.left)), tuple(self.strange))

    def _next(self) -> Iterator[str]:
        line = self.lines[self.at]
        self._look_at_columns(line)
        heading = _HEADING.match(line)
        if heading is not None and taskfields.read(self.lines, self.at, self.names):
            expanded = expand(self.lines, self.at, self.run, self.names)
            self.at = expanded.at
            self.left.extend(expanded.left)
            self.strange.extend(expanded.strange)
            yield from expanded.lines
        elif heading is not None:
            self.headings += 1
            self.section = section(heading[2])
            self.about_run = self.headings == 1 or about_the_run(PLACEHOLDER.sub("", heading[2]))
            yield self._inline(line)
            self.at += 1
            if self.section == "issues":
                yield from self._issues(len(heading[1]))
        elif self._task_line(line) is not None:
            yield from self._tasks()
        else:
            self.at += 1
            yield from self._single(line)

    def _look_at_columns(self, line: str) -> None:
        """Keeps the headers of the table that we are in."""
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        if not line.lstrip().startswith("|"):
            self.columns = ()
        elif _RULE.match(following):
            self.columns = _cells(line)

    def _single(self, line: str) -> Iterator[str]:
        if boxes.holds_box(line):
            following = self.lines[self.at] if self.at < len(self.lines) else ""
            yield from boxes.ticked(line, following, self.run)
        elif (alone := boxes.ALONE.match(line)) is not None and self._list_for(alone["name"]):
            items = self._list_for(alone["name"])
            # Without bullets, lines would run into one paragraph.
            bullet = "- " if len(items) > 1 and not alone["lead"].strip() else ""
            yield from (f"{alone['lead']}{bullet}{item}" for item in items)
        elif (row := self._row_of_counts(line)) is not None:
            yield row
        else:
            filled = self._inline(line)
            yield filled
            if filled != line:
                yield from self._other_counts(line)

    def _inline(self, line: str) -> str:
        filled = labels.filled_line(self._opened(line), self.run, self.about_run)
        self.left.extend(filled.left)
        return filled.text

    def _opened(self, line: str) -> str:
        """A label without a value, as if it had a place for one, unless a list follows."""
        if not readable(line) or not labels.is_empty(line):
            return line
        following = self.lines[self.at] if self.at < len(self.lines) else ""
        deeper = len(following) - len(following.lstrip()) > len(line) - len(line.lstrip())
        a_list = _ITEM.match(following) and not _ITEM.match(line)
        return line if deeper or a_list else f"{line} ___"

    def _row_of_counts(self, line: str) -> str | None:
        """`| X | Y |` under `| Passed | Failed |`: each cell by its header, or none."""
        cells = _cells(line)
        if not self.columns or not self.about_run or len(cells) != len(self.columns):
            return None
        found = []
        for header, text in zip(self.columns, cells, strict=True):
            filled = labels.filled_line(f"{header}: {text}", self.run, True)
            if text and (filled.left or filled.text == f"{header}: {text}"):
                return None
            found.append(filled.text.removeprefix(f"{header}: ") if text else "")
        return f"| {' | '.join(found)} |"

    def _column(self, i: int, cells: tuple[str, ...], task: TaskFacts) -> tuple[str | None, bool]:
        """A cell of a task's row, for `taskline.write`."""
        if not self.columns:
            return taskline.last_for_notes(i, cells, task)
        header = self.columns[i] if i < len(self.columns) else ""
        filled = taskfields.cell_of(header, cells[i], task)
        if filled is None:
            self.left.extend(places(cells[i]))
        return filled, field(header) == "notes"

    def _task_line(self, line: str) -> taskline.TaskLine | None:
        return taskline.read(line, self.section == "results")

    def _tasks(self) -> Iterator[str]:
        """A run of task lines, with "..." (or what the template forgot) written out."""
        pattern: taskline.TaskLine | None = None
        done: set[str] = set()
        named = self._named_ahead()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            parts = self._task_line(line)
            if parts is None and not taskline.is_dots(line):
                break
            self.at += 1
            if parts is None or taskline.is_pattern(parts.ref):
                pattern = pattern or parts
                if pattern is not None:
                    yield from self._rest(pattern, done | named)
                    done |= {task.id for task in self.run.tasks} - named
                continue
            pattern = pattern or parts
            task = self.names.find(parts.ref)
            if task is None:
                self.strange.append(parts.ref.strip())
                yield line
                continue
            done.add(task.id)
            yield taskline.write(parts, task, parts.ref, own=True, column=self._column)
        if pattern is not None:
            yield from self._rest(pattern, done)

    def _named_ahead(self) -> set[str]:
        """The tasks that this run of lines names one by one."""
        found: set[str] = set()
        for line in self.lines[self.at :]:
            parts = self._task_line(line)
            if parts is None and not taskline.is_dots(line):
                break
            task = (
                self.names.find(parts.ref) if parts and not taskline.is_pattern(parts.ref) else None
            )
            if task is not None:
                found.add(task.id)
        return found

    def _rest(self, pattern: taskline.TaskLine, done: set[str]) -> Iterator[str]:
        for task in self.run.tasks:
            if task.id not in done:
                ref = self.names.spell(pattern.ref, task)
                yield taskline.write(pattern, task, ref, own=False, column=self._column)

    def _other_counts(self, line: str) -> Iterator[str]:
        """Right behind the failed ones: what else became of tasks, so that the numbers add up."""
        last_known = "failed" if "failed" in self.labels else "passed"
        if counts.single(line) == last_known and not self.counts_done:
            self.counts_done = True
            yield from labels.other_counts(line, self.labels, self.run)

    def _issues(self, level: int) -> Iterator[str]:
        body: list[str] = []
        while self.at < len(self.lines):
            heading = _HEADING.match(self.lines[self.at])
            if heading is not None and len(heading[1]) <= level:
                break
            body.append(self.lines[self.at])
            self.at += 1
        yield from issue_lines(tuple(body), self.run)

    def _list_for(self, name: str) -> tuple[str, ...]:
        if self.section == "next" or asks_for_actions(name):
            return next_steps(self.run)
        if asks_for_blockers(name) or self.section == "decision":
            undecided = tuple(line.removeprefix("- ") for line in boxes.undecided(self.run))
            return undecided or boxes.named_blockers(self.run) or ("none",)
        return ()
