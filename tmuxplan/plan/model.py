"""What a plan says, as frozen values. Every value keeps its line in the plan (from 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tmuxplan.errors import Problem

EdgeKind = Literal["hard", "soft", "ready"]
SourceKind = Literal[
    "front matter", "metadata", "table", "mermaid", "prose", "order", "graph", "launch"
]
Expects = Literal["", "failure", "must fail"]
"""What a plan says of a command's status where it is not to be 0 (grammar E4)."""


class Text(msgspec.Struct, frozen=True):
    """A piece of prose and the line where it stands; `file` as in Task."""

    text: str
    line: int
    file: str = ""


class Block(msgspec.Struct, frozen=True):
    """One runnable fence. `text` is the body without the fence's own indentation.

    `line` is the plan's line of the body's first line. `role` "verify" blocks run after
    all others. `window` numbers the shells of one task; 0 is its first. `expects` is said of
    its last statement. `up`: what the plan says tells that a server that it starts is up.
    """

    line: int
    text: str
    language: str = "bash"
    role: Literal["run", "verify"] = "run"
    window: int = 0
    expects: Expects = ""
    up: Ready | None = None


class Estimate(msgspec.Struct, frozen=True):
    """How long the plan says a task takes, in seconds; `file` as in Task."""

    low_s: float
    high_s: float
    text: str
    line: int
    file: str = ""


class Learned(msgspec.Struct, frozen=True):
    """How long a task of this content took in earlier runs: the median of `runs` of them."""

    seconds: float
    runs: int


class Impact(msgspec.Struct, frozen=True):
    """What a failure means. `blocks`: a run with this task not passed is NO GO."""

    level: str
    blocks: bool
    text: str
    line: int


class Criterion(msgspec.Struct, frozen=True):
    """One success criterion. `code` is the command or the regular expression without its sign."""

    text: str
    line: int
    kind: Literal["command", "regex", "person"]
    code: str = ""
    negated: bool = False


class Ready(msgspec.Struct, frozen=True):
    """When a server task is up: a port, a URL, or a line of its log.

    `within_s`: how long that may take, in seconds, where somebody says so. `asked`: nobody says
    it, and the commands only ask there: who answers may have been there before.
    """

    kind: Literal["port", "url", "line"]
    value: str
    line: int
    within_s: float | None = None
    asked: bool = False


class Step(msgspec.Struct, frozen=True):
    """One top-level statement of a task's commands, as the shell room found it.

    `n` counts from 1 within the task. `criterion` is the index in `Task.criteria` of the
    check that this step is, or None for a command. `passes_on` says for a pipeline how
    many of its last members only hand output on (`| tee log`); `members` is its length
    (1 for what is no pipeline, or where only some members could be known). `ends`: a script
    can end here with status 0 because the step says so; where it does not, nobody knows.
    `expects`: the plan says that it fails.
    """

    n: int
    line: int
    text: str
    criterion: int | None = None
    members: int = 1
    passes_on: int = 0
    ends: bool = True
    expects: Expects = ""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of work with an id. No `blocks`: a task for a person.

    `on_error`: whether the steps after a failed one run; settings say so, not the plan's text.
    `inferred` names those of `locks` that nobody wrote down: their line is the command's.
    `overridden` names what else is here by settings in place of what the plan's text says.
    `shell_of`: the task whose further shell this is, with an id of its own.
    `file`: where it and its lines stand, in a plan of several files; "" is the plan's own path.
    `learned`: from earlier runs, not from the plan; None: there are none of this content.
    """

    id: str
    title: str
    line: int
    blocks: tuple[Block, ...] = ()
    aliases: tuple[str, ...] = ()
    terminal: Text | None = None
    estimate: Estimate | None = None
    impact: Impact | None = None
    objective: Text | None = None
    criteria: tuple[Criterion, ...] = ()
    recovery: tuple[Text, ...] = ()
    dependencies_said: tuple[Text, ...] = ()
    preconditions: tuple[Text, ...] = ()
    gate: Text | None = None
    locks: tuple[Text, ...] = ()
    inferred: tuple[str, ...] = ()
    ready: Ready | None = None
    keep: bool = False
    timeout_s: float | None = None
    retries: int | None = None
    shell: Text | None = None
    host: Text | None = None
    on_error: Literal["continue", "stop"] = "continue"
    overridden: tuple[str, ...] = ()
    shell_of: str = ""
    file: str = ""
    learned: Learned | None = None

    @property
    def expected_s(self) -> float | None:
        """Seconds that it will take: as it did, else as the plan says; None: nobody knows."""
        if self.learned is not None:
            return self.learned.seconds
        return self.estimate.high_s if self.estimate is not None else None

    @property
    def blocks_the_run(self) -> bool:
        """An impact that is not stated blocks: unknown is never success."""
        return self.impact is None or self.impact.blocks


class Source(msgspec.Struct, frozen=True):
    """Where the plan says that one task depends on another; `file` as in Task."""

    kind: SourceKind
    line: int
    says: EdgeKind = "hard"
    file: str = ""


class Edge(msgspec.Struct, frozen=True):
    """`task` depends on `on`; `kind` is what all sources together come to."""

    task: str
    on: str
    kind: EdgeKind
    sources: tuple[Source, ...] = ()


class Protocol(msgspec.Struct, frozen=True):
    """What the plan says should happen when things fail. None: it does not say."""

    retries: int | None = None
    max_failures: int | None = None
    issues_dir: str | None = None
    lines: tuple[Text, ...] = ()


class Template(msgspec.Struct, frozen=True):
    """The plan's own report template, as it stands in its fence."""

    text: str
    line: int


class LooseBlock(msgspec.Struct, frozen=True):
    """A shell fence outside every task, or one that must not run; listed, never run."""

    line: int
    reason: str
    file: str = ""


class Claims(msgspec.Struct, frozen=True):
    """What the plan claims of itself: totals to check against, never to obey."""

    total_tasks: Text | None = None
    parallel_time: Text | None = None
    serial_time: Text | None = None


class File(msgspec.Struct, frozen=True):
    """One file of a plan that is a directory; `path` as it is shown, `source` its text.

    `front_matter` as in Plan.
    """

    path: str
    source: str
    front_matter: Text | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One plan, read. `tasks` in document order; `source` is the text, LF, no BOM.

    A plan that is a directory has `files` in place of a source.

    `family` is the word that its tasks' headings share: task, step, terminal. `front_matter`
    is YAML, without its rules; its line is that of its first line.
    """

    path: str
    title: str
    sha256: str
    source: str = ""
    files: tuple[File, ...] = ()
    family: str = ""
    tasks: tuple[Task, ...] = ()
    edges: tuple[Edge, ...] = ()
    order_rule: str = ""
    protocol: Protocol = Protocol()
    template: Template | None = None
    claims: Claims = Claims()
    loose: tuple[LooseBlock, ...] = ()
    env: Mapping[str, str] = {}
    front_matter: Text | None = None
    problems: tuple[Problem, ...] = ()

    def task(self, task_id: str) -> Task:
        """The task with exactly this id; KeyError if there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)

    def file_of(self, task: Task) -> str:
        """The file where the task and all its lines stand."""
        return task.file or self.path


class Frozen(msgspec.Struct, frozen=True):
    """What was launched, as `plan.json` keeps it: the plan, and its steps by task id."""

    plan: Plan
    steps: dict[str, tuple[Step, ...]]
    schema: int = 1
