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


class PlanChanged(_Event, frozen=True, kw_only=True, tag="plan_changed"):
    """A resumed run read its plan again, and goes on with what it says now.

    Nothing runs when this happens. `moved`: new ids by old ones; from here on every task is
    called by its new one. `changed` and `added` are new ids, `removed` old ones. `selected`,
    `partial`, `sha256` and `title` take the place of RunStarted's. `generation` counts from 1.
    """

    generation: int
    sha256: str
    title: str
    selected: tuple[str, ...]
    partial: bool = False
    moved: dict[str, str] = {}
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class AttemptStarting(_Event, frozen=True, kw_only=True, tag="attempt_starting"):
    """Journalled before anything is started, so that no task can run twice unseen.
    `stdin_empty`: nobody can type what no rule answers, because the launch had no terminal."""

    task: str
    n: int
    nonce: str
    stdin_empty: bool = False


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


class AnsweredBefore(_Event, frozen=True, kw_only=True, tag="answered_before"):
    """What would tell that the attempt is up was so before its task began: `what` ("port 8000")
    was answered by `held_by`, the processes `pids` (none: nobody may know whose it is). It tells
    nothing, until nobody answers for a moment, or all of those are gone: then the same event
    comes without `what`."""

    task: str
    n: int
    what: str = ""
    held_by: str = ""
    pids: tuple[int, ...] = ()


class StopAsked(_Event, frozen=True, kw_only=True, tag="stop_asked"):
    """A running attempt is being stopped: by its timeout, a halt, or a person; because it is a
    server that was not up in time ("not up"); or because it was a server that was up, and
    nobody needs it any more ("done")."""

    task: str
    n: int
    why: Literal["timeout", "halt", "stop", "done", "not up"]


class Adopted(_Event, frozen=True, kw_only=True, tag="adopted"):
    """A later supervisor found the attempt alive, or ended, and reads its log from the first
    byte again: steps, evidence and criteria seen so far are about to be told anew, and so are
    secrets, which count however often they are told."""

    task: str
    n: int


class InputAwaited(_Event, frozen=True, kw_only=True, tag="input_awaited"):
    """The attempt's foreground process reads from its terminal. `prompt` is the last line
    that it printed, masked and clean."""

    task: str
    n: int
    prompt: str


class Stalled(_Event, frozen=True, kw_only=True, tag="stalled"):
    """The attempt printed nothing for `silent_s` seconds."""

    task: str
    n: int
    silent_s: float


class Moving(_Event, frozen=True, kw_only=True, tag="moving"):
    """The attempt prints again: it neither waits for input nor stalls any more."""

    task: str
    n: int


class Answered(_Event, frozen=True, kw_only=True, tag="answered"):
    """A `respond` rule of the settings answered a prompt. The answer itself is not kept."""

    task: str
    n: int
    prompt: str
    rule: str


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


class RetryPlanned(_Event, frozen=True, kw_only=True, tag="retry_planned"):
    """Attempt `n` did not pass, and another follows, not before `due` (seconds since the
    epoch). `left` is how many retries are left after that one."""

    task: str
    n: int
    due: float
    left: int = 0


class Reopened(_Event, frozen=True, kw_only=True, tag="reopened"):
    """The task's end no longer counts, and it may run again: a person retried it, or a
    resumed run does. Its attempts stay. `why` in words."""

    task: str
    by: str
    why: str


class Escalated(_Event, frozen=True, kw_only=True, tag="escalated"):
    """Somebody was told of a failure that blocks: an issue file, a notification, a fallback
    plan (`detail`: its path, or who). `failed`: why it could not be done, else empty."""

    task: str
    n: int
    what: Literal["issue", "notification", "fallback"]
    detail: str = ""
    failed: str = ""


class LockAwaited(_Event, frozen=True, kw_only=True, tag="lock_awaited"):
    """The task could start, but for `locks`, which another run of this user holds: `held_by`, in
    words. No locks: it does not wait for any such any more."""

    task: str
    locks: tuple[str, ...] = ()
    held_by: str = ""


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


class ItemSigned(_Event, frozen=True, kw_only=True, tag="item_signed"):
    """A person ticked item `item` (from 1) of a gate's checklist."""

    task: str
    item: int
    by: str
    note: str = ""


class Skipped(_Event, frozen=True, kw_only=True, tag="skipped"):
    """A person skipped the task; its dependents may start."""

    task: str
    by: str
    reason: str


class RunStopping(_Event, frozen=True, kw_only=True, tag="run_stopping"):
    """Nothing new starts. `why` in words; `now`: running tasks are stopped too. `halt`: the
    plan's own number of failures asked for it, not a person."""

    by: str
    why: str
    now: bool = True
    halt: bool = False


class Paused(_Event, frozen=True, kw_only=True, tag="paused"):
    """Nothing new starts until Unpaused; what runs goes on."""

    by: str


class Unpaused(_Event, frozen=True, kw_only=True, tag="unpaused"):
    """The run goes on."""

    by: str


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
    AnsweredBefore,
    StopAsked,
    Adopted,
    InputAwaited,
    Stalled,
    Moving,
    Answered,
    Judged,
]
TaskEvent = Union[
    AttemptStarting,
    LockAwaited,
    Blocked,
    Halted,
    RetryPlanned,
    Reopened,
    Escalated,
    PersonAsked,
    Signed,
    ItemSigned,
    Skipped,
    AttemptEvent,
]
RunEvent = Union[
    RunStarted, SupervisorStarted, PlanChanged, RunStopping, Paused, Unpaused, RunEnded, Notice
]
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


class Asked(msgspec.Struct, frozen=True):
    """What the end of an attempt's output asks. `text`: the last line that says anything, masked
    and clean.

    `partial`: the cursor still stands in that line; `shaped`: and it ends as questions do.
    `answer`: what somebody wrote down for this prompt, under `rule`; None: nobody did.
    """

    text: str
    partial: bool = False
    shaped: bool = False
    answer: str | None = None
    rule: str = ""


class Ask(Protocol):
    """Reads the prompt at the end of output; it never holds what it was given."""

    def __call__(self, output: bytes) -> Asked: ...


def nothing_asked(output: bytes) -> Asked:  # noqa: ARG001 (an `Ask`)
    """Reads nothing."""
    return Asked("")
