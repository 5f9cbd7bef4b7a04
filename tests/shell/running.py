"""Runs a task's commands twice with a real shell: as they are, and with the ledger in them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec

from tmuxplan.plan.model import Block, Criterion, Task
from tmuxplan.shell.script import script
from tmuxplan.shell.steps import steps

LINE = 10
_RECORD = re.compile(rb"\x1b\]133;([ACD]);([^\x07]*)\x07")


class Record(msgspec.Struct, frozen=True):
    """A D record. `how` is "stop", "back" or empty; `place` the directory of a back."""

    step: int
    status: int
    pipe: tuple[int, ...]
    how: str = ""
    place: str = ""


class Ran(msgspec.Struct, frozen=True):
    """What a script did, and what its ledger says (nothing for a plain one)."""

    out: bytes
    err: bytes
    status: int
    files: tuple[tuple[str, bytes], ...]
    records: tuple[Record, ...] = ()
    begun: tuple[int, ...] = ()

    @property
    def behaviour(self) -> tuple[object, ...]:
        """Everything that must not change."""
        return (self.out, self.err, self.status, self.files)

    @property
    def statuses(self) -> list[tuple[int, int]]:
        """Step and status, in the order of the records."""
        return [(record.step, record.status) for record in self.records]


def task(text: str, *checks: str) -> Task:
    """A task with one block, and checks well below it."""
    criteria = tuple(
        Criterion(check, LINE + 100 + n, "command", check) for n, check in enumerate(checks)
    )
    return Task(id="T1", title="", line=1, blocks=(Block(line=LINE, text=text),), criteria=criteria)


def instrumented(text: str, where: Path, *checks: str, shell: str = "bash") -> Ran:
    """The script with its ledger, run in a fresh directory below `where`."""
    statements, _ = steps(task(text, *checks), "plan.md")
    name = "bash" if shell == "bash" else "sh"
    return _run(script(statements, "ab12", name), where, shell)


def plain(text: str, where: Path, shell: str = "bash") -> Ran:
    """The commands as a script of their own, at the same lines and the same path."""
    return _run("\n" * (LINE - 1) + text + "\n", where, shell)


def _run(text: str, where: Path, shell: str) -> Ran:
    work = where / "work"
    shutil.rmtree(work, ignore_errors=True)
    for directory in ("a", "b/c"):
        (work / directory).mkdir(parents=True)
    path, records = where / "script.sh", where / "records"
    path.write_text(text)
    done = subprocess.run(
        ["bash", "-c", 'exec "$1" "$2" 61>"$3" 9>&61', "-", shell, str(path), str(records)],
        cwd=work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(work), "LC_ALL": "C.UTF-8"},
        timeout=30,
        check=False,
    )
    found = _RECORD.findall(records.read_bytes())
    return Ran(
        out=done.stdout,
        err=_settled(done.stderr),
        status=done.returncode,
        files=_files(work),
        records=tuple(_record(body.decode()) for kind, body in found if kind == b"D"),
        begun=tuple(int(_value(body.decode(), "step")) for kind, body in found if kind == b"C"),
    )


def _settled(err: bytes) -> bytes:
    """Process ids differ between two runs."""
    return re.sub(rb"(line \d+: +)\d+ ", rb"\1PID ", err)


def _files(work: Path) -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (str(path.relative_to(work)), path.read_bytes() if path.is_file() else b"")
        for path in sorted(work.rglob("*"))
    )


def _record(body: str) -> Record:
    status, rest = body.split(";", 1)
    how = "stop" if ";stop=1" in rest else "back" if ";back=" in rest else ""
    pipe = tuple(int(part) for part in _value(rest, "ps").split())
    place = rest.split(";back=", 1)[1] if how == "back" else ""
    return Record(int(_value(rest, "step")), int(status), pipe, how, place)


def _value(body: str, name: str) -> str:
    match = re.search(rf"(?:^|;){name}=([^;]*)", body)
    return match[1] if match else ""
