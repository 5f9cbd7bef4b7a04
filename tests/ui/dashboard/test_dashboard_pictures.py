"""The dashboard's main states as pictures, each looked at by a person and found right.

After a wanted change: `TMUXPLAN_GOLDEN=write pytest tests/ui/dashboard`, and look at them again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from dashing import T0, History, shown, source

from tmuxplan import events as ev

GOLDEN = Path(__file__).parent / "golden"
PYTEST = """\
$1 cd shop
$2 pytest -q
tests/test_cart.py \x1b[32m......\x1b[0m                                [ 40%]
tests/test_checkout.py \x1b[32m...\x1b[31mF\x1b[32m..\x1b[0m             [ 80%]
FAIL: test_checkout: connection to database on localhost:5432 refused
\x1b[31m1 failed\x1b[0m, 14 passed in 9.31s
"""
REFUSED = "connection to database on localhost:5432 refused"


def _waiting(told: History) -> None:
    """Launched a moment ago."""


def _running(told: History) -> None:
    told.passed("T001", 1, 18).begin("T002", 19).begin("T003", 19).begin("T005", 19)
    told.step("T002", 1, 20, log_line=1).step("T003", 1, 20, log_line=1)
    told.log("T002", "$1 cd shop\n$2 pytest -q\ntests/test_cart.py \x1b[32m.....\x1b[0m\n")


def _failing(told: History) -> None:
    _running(told)
    told.log("T002", PYTEST).step("T002", 2, 41, 1, log_line=6)
    marker = f"FAIL: test_checkout: {REFUSED}"
    told.end(
        "T002",
        41,
        ev.Evidence("marker", marker, step=2, line=17, log_line=5),
        ev.Evidence("step", "exit status 1: pytest -q", step=2, line=17, log_line=6),
    )
    told.log("T003", f"$1 cd shop\n$2 ./manage migrate --plan\nERROR: {REFUSED}\n")
    told.end("T003", 30, ev.Evidence("marker", f"ERROR: {REFUSED}", step=2, line=27, log_line=3))
    told.tell(ev.Blocked(at=T0 + 41, task="T004", by=("T002", "T003"), root=("T002", "T003")))


def _prompt(told: History) -> None:
    _running(told)
    told.log("T003", "$1 cd shop\n$2 ./manage migrate --plan\n3 migrations\nApply them? [y/N] ")
    asks = "Apply them? [y/N]"
    told.tell(
        ev.InputAwaited(at=T0 + 50, task="T003", n=1, prompt=asks),
        ev.Stalled(at=T0 + 55, task="T005", n=1, silent_s=30),
    )


def _paused(told: History) -> None:
    _running(told)
    told.tell(ev.Paused(at=T0 + 50, by="ada"))


def _all_but(told: History, *left: str) -> None:
    begins = {"T001": 1, "T002": 19, "T003": 19, "T005": 19, "T004": 140, "T007": 330}
    for task, at in begins.items():
        if task not in left:
            told.passed(task, at, at + 17)
            told.log(task, "$1 the first\nsaid something\n$2 the second\nand more\n")


def _gate(told: History) -> None:
    _all_but(told, "T007")
    told.tell(
        ev.PersonAsked(at=T0 + 320, task="T006"),
        ev.ItemSigned(at=T0 + 325, task="T006", item=1, by="grace"),
        ev.RunEnded(at=T0 + 321, verdict="PENDING", rule="a gate", deciding=("T006",)),
    )


def _go(told: History) -> None:
    _all_but(told)
    told.tell(
        ev.PersonAsked(at=T0 + 320, task="T006"),
        ev.Signed(at=T0 + 328, task="T006", by="ada"),
        ev.RunEnded(at=T0 + 350, verdict="GO", rule="all that blocks passed"),
    )


def _no_go(told: History) -> None:
    _failing(told)
    told.end("T005", 50, ev.Evidence("warning", "WARNING: 3 texts are not translated", step=1))
    told.tell(
        ev.Blocked(at=T0 + 51, task="T006", by=("T004",), root=("T002", "T003")),
        ev.Blocked(at=T0 + 51, task="T007", by=("T006",), root=("T002", "T003")),
        ev.RunEnded(at=T0 + 51, verdict="NO GO", rule="", deciding=("T002", "T003")),
    )


def _retries(told: History) -> None:
    _running(told)
    timeout = ev.Evidence("timeout", "ran for longer than 20 s", step=2, line=27)
    told.end("T003", 40, timeout).tell(ev.RetryPlanned(at=T0 + 40, task="T003", n=2, due=T0 + 70))
    told.log("T003", "$1 cd shop\n$2 ./manage migrate --plan\nwaiting for the lock ...\n")


STATES: dict[str, Callable[[History], None]] = {
    "waiting": _waiting,
    "running": _running,
    "failing": _failing,
    "prompt": _prompt,
    "paused": _paused,
    "gate": _gate,
    "go": _go,
    "no-go": _no_go,
    "retries": _retries,
}
PICTURES = [
    *((name, name, (100, 30), (), False) for name in STATES),
    ("failing-80", "failing", (80, 24), (), False),
    ("failing-180", "failing", (180, 40), (), False),
    ("failing-300", "failing", (300, 60), (), False),
    ("failing-40", "failing", (40, 12), (), False),
    ("no-colour", "failing", (100, 30), (), True),
    ("help", "running", (100, 34), ("?",), False),
    ("why", "failing", (100, 40), ("e",), False),
    ("graph", "failing", (120, 24), ("g",), False),
    ("whole-log", "failing", (100, 24), ("enter",), False),
    ("ask-retry", "no-go", (100, 30), ("r",), False),
    ("ask-sign", "gate", (100, 30), ("s",), False),
    ("ask-stop", "running", (100, 30), ("S",), False),
    ("only-trouble", "failing", (100, 30), ("v",), False),
]


def many(count: int) -> str:
    """A plan of so many tasks, twenty beside each other."""
    tasks = []
    for n in range(1, count + 1):
        needs = f"T{n - 20:05d}" if n > 20 else "None"
        head = f"## TASK {n:05d}: Shard {n} of {count}\n**Dependencies:** {needs}\n"
        head += "**Time:** 1 minute\n"
        tasks.append(f"{head}```bash\n./shard {n}\n```\n")
    return "# Many shards\n\n" + "\n".join(tasks)


def _many(folder: Path, count: int) -> History:
    """Half of them have passed, two have failed, eighteen run."""
    told = History(folder, many(count))
    ids = [task.id for task in told.frozen.plan.tasks]
    half = count // 2
    for task in ids[:half]:
        told.passed(task, 1, 50)
    for task in ids[half : half + 20]:
        told.begin(task, 50)
    for n, task in enumerate((ids[half + 3], ids[half + 11])):
        told.end(task, 55 + n, ev.Evidence("marker", "ERROR: no space left on device", step=1))
    return told


@pytest.mark.parametrize(("name", "size"), [("many", (120, 40)), ("many-80", (80, 24))])
def test_a_thousand_tasks(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    check(name, shown(source(_many(tmp_path, 1000), 60), size).picture)


@pytest.mark.slow
def test_ten_thousand_tasks_are_no_trouble(tmp_path: Path) -> None:
    app = shown(source(_many(tmp_path, 10_000), 60), (120, 40), ("v", "escape", "end", "home", "g"))
    assert "T10000" in app.words or "Graph" in app.words


WORLD = """\
# Выпуск 2.4 決済システム 🚀

## TASK 001: 決済システムの移行と検証を行う
```bash
echo 広い
```

## TASK 002: בדיקות יחידה של העגלה
```bash
echo שלום
```

## TASK 003: اختبارات التكامل للدفع
**Dependencies:** T001
```bash
true
```

## TASK 004: 🚀 launch 👩‍👩‍👧 ⚠️ 🇩🇪 é
**Dependencies:** T002
```bash
true
```

## TASK 005: [bold]not bold[/] [@click=app.leave]no link[/]
```bash
echo "[red]not red[/]"
```
"""


def test_every_script(tmp_path: Path) -> None:
    told = History(tmp_path, WORLD)
    told.passed("T002", 1, 9).log("T002", "$1 echo שלום\nשלום עולם\n")
    told.begin("T001", 1).log("T001", "$1 echo 広い\n広い文字 [bold]x[/] \x1b[2J\n")
    told.begin("T005", 1).end("T005", 5, ev.Evidence("marker", "FAIL: [/] [link=x]y", step=1))
    told.log("T005", '$1 echo "[red]not red[/]"\n[red]not red[/]\n')
    check("every-script", shown(source(told, 60), (100, 30)).picture)


def check(name: str, picture: str) -> None:
    """As it was found right. Another Rich or Textual may write the same picture otherwise: then the
    words alone are compared."""
    path, made_by = GOLDEN / f"{name}.svg", GOLDEN / "made-by.txt"
    versions = f"rich {version('rich')}, textual {version('textual')}\n"
    if os.environ.get("TMUXPLAN_GOLDEN") == "write":
        path.write_text(picture, "utf-8")
        made_by.write_text(versions, "utf-8")
    right = path.read_text("utf-8")
    assert said(picture) == said(right)
    if made_by.read_text("utf-8") == versions:
        assert picture == right


def said(picture: str) -> str:
    """The words of a picture."""
    return "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", picture))


@pytest.mark.parametrize(("name", "state", "size", "press", "plain"), PICTURES)
def test_it_looks_as_it_did(
    name: str,
    state: str,
    size: tuple[int, int],
    press: tuple[str, ...],
    plain: bool,
    tmp_path: Path,
) -> None:
    told = History(tmp_path)
    STATES[state](told)
    app = shown(source(told, 60), size, press, plain=plain)
    check(name, app.picture)
