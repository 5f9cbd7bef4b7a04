"""The settings, as frozen values: the one schema that files, front matter and editors share.

A setting's `Meta` carries its meaning for people, and in `extra["form"]` how it is written:
"text" (any scalar, taken as written), "duration", "regex". Times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Word = Annotated[str, Meta(extra={"form": "text"})]
Regex = Annotated[str, Meta(extra={"form": "regex"})]
Duration = Annotated[float, Meta(extra={"form": "duration"})]
Lines = Annotated[tuple[str, ...], Meta(extra={"form": "lines"})]
Count = Annotated[int, Meta(ge=0)]

Source = Literal["metadata", "table", "mermaid", "front matter", "prose", "none"]


class Markers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines of output that fail or warn, beside the built-in ones."""

    failure: Annotated[
        tuple[Regex, ...],
        Meta(description="Regular expressions; a line in which one occurs fails the task."),
    ] = ()
    warning: Annotated[
        tuple[Regex, ...],
        Meta(description="Regular expressions; a line in which one occurs is a warning."),
    ] = ()
    ignore: Annotated[
        tuple[Regex, ...],
        Meta(description="Regular expressions; a line in which one occurs is neither."),
    ] = ()
    replace: Annotated[
        bool, Meta(description="These alone count: weaker settings' and the built-in ones do not.")
    ] = False


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known prompt and what is typed there."""

    prompt: Annotated[Regex, Meta(description="A regular expression for the prompt's line.")]
    answer: Annotated[Word, Meta(description="What is typed, followed by Enter.")]


class TaskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is different for one task. What is not given here is as the plan has it."""

    timeout: Annotated[
        Duration | UnsetType | None,
        Meta(description="The task is stopped after this; none: never."),
    ] = UNSET
    retries: Annotated[
        Count | UnsetType, Meta(description="How often it is tried again after a failure.")
    ] = UNSET
    no_retry: Annotated[
        bool | UnsetType, Meta(description="It is never tried again, whatever else says so.")
    ] = UNSET
    ready_timeout: Annotated[
        Duration | UnsetType | None,
        Meta(description="It fails where it is not up after this; none: it may take for ever."),
    ] = UNSET
    locks: Annotated[
        tuple[str, ...] | UnsetType, Meta(description="Its locks, in place of the plan's.")
    ] = UNSET
    env: Annotated[
        Mapping[str, Word], Meta(description="Variables for this task; none of them is expanded.")
    ] = {}
    shell: Annotated[
        str | UnsetType, Meta(description="What runs its commands, as bash or zsh -f.")
    ] = UNSET
    keep: Annotated[
        bool | UnsetType, Meta(description="What it leaves in the background lives on.")
    ] = UNSET
    ready: Annotated[
        str | UnsetType, Meta(description="When it is up: port:8000, a URL, or ~ and a regex.")
    ] = UNSET
    gate: Annotated[
        Word | UnsetType,
        Meta(description="manual: a person signs before its dependents start; none: nobody does."),
    ] = UNSET
    impact: Annotated[
        str | UnsetType,
        Meta(description="What its failure means: Critical and High block the run, Low does not."),
    ] = UNSET
    markers: Annotated[
        Markers | UnsetType, Meta(description="Markers for this task, beside the others.")
    ] = UNSET
    respond: Annotated[
        tuple[Answer, ...], Meta(description="Prompts of this task, and their answers.")
    ] = ()
    stalled: Annotated[
        Duration | UnsetType | None,
        Meta(description="It is said to have stalled after this without output; none: never."),
    ] = UNSET
    host: Annotated[str | UnsetType, Meta(description="The label of the host it runs on.")] = UNSET


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of tmuxplan: the front matter of a plan, or a tmuxplan.yaml."""

    jobs: Annotated[int, Meta(ge=1, description="How many tasks run at once, at the most.")] = 32
    retries: Annotated[
        Count | None, Meta(description="How often a failed task is tried again; none: 0.")
    ] = None
    retry_delay: Annotated[
        Duration,
        Meta(description="Before the first retry; twice as long before each next one, up to 60s."),
    ] = 2.0
    max_failures: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="This many failed tasks halt the run; none: no number does."),
    ] = None
    halt: Annotated[
        Literal["stop", "drain"],
        Meta(description="A halt stops running tasks, or lets them finish (drain)."),
    ] = "stop"
    timeout: Annotated[
        Duration | None,
        Meta(description="A task without a timeout of its own is stopped after this; none: never."),
    ] = None
    ready_timeout: Annotated[
        Duration | None,
        Meta(description="A server that is not up after this fails; none: it may take for ever."),
    ] = 300.0
    on_error: Annotated[
        Literal["continue", "stop"],
        Meta(description="After a failed step a task goes on with the next one, or stops."),
    ] = "continue"
    reap: Annotated[
        Literal["session", "all"],
        Meta(description="What ends with a task: its session, or also what detached itself."),
    ] = "session"
    env: Annotated[
        Mapping[str, Word], Meta(description="Variables for all tasks; none of them is expanded.")
    ] = {}
    shell_init: Annotated[
        Lines, Meta(description="Shell lines that run before each task's commands; no steps.")
    ] = ()
    root: Annotated[
        Mapping[str, str],
        Meta(description="OLD: NEW; OLD, an absolute directory in the plan, is NEW here."),
    ] = {}
    cwd: Annotated[
        str, Meta(description="Where tasks start; relative to the file that says so.")
    ] = ""
    backend: Annotated[
        Literal["tmux", "pty"] | None,
        Meta(description="Where tasks run; none: tmux where it is installed, else pty."),
    ] = None
    grace: Annotated[Duration, Meta(description="From the first signal of a stop to the last.")] = (
        10.0
    )
    markers: Annotated[
        Markers, Meta(description="Lines of output that fail or warn, beside the built-in ones.")
    ] = Markers()
    respond: Annotated[
        tuple[Answer, ...], Meta(description="Prompts that are known, and their answers.")
    ] = ()
    stalled: Annotated[
        Duration | None,
        Meta(description="A task that prints nothing for this long has stalled; none: never said."),
    ] = 300.0
    locks: Annotated[
        Mapping[str, tuple[str, ...]],
        Meta(description="TASK: [names]; further locks of a task, beside the plan's."),
    ] = {}
    infer_locks: Annotated[
        bool,
        Meta(description="A task locks the ports that it binds and the places it installs into."),
    ] = True
    allow: Annotated[tuple[str, ...], Meta(description="Codes of problems that are left out.")] = ()
    deps_from: Annotated[
        Source | None, Meta(description="The one kind of place that dependencies are taken from.")
    ] = None
    secrets: Annotated[
        tuple[str, ...],
        Meta(description="Variables whose values are masked, beside those that look secret."),
    ] = ()
    issues_dir: Annotated[
        str, Meta(description="Where issue files are written; empty: as the plan says.")
    ] = ""
    notify: Annotated[
        tuple[str, ...],
        Meta(description="Whom to tell of a failure that blocks: `command: …`, or Apprise URLs."),
    ] = ()
    notify_on: Annotated[
        tuple[Literal["failure", "prompt", "stalled"], ...],
        Meta(description="What they are told of; prompts that `respond` answers are none."),
    ] = ("failure",)
    rule: Annotated[
        Literal["blocking"],
        Meta(description="What makes a run NO GO: a task that blocks did not pass."),
    ] = "blocking"
    tasks: Annotated[
        Mapping[str, TaskSettings], Meta(description="TASK: what is different for this task.")
    ] = {}
