"""A template's sections for tasks, one after the other, and "[Repeat for each task]". Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.taskfields import Section, is_pattern, is_repeat, read, write
from tmuxplan.report.taskline import Names


class Expanded(msgspec.Struct, frozen=True):
    """The sections' lines for the report; `at` is the template's first line behind them."""

    at: int
    lines: tuple[str, ...]
    left: tuple[str, ...]
    strange: tuple[str, ...]


def expand(lines: tuple[str, ...], at: int, run: RunFacts, names: Names) -> Expanded:
    """All sections for tasks from the one that begins at `at`."""
    walk = _Walk(lines, at, run, names)
    found = tuple(walk.sections())
    return Expanded(walk.at, found, tuple(walk.left), tuple(walk.strange))


class _Walk:
    """State: where in the template we are, the first section as a pattern, and who had one."""

    def __init__(self, lines: tuple[str, ...], at: int, run: RunFacts, names: Names) -> None:
        self.lines = lines
        self.at = at
        self.run = run
        self.names = names
        self.pattern: Section | None = None
        self.done: set[str] = set()
        self.left: list[str] = []
        self.strange: list[str] = []

    def sections(self) -> Iterator[str]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            found = read(self.lines, self.at, self.names)
            if found is not None:
                self.at += 1 + len(found.body)
                self.pattern = self.pattern or found
                yield from self._own(found)
            elif self.pattern is not None and is_repeat(line):
                self.at += 1
                yield from self._others(self.pattern)
            elif not line.strip() and self._more():
                self.at += 1
                yield line
            else:
                return

    def _own(self, found: Section) -> Iterator[str]:
        """A section that the template wrote: for one task, or as the pattern of all."""
        if not is_pattern(found.ref):
            yield from self._section(found, self.names.find(found.ref), found.ref, own=True)
        elif not self._more():
            yield from self._others(self.pattern or found)

    def _more(self) -> bool:
        """Whether behind blank lines there is more about tasks."""
        behind = range(self.at, len(self.lines))
        at = next((i for i in behind if self.lines[i].strip()), None)
        if at is None:
            return False
        return is_repeat(self.lines[at]) or read(self.lines, at, self.names) is not None

    def _others(self, pattern: Section) -> Iterator[str]:
        """One section for each task that had none."""
        left = [task for task in self.run.tasks if task.id not in self.done]
        for task in left:
            ref = self.names.spell(pattern.ref, task)
            yield from self._section(pattern, task, ref, own=False)
            if pattern.body[-1].strip() and task is not left[-1]:
                yield ""

    def _section(
        self, found: Section, task: TaskFacts | None, ref: str, *, own: bool
    ) -> Iterator[str]:
        if task is None:
            self.strange.append(ref.strip())
            yield f"{found.lead}{found.ref}{found.name}"
            yield from found.body
            return
        self.done.add(task.id)
        written = write(found, task, ref, own)
        self.left.extend(written.left)
        yield from written.lines
