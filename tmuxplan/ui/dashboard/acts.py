"""What a person may do with a task or a run now, and what is asked before it is done. Pure."""

from __future__ import annotations

import msgspec

from tmuxplan.report.commands import again, rerun, retrying, signing, skipping
from tmuxplan.report.facts import FAILURES, RunFacts, TaskFacts
from tmuxplan.report.words import counted, listed
from tmuxplan.run import control

BARE = "the run would go on without your environment"
"""Why what lets a run that has ended go on is not done in a window of its own session."""
_TRIED_AGAIN = FAILURES | {"halted", "skipped"}
_OF_TASKS = ("retry", "skip", "sign")


class Question(msgspec.Struct, frozen=True):
    """What is asked before something is done. `prompt`: a line is typed, `answer` stands in it at
    first; without one the answer is a key: y or n. `says`: what follows from it, line by line."""

    title: str
    says: tuple[str, ...]
    prompt: str = ""
    answer: str = ""


def may(act: str, run: RunFacts, task: TaskFacts | None, *, bare: bool = False) -> str:
    """Why this can't be done; empty where it can. The supervisor has the last word. `bare`: as in
    Source."""
    refused = _refused(act, run, task)
    if refused or task is None or act not in _OF_TASKS or not needs_shell(run, bare=bare):
        return refused
    return f"{BARE}; {in_a_shell(act, run, task)}"


def needs_shell(run: RunFacts, *, bare: bool) -> bool:
    """Whether what a person does to a task would start a supervisor, with an environment that is
    not theirs."""
    return bare and run.state == "ended"


def in_a_shell(act: str, run: RunFacts, task: TaskFacts) -> str:
    """What to type in place of the key."""
    if act == "retry":
        return f"in a shell: {retrying(run, task.id)}"
    return f"in a shell: {(signing if act == 'sign' else skipping)(run, task)}"


def _refused(act: str, run: RunFacts, task: TaskFacts | None) -> str:
    if act == "stop":
        return "" if run.state == "running" else "the run has ended: there is nothing to stop"
    if act == "pause":
        return "" if run.state == "running" else "the run has ended: there is nothing to pause"
    if task is None:
        return "no task is chosen"
    if run.state == "dead" and act in _OF_TASKS:
        return f"the supervisor is gone; first: tmuxplan resume {run.id}"
    if act == "retry":
        return _no_retry(task)
    if act == "skip":
        open_ = task.outcome in ("waiting", "not started")
        return "" if open_ else f"{task.id} is {task.outcome}: only what has not started is skipped"
    if act == "sign":
        return "" if task.outcome == "waiting" else f"{task.id} does not wait for a signature"
    return ""


def _no_retry(task: TaskFacts) -> str:
    if task.outcome in _TRIED_AGAIN or task.retry_at is not None:
        return ""
    if task.outcome == "blocked":
        return f"{task.id} is blocked: retry {listed(task.root or task.blocked_by)}, it follows"
    return f"{task.id} is {task.outcome}: only what did not pass is tried again"


def question(act: str, run: RunFacts, task: TaskFacts | None, name: str) -> Question | None:
    """What is asked first; None: it is done at once, since it can be undone."""
    if act == "stop":
        running = tuple(t.id for t in run.tasks if t.outcome == "running")
        are, they = ("is", "it") if len(running) == 1 else ("are", "they")
        ends = f"{listed(running)} {are} ended now, with all that {they} started."
        said = (ends if running else "Nothing runs now.", "Nothing new starts.")
        return Question("Stop the run?", said)
    if task is None or act == "pause":
        return None
    if act == "retry":
        return Question(f"Try {task.id} again?", _of_retry(run, task))
    if act == "skip":
        return Question(f"Skip {task.id} {task.title}", _of_skip(task), "because")
    return Question(f"Sign {task.id} {task.title}", _of_sign(task), "signed by", name)


def _of_retry(run: RunFacts, task: TaskFacts) -> tuple[str, ...]:
    after = tuple(t.id for t in run.tasks if task.id in (*t.root, *t.blocked_by))
    found = [_of_steps(task)]
    found += [f"{listed(after)} may follow: it kept them from running."] if after else []
    found += ["The run has ended: it goes on with this."] if run.state == "ended" else []
    return tuple(found)


def _of_steps(task: TaskFacts) -> str:
    if task.retry_at is not None:
        return "The retry that is planned is made now."
    if task.outcome == "skipped":
        return (
            f"{task.skipped_by} skipped it: it runs after all, and who has not begun waits for it."
        )
    return f"Its {counted(len(task.steps), 'step')} run again from the first."


def _of_skip(task: TaskFacts) -> tuple[str, ...]:
    found = ["Its dependents may start. The report says who skipped it, and why."]
    if task.blocks_the_run:
        found.append(f"{task.id} blocks: without it the run can't be GO.")
    return tuple(found)


def _of_sign(task: TaskFacts) -> tuple[str, ...]:
    items = tuple(f"[{'x' if item.by else ' '}] {item.text}" for item in task.checklist)
    left = len(task.unticked)
    warned = (f"{left} of {len(items)} items are not ticked.",) if left else ()
    return (*items[:10], *warned) or ("The plan names nothing to look at.",)


def request(act: str, run: RunFacts, task: TaskFacts | None, by: str, text: str) -> control.Request:
    """What is asked of the supervisor. `by`: who; `text`: the line that was typed."""
    if act == "stop":
        return control.StopRun(by, f"stopped by {by}")
    if act == "pause" or task is None:
        return control.Unpause(by) if run.paused else control.Pause(by)
    if act == "retry":
        return control.Retry(task.id, by)
    if act == "skip":
        return control.Skip(task.id, by, text)
    return control.Sign(task.id, text or by)


def command(run: RunFacts, task: TaskFacts | None) -> str:
    """The command line that runs the task (or the plan) again."""
    if task is None:
        return again(run)
    return rerun(run, (task.id,))
