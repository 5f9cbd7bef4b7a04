"""The command line: which verbs there are, and the one place error -> message -> exit code."""

from __future__ import annotations

import atexit
import codecs
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tmuxplan import garbage
from tmuxplan.errors import BackendError, PlanError, TmuxplanError, UsageError
from tmuxplan.later import Later
from tmuxplan.version import VERSION

if TYPE_CHECKING:
    import difflib
else:
    difflib = Later("difflib")

VERBS = {
    "init": "Write a plan to start from.",
    "check": "Print a plan's problems; run nothing.",
    "show": "Print what was understood of a plan; run nothing.",
    "launch": "Start a run of a plan.",
    "attach": "Look at a run's windows, and type into them.",
    "status": "Print a table of a run's tasks.",
    "watch": "Watch a run: tasks, logs, causes; act with a key.",
    "logs": "Print a task's output.",
    "explain": "Say why a task failed, is blocked or waits.",
    "collect": "Print the report; the exit status tells the verdict.",
    "sign": "Sign a task that waits for a person.",
    "skip": "Skip a task that has not started, with a reason.",
    "resume": "Go on with a run that ended or lost its supervisor.",
    "retry": "Try a task again that did not pass.",
    "pause": "Start nothing new for now; what runs goes on.",
    "unpause": "Let a paused run go on.",
    "stop": "End a run and everything that it started.",
    "runs": "List the runs here.",
    "verify": "Check that a bundle is as it was made.",
    "mcp": "Serve an assistant (Model Context Protocol).",
    "clean": "Remove old runs, and what they left.",
    "doctor": "Check whether this machine can run plans.",
    "completion": "Print what makes a shell complete tasks and runs.",
}
HIDDEN = {
    "mission-control": "The screen of window 0.",
    "person": "The screen of a task that waits for a person.",
}

SECTIONS = {
    "Plans": "init check show launch",
    "A run": "attach watch status logs explain collect",
    "What a person says to it": "sign skip retry pause unpause stop resume",
    "Earlier runs": "runs verify clean",
    "This machine": "doctor completion mcp",
}
"""The verbs as the help groups them."""

_MISSING = {
    "task": "name a task, such as T004; `tmuxplan status` lists them",
    "plan": "name a plan, such as plan.md; `tmuxplan init` writes one to start from",
    "reason": "say why: --reason 'no schema change in this release'; the report names it",
}
"""What to say where an argument is missing, in place of its name alone."""

EPILOG = """\b
New here? `tmuxplan init` writes a plan that runs, `tmuxplan doctor` says whether it can here.

\b
Examples:
  tmuxplan check plan.md
  tmuxplan launch plan.md --wait
  tmuxplan attach T004
  tmuxplan collect -o report.md

Exit status: 0 GO or done, 1 NO GO, 2 wrong use or a plan with errors,
3 unfinished, 4 PENDING (a person is needed), 130 interrupted.
"""


class _Verbs(click.Group):
    """Imports a verb when it is called: `--version` must not pay for all of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS and cmd_name not in HIDDEN:
            return None
        module = importlib.import_module(f"tmuxplan.commands.{cmd_name.replace('-', '_')}")
        garbage.look_seldom()
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """click would end a closed pipe and an interrupt with 1, which says NO GO, and name a
        missing argument without saying what it is."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read our output has gone; Python would complain again when it flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(141)
        except KeyboardInterrupt as end:
            click.echo("; ".join(("tmuxplan: interrupted", *map(str, end.args))), err=True)
            sys.exit(130)
        except click.MissingParameter as missing:
            hint = _MISSING.get((missing.param and missing.param.name) or "")
            if hint is None:
                raise
            raise click.UsageError(hint, missing.ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(verb, VERBS[verb]) for verb in verbs.split()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            ctx.fail(f"no such command: {args[0]!r}; {_nearest(args[0])}")


def _nearest(word: str) -> str:
    """What was probably meant, or else all that there is."""
    near = difflib.get_close_matches(word.lower(), VERBS, 1, 0.6)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(VERBS)}"


@click.group(
    cls=_Verbs,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, message="tmuxplan %(version)s")
def group() -> None:
    """Turn a Markdown execution plan into a supervised tmux session and a verdict."""


def main() -> None:
    """Run the command line and exit with its status."""
    with _translated(), _leaving_at_once():
        _stand_firm()
        group(prog_name="tmuxplan", standalone_mode=True)


@contextmanager
def _leaving_at_once() -> Iterator[None]:
    """End with the status that was asked for, without first freeing each value by itself: that
    takes longer than many a command, and the system does it anyway."""
    try:
        yield
    except SystemExit as end:
        alone = threading.active_count() == 1  # others may have work left
        if alone and isinstance(end.code, int) and _flushed():
            atexit._run_exitfuncs()
            os._exit(end.code & 0xFF)
        raise


def _flushed() -> bool:
    """Whether all output is out; if not, Python says why when it ends."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True


def _stand_firm() -> None:
    """Have what every program may expect, whatever started us."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:  # closed (`>&-`): the next file opened would be our output
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, no child could be waited for
    if codecs.lookup(sys.getfilesystemencoding()).name != "utf-8":
        # A Latin-1 locale: plans, titles and tmux speak UTF-8.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    try:
        Path.cwd()
    except OSError:
        raise UsageError(
            "the current directory is not there any more", "go to one that is"
        ) from None


def _what_to_do(error: TmuxplanError) -> str:
    """For tmux's own refusals, whose remedy nobody could know where they came up."""
    if error.remedy or not isinstance(error, BackendError):
        return ""
    return "; `tmuxplan doctor` says what is wrong here"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PlanError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        click.echo(f"tmuxplan: {error.what}", err=True)
        sys.exit(error.exit_code)
    except TmuxplanError as error:
        click.echo(f"tmuxplan: {error}{_what_to_do(error)}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # The surroundings' refusals that no room foresaw: a full disk behind `>`, no descriptors.
        click.echo(f"tmuxplan: {error}; check the disk, the limits and permissions", err=True)
        sys.exit(3)
    except KeyboardInterrupt:
        click.echo("tmuxplan: interrupted", err=True)
        sys.exit(130)
