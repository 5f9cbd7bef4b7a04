"""What a project's files propose to run, and the plan that is written from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Kind = Literal["install", "lint", "types", "test", "build"]
ORDER: tuple[Kind, ...] = ("install", "lint", "types", "test", "build")
_AFTER: dict[Kind, tuple[Kind, ...]] = {
    "install": (),
    "lint": ("install",),
    "types": ("install",),
    "test": ("install",),
    "build": ("install", "lint", "types", "test"),
}
_MINUTES: dict[Kind, str] = {
    "install": "1-5 minutes",
    "lint": "1-2 minutes",
    "types": "1-3 minutes",
    "test": "2-10 minutes",
    "build": "1-5 minutes",
}
_IMPACT: dict[Kind, str] = {
    "install": "Critical (blocks everything after it)",
    "lint": "Medium",
    "types": "Medium",
    "test": "High (blocks the result)",
    "build": "High (blocks the result)",
}
_RECOVERY: dict[Kind, str] = {
    "install": "Check the network, the versions of the tools, and the lock file",
    "lint": "Read the first finding, mend it, run the task again",
    "types": "Read the first finding, mend it, run the task again",
    "test": "Run the first failing test by itself",
    "build": "Build from a clean checkout, to see whether old files are in the way",
}


class Job(msgspec.Struct, frozen=True):
    """One task to propose. `source` is the file that it was read from, `tools` tells apart
    what belongs together: a job waits for those of its own tools, and `make` for all."""

    kind: Kind
    title: str
    commands: tuple[str, ...]
    source: str
    tools: str
    checks: tuple[str, ...] = ()


class Left(msgspec.Struct, frozen=True):
    """Something that was seen and is not proposed, and why."""

    what: str
    why: str


class Proposal(msgspec.Struct, frozen=True):
    """All that one file, or all files, propose."""

    jobs: tuple[Job, ...] = ()
    left: tuple[Left, ...] = ()


def plan_text(name: str, cwd: str, proposal: Proposal) -> str:
    """The plan. `cwd` is the project's directory as seen from the plan's file."""
    jobs = sorted(proposal.jobs, key=lambda job: ORDER.index(job.kind))
    needs = [_needs(jobs, job) for job in jobs]
    ids = [f"T{n:03d}" for n in range(1, len(jobs) + 1)]
    parts = [_head(name, cwd, jobs)]
    for n, job in enumerate(jobs):
        parts.append(_task(n + 1, job, [ids[k] for k in needs[n]]))
    parts += [_graph(ids, jobs, needs), _left(proposal.left), _PROTOCOL, _template(ids, jobs)]
    return "\n".join(part for part in parts if part)


def _needs(jobs: list[Job], job: Job) -> list[int]:
    """What comes right before it: the nearest kinds that there are."""
    kinds = _AFTER[job.kind]
    found = [
        n
        for n, other in enumerate(jobs)
        if other.kind in kinds and (other.tools == job.tools or "make" in (other.tools, job.tools))
    ]
    checks = [n for n in found if jobs[n].kind != "install"]
    return checks if checks and all(_needs(jobs, jobs[n]) for n in checks) else found


def _head(name: str, cwd: str, jobs: list[Job]) -> str:
    sources = list(dict.fromkeys(job.source for job in jobs))
    return f"""---
cwd: "{cwd}"
---

# Check {name}

**Purpose:** what {_listed(sources)} of this project would run, in an order that suits it.
**Total Tasks:** {len(jobs)}

Proposed by `tmuxplan init --from`, which read those files and ran nothing. Read it, and change it.
"""


def _task(number: int, job: Job, needs: list[str]) -> str:
    commands = "\n".join(job.commands)
    checks = "".join(f"- `{check}`\n" for check in job.checks)
    criteria = f"\n### Success Criteria\n{checks}" if checks else ""
    return f"""---

## TASK {number:03d}: {job.title}

**Time:** {_MINUTES[job.kind]}
**Dependencies:** {", ".join(needs) or "None"}
**Failure Impact:** {_IMPACT[job.kind]}

### Commands
```bash
{commands}
```
{criteria}
### Failure Recovery
- {_RECOVERY[job.kind]}
"""


def _graph(ids: list[str], jobs: list[Job], needs: list[list[int]]) -> str:
    nodes = [f'    {id_}["{id_} {job.title}"]' for id_, job in zip(ids, jobs, strict=True)]
    arrows = [f"    {ids[k]} --> {id_}" for id_, on in zip(ids, needs, strict=True) for k in on]
    drawn = "\n".join((*nodes, *arrows))
    return f"---\n\n## TASK DEPENDENCY GRAPH\n\n```mermaid\ngraph TD\n{drawn}\n```\n"


def _left(left: tuple[Left, ...]) -> str:
    if not left:
        return ""
    lines = "".join(f"- {one.what}: {one.why}\n" for one in left)
    return f"## NOT IN THIS PLAN\n\n{lines}"


_PROTOCOL = """## FAILURE ESCALATION PROTOCOL

1. A task that fails is not run again by itself: its cause is found first.
2. Document what was found in `plans/issues/`.
"""


def _template(ids: list[str], jobs: list[Job]) -> str:
    rows = "\n".join(
        f"| {id_} {job.title} | [PASS/FAIL] | |" for id_, job in zip(ids, jobs, strict=True)
    )
    return f"""## REPORT TEMPLATE

```markdown
# Report

**Executed:** [DATE]
**Duration:** [DURATION]
**Status:** [GO / NO GO]

## Task Results

| Task | Status | Notes |
|---|---|---|
{rows}

## Decision

- [ ] GO
- [ ] NO GO
```
"""


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
