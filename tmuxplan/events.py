"""The journal's vocabulary: what can happen in a run. Imports nothing of ours.

One event is one line of `events.jsonl`. Fields are added, with a default, and never renamed
or removed, so that old journals keep loading. `at` is seconds since the epoch, UTC.
"""

from __future__ import annotations

from typing import Literal, Protocol, Union

import msgspec

SCHEMA = 1

Verdict = Literal[
    "passed", "failed", "timed out", "blocked", "halted", "skipped", "lost", "waiting"
]
RunVerdict = Literal["GO", "NO GO", "PENDING"]
EvidenceKind = Literal[
    "step", "marker", "criterion", "status", "timeout", "signal", "lost", "warning"
]


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a verdict rests on.

    `line` is the plan's line, `log_line` the line of the attempt's log (both from 1, 0:
    none); `step` the step's number (0: none); `text` is masked and free of control
    sequences. Kind "warning" never decides a verdict; every other kind fails the task.
    """

    kind: EvidenceKind
    text: str
    step: int = 0
    line: int = 0
    log_line: int = 0


class Leftover(msgspec.Struct, frozen=True, omit_defaults=True):
    """A process that outlived its task. `ports` are those that it listens on."""

    pid: int
    command: str
    ports: tuple[int, ...] = ()


class _Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    at: float


class RunStarted(_Event, frozen=True, kw_only=True, tag="run_started"):
    """Always the first. `selected` are the ids asked for; `partial`: not the whole plan.

    `again` is the command that launches the same once more, secrets left out.
    """

    run: str
    plan: str
    sha256: str
    title: str
    cwd: str
    backend: str
    host: str
    user: str
    version: str
    selected: tuple[str, ...]
    partial: bool = False
    jobs: int = 32
    again: str = ""
    schema: int = SCHEMA


class SupervisorStarted(_Event, frozen=True, kw_only=True, tag="supervisor_started"):
    """A supervisor took the run: the first, or a later one that resumed it.

    `session` is where its windows are: each supervisor of a run opens its own.
    """

    pid: int
    session: str = ""


class AttemptStarting(_Event, frozen=True, kw_only=True, tag="attempt_starting"):
    """Journalled before anything is started, so that no task can run twice unseen."""

    task: str
    n: int
    nonce: str


class AttemptStarted(_Event, frozen=True, kw_only=True, tag="attempt_started"):
    """`pid` is the outer shell's; `window` tmux's window id, or empty."""

    task: str
    n: int
    host: str
    pid: int
    window: str = ""


class StepEnded(_Event, frozen=True, kw_only=True, tag="step_ended"):
    """A step's record was seen. `seconds` is None where the start is not known.

    `pipe` are the statuses of a pipeline's members. `put_back`: the failed step had left
    the shell in another directory, and it was put back. `stopped`: the task was stopped
    here, because what follows would have acted in the wrong place.
    """

    task: str
    n: int
    step: int
    status: int
    seconds: float | None = None
    pipe: tuple[int, ...] = ()
    put_back: str = ""
    stopped: bool = False
    log_line: int = 0


class EvidenceFound(_Event, frozen=True, kw_only=True, tag="evidence_found"):
    """A marker or a warning was seen in the output, as it was printed."""

    task: str
    n: int
    evidence: Evidence


class CriterionSeen(_Event, frozen=True, kw_only=True, tag="criterion_seen"):
    """The regular expression of criterion number `criterion` (index, from 0) occurred."""

    task: str
    n: int
    criterion: int
    log_line: int


class SecretSeen(_Event, frozen=True, kw_only=True, tag="secret_seen"):
    """Bytes [offset, offset+length) of the attempt's log are a secret's value.

    `length` -1: everything from `offset` to the log's end is to be masked, because the log
    holds more secrets than are journalled one by one.
    """

    task: str
    n: int
    offset: int
    length: int


class AttemptEnded(_Event, frozen=True, kw_only=True, tag="attempt_ended"):
    """The facts of an end; the verdict is `Judged`.

    `status` is the outer shell's record of the body's exit status, None where it is not
    known; then `lost` says why. `log_lines` counts the log's lines.
    """

    task: str
    n: int
    status: int | None
    lost: str = ""
    log_lines: int = 0


class LeftoverFound(_Event, frozen=True, kw_only=True, tag="leftover_found"):
    """What the attempt left behind. `ended`: ended with the task; else it lives on."""

    task: str
    n: int
    ended: tuple[Leftover, ...] = ()
    alive: tuple[Leftover, ...] = ()


class ServerReady(_Event, frozen=True, kw_only=True, tag="server_ready"):
    """The attempt is up: its port or URL answered, or its log line was seen (`how`)."""

    task: str
    n: int
    how: str


class StopAsked(_Event, frozen=True, kw_only=True, tag="stop_asked"):
    """A running attempt is being stopped: by its timeout, a halt, or a person; or because it
    was a server that was up, and nobody needs it any more ("done")."""

    task: str
    n: int
    why: Literal["timeout", "halt", "stop", "done"]


class Judged(_Event, frozen=True, kw_only=True, tag="judged"):
    """The verdict of an attempt, with everything that it rests on."""

    task: str
    n: int
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()


class Blocked(_Event, frozen=True, kw_only=True, tag="blocked"):
    """The task can't run: `by` did not pass; `root` is where the chain began."""

    task: str
    by: tuple[str, ...]
    root: tuple[str, ...]


class Halted(_Event, frozen=True, kw_only=True, tag="halted"):
    """The task was not started because the run halts or stops."""

    task: str
    why: str


class PersonAsked(_Event, frozen=True, kw_only=True, tag="person_asked"):
    """The task has come up and waits for a person: a gate, or no commands."""

    task: str


class Signed(_Event, frozen=True, kw_only=True, tag="signed"):
    """A person signed a gate or a task without commands."""

    task: str
    by: str
    note: str = ""


class Skipped(_Event, frozen=True, kw_only=True, tag="skipped"):
    """A person skipped the task; its dependents may start."""

    task: str
    by: str
    reason: str


class RunStopping(_Event, frozen=True, kw_only=True, tag="run_stopping"):
    """Nothing new starts. `why` in words; `now`: running tasks are stopped too."""

    by: str
    why: str
    now: bool = True


class RunEnded(_Event, frozen=True, kw_only=True, tag="run_ended"):
    """The last event of a supervisor. `deciding` are the tasks that decided the verdict."""

    verdict: RunVerdict
    rule: str
    deciding: tuple[str, ...] = ()


class Notice(_Event, frozen=True, kw_only=True, tag="notice"):
    """Something that a reader of the run should know and that is no fact of a task."""

    text: str


AttemptEvent = Union[
    AttemptStarted,
    StepEnded,
    EvidenceFound,
    CriterionSeen,
    SecretSeen,
    AttemptEnded,
    LeftoverFound,
    ServerReady,
    StopAsked,
    Judged,
]
TaskEvent = Union[AttemptStarting, Blocked, Halted, PersonAsked, Signed, Skipped, AttemptEvent]
RunEvent = Union[RunStarted, SupervisorStarted, RunStopping, RunEnded, Notice]
Event = Union[RunEvent, TaskEvent]


class Hit(msgspec.Struct, frozen=True):
    """Something that a scan found in output: bytes [offset, offset+length) of what it was given.

    `text` is the whole line, decoded and cleaned (for a secret: empty). `criterion` is an
    index in `Task.criteria`, -1 for none. `line` is the plan's line that the text itself names
    (bash's `script.sh: line 12: x: command not found`), 0 for none.
    """

    kind: Literal["marker", "warning", "criterion", "secret"]
    offset: int
    length: int
    text: str = ""
    criterion: int = -1
    line: int = 0


class Scan(Protocol):
    """Finds markers, warnings, criteria and secrets in output that a step printed.

    It is given whole lines where there are any: every call's bytes end in a newline, or at
    the end of a step, or are a piece of a line too long to hold. It must not hold state.
    """

    def __call__(self, output: bytes) -> tuple[Hit, ...]: ...
