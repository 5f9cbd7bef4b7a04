"""Runs to look at, made by hand on a real disk: a plan, a journal, logs; nothing of them runs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from tmuxplan import events as ev
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Journal, read
from tmuxplan.library.freeze import freeze
from tmuxplan.library.reading import parsed
from tmuxplan.library.watching import Place, source_of
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.run.control import Request
from tmuxplan.schedule.state import RunState, fold
from tmuxplan.ui.dashboard.app import Dashboard
from tmuxplan.ui.dashboard.source import Source

T0 = 1795342530.0
"""2026-11-22 10:15:30 UTC: when all of these began."""
RUN = "20261122-101530-7f3a"

SHOP = """\
# The shop's release 2.4

## TASK 001: Sources
**Time:** 20 seconds
**Dependencies:** None
**Failure Impact:** Critical
```bash
git fetch origin
git checkout release-2.4
```

## TASK 002: Unit tests
**Time:** 2 minutes
**Dependencies:** T001
**Failure Impact:** Critical
```bash
cd shop
pytest -q
```

## TASK 003: Migrate the database
**Time:** 1 minute
**Dependencies:** T001
**Failure Impact:** High
```bash
cd shop
./manage migrate --plan
./manage migrate
```

### Failure Recovery
- Restore last night's dump

## TASK 004: Smoke test
**Time:** 3 minutes
**Dependencies:** T002, T003
**Failure Impact:** Critical
```bash
./smoke https://staging.shop.example
```

## TASK 005: Translations
**Time:** 30 seconds
**Dependencies:** T001
**Failure Impact:** Low
```bash
make translations
```

## TASK 006: Approval
**Dependencies:** T004, T005
**Failure Impact:** Critical

### Success Criteria
- The new checkout looks right on a phone
- Support knows of the release

## TASK 007: Publish
**Time:** 2 minutes
**Dependencies:** T006
**Failure Impact:** Critical
```bash
./publish --tag v2.4
```
"""


class History:
    """A run that is told event by event. Times are seconds since its start."""

    def __init__(self, folder: Path, plan: str = SHOP, backend: str = "tmux") -> None:
        self.folder = RunFolder(folder / ".tmuxplan" / "runs" / RUN)
        self.folder.path.mkdir(parents=True)
        self.frozen: Frozen = freeze(parsed(plan.encode(), "plans/SHOP.md"))
        self.folder.plan_json.write_bytes(msgspec.json.encode(self.frozen))
        self._journal = Journal(self.folder.events)
        self.tell(
            ev.RunStarted(
                at=T0,
                run=RUN,
                plan="plans/SHOP.md",
                sha256="ab" * 32,
                title=self.frozen.plan.title,
                cwd=str(folder),
                backend=backend,
                host="ship",
                user="ada",
                version="0.1.0",
                selected=tuple(task.id for task in self.frozen.plan.tasks),
                again="tmuxplan launch plans/SHOP.md",
            ),
            ev.SupervisorStarted(at=T0, pid=4000, session="shop-7f3a"),
        )

    def tell(self, *events: ev.Event) -> History:
        for event in events:
            self._journal.append(event)
        return self

    def begin(self, task: str, at: float, n: int = 1) -> History:
        when = T0 + at
        return self.tell(
            ev.AttemptStarting(at=when, task=task, n=n, nonce="a1"),
            ev.AttemptStarted(at=when, task=task, n=n, host="ship", pid=4001, window="@4"),
        )

    def step(self, task: str, k: int, at: float, status: int = 0, **more: Any) -> History:
        record = {"seconds": 2.0, "pipe": (status,), "n": 1, **more}
        return self.tell(ev.StepEnded(at=T0 + at, task=task, step=k, status=status, **record))

    def end(self, task: str, at: float, *evidence: ev.Evidence, n: int = 1) -> History:
        bad = any(one.kind != "warning" for one in evidence)
        when, lines = T0 + at, 40
        return self.tell(
            ev.AttemptEnded(at=when, task=task, n=n, status=int(bad), log_lines=lines),
            ev.Judged(
                at=when,
                task=task,
                n=n,
                verdict="failed" if bad else "passed",
                evidence=evidence,
            ),
        )

    def passed(self, task: str, begin: float, end: float) -> History:
        self.begin(task, begin)
        for k in range(1, len(self.frozen.steps[task]) + 1):
            self.step(task, k, end)
        return self.end(task, end)

    def log(self, task: str, text: str, n: int = 1) -> History:
        """A log in which `$1 command` begins step 1."""
        folder = self.folder.attempt(task, n)
        folder.mkdir(parents=True, exist_ok=True)
        record = "\x1b]133;A;aid=a1;step={}\x07\x1b[2m$"
        shown = re.sub(r"(?m)^\$(\d+)", lambda found: record.format(found[1]), text)
        (folder / "log").write_bytes(shown.replace("\n", "\r\n").encode())
        return self

    def facts(self, at: float, *, alive: bool = True) -> RunFacts:
        """What is known so long after the start."""
        return facts(self.frozen, self.state, T0 + at, alive)

    @property
    def state(self) -> RunState:
        """The fold of what was told."""
        return fold(read(self.folder.events).events)


def source(told: History, at: float = 60, *, alive: bool = True, **others: Any) -> Source:
    """What the dashboard is given, with a clock that stands, and a supervisor that is there."""
    place = Place(lambda task: ("tmux", task), lambda: False)
    given = source_of(told.folder, place)
    fixed = {"now": lambda: T0 + at, "alive": lambda: alive, "name": "ada"}
    return msgspec.structs.replace(given, **{**fixed, **others})


Press = Callable[[Dashboard, Any], Awaitable[None]]


def shown(
    given: Source, size: tuple[int, int], press: tuple[str, ...] = (), *, plain: bool = False
) -> Dashboard:
    """The dashboard, drawn at this size after these keys, and ended; `picture` is on it."""

    async def run() -> Dashboard:
        app = Dashboard(given, plain=plain)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            for key in press:
                await pilot.press(key)
                await settled(pilot)
            app.picture = svg(app)  # type: ignore[attr-defined]
            app.words = words(app)  # type: ignore[attr-defined]
        return app

    return asyncio.run(run())


async def settled(pilot: Any) -> None:
    """Until nothing more is drawn: the same picture several times in a row."""
    before, same = "", 0
    while same < 4:
        await pilot.pause()
        now = words(pilot.app)
        same = same + 1 if now == before else 0
        before = now


def svg(app: Dashboard) -> str:
    """The screen as a picture that loads nothing."""
    picture = app.export_screenshot(title="tmuxplan watch")
    picture = re.sub(r"(?s)@font-face \{.*?\}\s*", "", picture)
    picture = picture.replace("Fira Code", "DejaVu Sans Mono")
    return re.sub(r"(?m)[ \t]+$", "", picture).rstrip() + "\n"


def words(app: Dashboard) -> str:
    """The screen's text, without its colours."""
    lines = app.screen._compositor.render_strips()
    return "\n".join(line.text.rstrip() for line in lines)


class Asked:
    """Keeps what was asked of a supervisor."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> str:
        self.requests.append(request)
        return f"asked for {type(request).__name__}"
