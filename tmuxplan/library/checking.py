"""A plan's problems, as this machine sees them. Runs nothing of the plan."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping

import msgspec

from tmuxplan import machine
from tmuxplan.errors import PlanError, Problem, UsageError
from tmuxplan.library.freeze import rewritten
from tmuxplan.library.settings import settle
from tmuxplan.library.uncollected import uncollected
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.launching import syntax_errors
from tmuxplan.lint.programs import may_define
from tmuxplan.lint.rules import look
from tmuxplan.plan.counting import counted
from tmuxplan.plan.directory import per_file
from tmuxplan.plan.model import Plan, Text
from tmuxplan.shell.steps import Shells

_MOST_ASKED = 500_000  # bytes of commands: ShellCheck takes ten seconds of a core for 1 MB
_BY_LINE = {"error": 0, "warning": 1}


class Examined(msgspec.Struct, frozen=True):
    """`problems` by line; `locks` by task, as `lint.rules.Look` has them."""

    problems: tuple[Problem, ...]
    locks: Mapping[str, tuple[Text, ...]]


@uncollected()
def examine(  # noqa: PLR0913, PLR0917 (what a launch may be told, once)
    plan: Plan,
    roots: Mapping[str, str] | None = None,
    allow: tuple[str, ...] = (),
    launching: bool = False,
    sets: Mapping[str, str] | None = None,
    env: Collection[str] = (),
    with_shellcheck: bool | None = False,
    shells: Shells | None = None,
    infers: bool | None = None,
    only_refusing: bool = False,
) -> Examined:
    """Every problem of the plan on this machine, by line, and the locks that tasks take though
    nobody wrote them down. Codes in `allow` are left out.

    `roots` are rewritten and the placeholders of `sets` filled first, as a launch would. `env`:
    names of further variables that the tasks will have. `launching`: what `check` only warns of
    and a launch refuses is an error. `with_shellcheck` asks ShellCheck too, where it is
    installed; None: unless that would take longer than all else, which is then said. `shells`: for
    whoever makes steps of the same commands afterwards. `infers`: whether a launch takes such
    locks; None: as the settings say. `only_refusing`: whether a launch is refused is asked, and no
    warning of the lint's. UsageError: no problem has a code of `allow`.
    """
    shells = shells or Shells(with_steps=False)
    _known(allow)
    settings = settle(plan).settings
    here = rewritten(plan, {**settings.root, **(roots or {})}, sets or {})
    allow = (*settings.allow, *allow)
    facts = _facts({*env, *(sets or {}), *settings.env}, "\n".join(settings.shell_init))
    infers = settings.infer_locks if infers is None else infers
    seen = look(here, facts, launching, shells, infers, only_refusing)
    found = [*plan.problems, *seen.problems]
    for file in per_file(here):
        found += syntax_errors(file, machine.syntax_error, shells, "placeholder" not in allow)
    if with_shellcheck is not False:
        found += _shellcheck(here, wanted=with_shellcheck is True)
    kept = (problem for problem in found if problem.code not in allow)
    by_line = sorted(kept, key=lambda p: (p.file, p.line, _BY_LINE[p.severity], p.code))
    return Examined(tuple(by_line), seen.locks if infers else {})


def _shellcheck(plan: Plan, wanted: bool) -> Iterator[Problem]:
    """Its findings; unless they are `wanted`, a warning in their place where they take long."""
    from tmuxplan.integrations import shellcheck  # noqa: PLC0415 (a launch needs none of it)

    size = sum(len(block.text) for task in plan.tasks for block in task.blocks)
    if wanted or size <= _MOST_ASKED:
        for file in per_file(plan):
            yield from shellcheck.findings(file)
    elif shellcheck.installed() is not None:
        yield Problem(
            "shellcheck-left-out",
            "warning",
            plan.path,
            1,
            f"ShellCheck was not asked about these {size / 1e6:.1f} MB of commands: it takes "
            "about ten seconds of a processor for each MB",
            "ask it with `check --shellcheck`",
        )


def _known(allow: tuple[str, ...]) -> None:
    """UsageError: there is no problem of such a code."""
    if not allow:
        return
    from tmuxplan.lint.catalogue import is_code, nearest  # noqa: PLC0415 (long tables of words)

    for code in allow:
        if not is_code(code):
            raise UsageError(
                f"--allow {code}: no problem has this code",
                f"the nearest one is {nearest(code)!r}; `tmuxplan check` prints those of a plan",
            )


def _facts(variables: Collection[str], init: str) -> Facts:
    defined = may_define(init)
    return Facts(
        which=lambda name: machine.which(name) or ("" if defined(name) else None),
        is_directory=machine.is_directory,
        exists=machine.exists,
        is_set=lambda name: name in os.environ or name in variables,
    )


def refuses(problems: tuple[Problem, ...]) -> int:
    """For how many of them a launch is refused."""
    return sum(problem.severity == "error" for problem in problems)


def refuse(plan: Plan, problems: tuple[Problem, ...]) -> None:
    """PlanError where any of the problems is an error."""
    errors = refuses(problems)
    if errors:
        what = counted(errors, "error")
        raise PlanError(f"{plan.path}: {what}: nothing was started", problems)
