"""Who may import whom, and who may touch what: docs/architecture.md's rules, from the source.

The checker is proven on planted violations below, so that a green run means something.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

ALL_ROOMS = (
    "errors events plan shell schedule watch judge lint journal report "
    "machine config run backends ui integrations regular"
)
# Room or module of ours -> what it may import besides itself. `version` is a constant, `later`
# a way to import, `garbage` one to collect: they import nothing of ours and are open to everybody;
# `expressions` looks at regular expressions before anybody compiles them; `unseen` starts the
# program anew.
MAY_IMPORT = {
    "errors": "",
    "events": "",
    "version": "",
    "later": "",
    "garbage": "",
    "expressions": "",
    "regular": "",
    "unseen": "",
    "plan": "errors expressions",
    "shell": "errors plan",
    "schedule": "errors events plan",
    "watch": "errors events regular",
    "judge": "errors events plan expressions",
    "lint": "errors plan shell schedule judge",
    "journal": "errors events regular",
    "report": "errors events plan schedule judge",
    "machine": "errors",
    "config": "errors expressions",
    "run": "errors events plan regular schedule judge journal",
    "backends": "errors events plan regular shell watch run.backend run.clock",
    "ui": "errors events plan schedule judge journal report run.control",
    "integrations": "errors plan lint journal report run.control",
    "library": ALL_ROOMS,
    "commands": f"{ALL_ROOMS} library",
    "cli": f"{ALL_ROOMS} library commands",
    "__init__": f"{ALL_ROOMS} library",
    "__main__": f"{ALL_ROOMS} library commands cli unseen",
}

FRONT_DOOR = ("cli", "commands", "__main__", "unseen")
STARTERS = ("backends", "run.detaching", "integrations", "machine")
# A foreign package -> the only rooms of ours that may import it.
ONLY_IN = {
    "click": ("cli", "commands"),
    "libtmux": ("backends.tmux",),
    "pexpect": ("watch", "backends"),
    "ptyprocess": ("watch", "backends"),
    "yaml": ("config", "plan"),
    # Extras: nobody who does not ask for them may load them.
    "mcp": ("commands.mcp", "commands.mcp_tools", "integrations.mcp"),
    "pydantic": ("commands.mcp_options", "integrations.mcp"),
    "opentelemetry": ("integrations.otel",),
    "subprocess": STARTERS,
    "multiprocessing": STARTERS,
    "concurrent.futures.process": STARTERS,
    "pty": STARTERS,
}

STARTS = re.compile(
    r"os\.(fork|forkpty|spawn\w+|posix_spawn\w*|system|popen)"
    r"|asyncio\.create_subprocess_\w+|psutil\.Popen"
)
BECOMES = re.compile(r"os\.exec\w+")
ASKS_THE_TIME = re.compile(
    r"time\.(time|monotonic|perf_counter|process_time|thread_time|clock_gettime)(_ns)?"
    r"|datetime\.datetime\.(now|utcnow|today)|datetime\.date\.today"
)
# These read the clock only when they are called with fewer arguments than this.
ASKS_IF_NOT_GIVEN = {
    "time.localtime": 1,
    "time.gmtime": 1,
    "time.ctime": 1,
    "time.asctime": 1,
    "time.strftime": 2,
}
PROGRAMS = ("run.detaching", "backends.pty.stage")
TALKS = re.compile(r"print|exit|quit|sys\.exit|os\._exit|os\.abort")
# What `import tmuxplan` must not load: --version and completion would feel it.
SLOW = "asyncio click libtmux markdown_it pexpect psutil rich subprocess tree_sitter yaml"
HEAVY = tuple(SLOW.split())
# What tells mypy what we know, and is about no user's mistake.
NARROWS = re.compile(r"[\w.\[\]]+ is not None|isinstance\(.+\)")
# Uses of a name -> what to say, and the only places where it is right.
RULES = (
    (STARTS, "starts a process", STARTERS),
    # `attach` becomes tmux's client by the argv that a backend gave; nothing is left of us.
    # `cli` and `unseen` become ourselves.
    (BECOMES, "becomes another program", (*STARTERS, "commands", "cli", "unseen")),
    (ASKS_THE_TIME, "asks the time; take `now` as an argument or use run.clock", ("run.clock",)),
    # The supervisor and the stage are the main functions of processes of their own.
    (TALKS, "talks or exits; raise or return instead", (*FRONT_DOOR, *PROGRAMS)),
)


class Violation(NamedTuple):
    """One broken rule; `where` is the module, without the package's name."""

    where: str
    line: int
    what: str


def violations(package: Path) -> list[Violation]:
    """Every broken rule in a package's source tree."""
    found: list[Violation] = []
    for path in sorted(package.rglob("*.py")):
        module = _module(path, package)
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        found += _bad_imports(module, tree, package)
        found += _bad_uses(module, tree)
    return found


def _module(path: Path, package: Path) -> str:
    """`plan.model`, `plan` for plan/__init__.py, and `__init__` for the package's own."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def _bad_imports(module: str, tree: ast.AST, package: Path) -> Iterator[Violation]:
    room = module.partition(".")[0]
    if room not in MAY_IMPORT:
        yield Violation(module, 1, f"is in no known room: add {room} to the rules")
        return
    allowed = (room, "version", "later", "garbage", *MAY_IMPORT[room].split())
    for line, name in _imports(tree, module, package):
        if name == package.name or name.startswith(f"{package.name}."):
            ours = name.partition(".")[2] or "__init__"
            if not _within(ours, allowed):
                yield Violation(module, line, f"imports {name}")
        for foreign, rooms in ONLY_IN.items():
            if _within(name, (foreign,)) and not _within(module, rooms):
                yield Violation(module, line, f"imports {foreign}")


def _imports(tree: ast.AST, module: str, package: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, package)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield node.lineno, full if _is_module(full, package) else base
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            constants = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
            yield from ((node.lineno, str(name)) for name in constants)


def _base(node: ast.ImportFrom, module: str, package: Path) -> str:
    """The package that a `from` import names, dots resolved."""
    if not node.level:
        return node.module or ""
    parts = [package.name, *(module.split(".") if module != "__init__" else [])]
    is_package = (package / module.replace(".", "/") / "__init__.py").exists()
    up = node.level - (1 if is_package or module == "__init__" else 0)
    return ".".join([*parts[: len(parts) - up], *(node.module or "").split(".")]).rstrip(".")


def _is_module(name: str, package: Path) -> bool:
    if not name.startswith(f"{package.name}."):
        return name in ONLY_IN
    path = package.parent / name.replace(".", "/")
    return path.with_suffix(".py").exists() or path.is_dir()


def _within(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _bad_uses(module: str, tree: ast.AST) -> Iterator[Violation]:
    bound = _bindings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and not NARROWS.fullmatch(ast.unparse(node.test)):
            yield Violation(module, node.lineno, "asserts; raise an error of errors.py, or guard")
        if isinstance(node, ast.Call) and not _within(module, ("run.clock",)):
            needed = ASKS_IF_NOT_GIVEN.get(_dotted(node.func, bound), 0)
            if len(node.args) < needed:
                yield Violation(module, node.lineno, "asks the time; give it one")
        if not isinstance(node, (ast.Attribute, ast.Name)):
            continue
        used = _dotted(node, bound)
        for pattern, what, places in RULES:
            if pattern.fullmatch(used) and not _within(module, places):
                yield Violation(module, node.lineno, f"{what}: {used}")


def _bindings(tree: ast.AST) -> dict[str, str]:
    """Local name -> dotted name, for what the file imports under any name."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            bound |= {a.asname or a.name.partition(".")[0]: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            bound |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return bound


def _dotted(node: ast.expr, bound: dict[str, str]) -> str:
    """`time.time` for `t.time` after `import time as t`; empty for what is no plain name."""
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, bound)
        return f"{base}.{node.attr}" if base else ""
    return bound.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def test_the_source_keeps_the_rules() -> None:
    found = violations(ROOT / "tmuxplan")
    assert not found, "\n".join(f"tmuxplan/{where}:{line}: {what}" for where, line, what in found)


def test_the_document_says_what_is_checked() -> None:
    rows = re.findall(
        r"^\| (`.+?) \|.*\| (.+?) \|$",
        (ROOT / "docs/architecture.md").read_text(encoding="utf-8").partition("## An attempt")[0],
        re.MULTILINE,
    )
    said = {room: cell for rooms, cell in rows for room in re.findall(r"`([\w.]+)/?`", rooms)}
    assert set(said) <= set(MAY_IMPORT)
    for room, cell in said.items():
        if cell.startswith("all"):
            assert set(ALL_ROOMS.split()) <= set(MAY_IMPORT[room].split())
        else:
            names = set() if cell == "nothing" else set(re.split(r",\s*", cell))
            assert names == set(MAY_IMPORT[room].split()), room


IN_PURE_ROOMS = [
    ("import os\nos.fork()", "starts a process: os.fork"),
    ("from os import execvp as e\ne('x', [])", "becomes another program: os.execvp"),
    ("import os as o\no.posix_spawnp('x', [], {})", "starts a process: os.posix_spawnp"),
    ("import asyncio\nasyncio.create_subprocess_exec('x')", "starts a process"),
    ("import subprocess", "imports subprocess"),
    ("from concurrent.futures import process", "imports concurrent.futures.process"),
    ("import multiprocessing.pool", "imports multiprocessing"),
    ("def f():\n    import pty", "imports pty"),
    ("from importlib import import_module\nimport_module('libtmux')", "imports libtmux"),
    ("import time\ntime.time()", "asks the time"),
    ("import time as t\nclock = t.monotonic", "asks the time"),
    ("from time import perf_counter_ns\nperf_counter_ns()", "asks the time"),
    ("from datetime import datetime\ndatetime.now()", "asks the time"),
    ("import datetime\ndatetime.datetime.utcnow()", "asks the time"),
    ("import time\ntime.strftime('%Y')", "asks the time; give it one"),
    ("import time\ntime.localtime()", "asks the time; give it one"),
    ("print('x')", "talks or exits"),
    ("import sys\nsys.exit(1)", "talks or exits"),
    ("assert path.exists()", "asserts"),
    ("assert x is not None and x.isdigit()", "asserts"),
]
PLANTED = [
    *(("judge/x.py", source, what) for source, what in IN_PURE_ROOMS),
    ("plan/x.py", "import tmuxplan.events", "imports tmuxplan.events"),
    ("plan/x.py", "from tmuxplan import events as ev", "imports tmuxplan.events"),
    ("plan/x.py", "from ..run import clock", "imports tmuxplan.run.clock"),
    ("plan/__init__.py", "from ..run.clock import now", "imports tmuxplan.run.clock"),
    ("plan/x.py", "from tmuxplan import load", "imports tmuxplan"),
    ("errors.py", "from . import events", "imports tmuxplan.events"),
    ("run/loop.py", "from tmuxplan.backends.tmux import server", "imports tmuxplan.backends.tmux"),
    ("backends/x.py", "from tmuxplan.run import loop", "imports tmuxplan.run.loop"),
    ("backends/x.py", "from tmuxplan.run import *", "imports tmuxplan.run"),
    ("backends/pty/x.py", "import libtmux.exc", "imports libtmux"),
    ("library.py", "from tmuxplan.commands import show", "imports tmuxplan.commands"),
    ("commands/x.py", "from tmuxplan.cli import main", "imports tmuxplan.cli"),
    ("commands/x.py", "import os\nos.system('tmux')", "starts a process"),
    ("report/x.py", "import click", "imports click"),
    ("run/loop.py", "import pexpect.fdpexpect", "imports pexpect"),
    ("journal/x.py", "from yaml import safe_load", "imports yaml"),
    ("run/supervisor.py", "import time\ntime.time()", "asks the time"),
    ("library/x.py", "from mcp.server import stdio", "imports mcp"),
    ("surprise/x.py", "", "is in no known room"),
]
FINE = [
    ("run/clock.py", "import time\ntime.time()"),
    ("run/detaching.py", "import os, sys\nos.fork()\nsys.exit(0)"),
    ("backends/x.py", "from tmuxplan.run import backend, clock\nimport pexpect, subprocess"),
    ("backends/tmux/x.py", "import libtmux\nfrom .. import sibling\nfrom . import other"),
    ("commands/x.py", "import click\nfrom tmuxplan import library\nprint('x')"),
    ("commands/x.py", "import os\nos.execvp('tmux', [])"),
    ("report/x.py", "import time\ntime.strftime('%Y', time.gmtime(0))\nself.time.time()"),
    ("report/x.py", "from datetime import datetime, timezone\ndatetime.fromtimestamp(0)"),
    ("judge/x.py", "assert self.end is not None\nassert isinstance(x, str)"),
    ("run/x.py", "from tmuxplan.version import VERSION\nimport time\ntime.sleep(0)"),
]


def _plant(folder: Path, path: str, source: str) -> Path:
    package = folder / "tmuxplan"
    for module in (
        "errors",
        "events",
        "library",
        "run/clock",
        "run/loop",
        "run/backend",
        "plan/__init__",
    ):
        file = package / f"{module}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    target = package / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source, encoding="utf-8")
    return package


@pytest.mark.parametrize(("path", "source", "what"), PLANTED)
def test_a_planted_violation_is_caught(tmp_path: Path, path: str, source: str, what: str) -> None:
    found = violations(_plant(tmp_path, path, source))
    assert [violation.what.startswith(what) for violation in found] == [True], found
    assert found[0].line == max(1, len(source.splitlines()))


@pytest.mark.parametrize(("path", "source"), FINE)
def test_what_is_allowed_is_not_reported(tmp_path: Path, path: str, source: str) -> None:
    assert violations(_plant(tmp_path, path, source)) == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, tmuxplan; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == []
