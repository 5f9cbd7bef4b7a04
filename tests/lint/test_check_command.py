"""`check` as a program: formats, settings of what is wanted, exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = "# P\n\n## TASK 001: A\n\n```bash\ncd /srv/nowhere\ngrep x <file-name> here\n```\n"


def _check(folder: Path, *options: str, plan: str = PLAN) -> subprocess.CompletedProcess[str]:
    (folder / "p.md").write_text(plan, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "tmuxplan", "check", "p.md", "--no-shellcheck", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_lines_on_a_pipe_and_the_sum_beside_them(tmp_path: Path) -> None:
    done = _check(tmp_path, plan=PLAN.replace("grep", "cat"))
    assert done.returncode == 2
    assert [line.split(": ")[:2] for line in done.stdout.splitlines()] == [
        ["p.md:6", "warning"],
        ["p.md:7", "error"],
    ]
    assert done.stderr == "1 error, 1 warning\n"


def test_json_and_annotations(tmp_path: Path) -> None:
    plan = PLAN.replace("grep", "cat")
    shown = json.loads(_check(tmp_path, "--json", plan=plan).stdout)
    assert [(p["code"], p["line"], p["column"], p["length"]) for p in shown["problems"]] == [
        ("missing-directory", 6, 4, 12),
        ("placeholder", 7, 7, 11),
    ]
    assert (
        "::error file=p.md,line=7,title=placeholder,col=7,endColumn=18::"
        in _check(tmp_path, "-f", "github", plan=plan).stdout
    )
    assert "^^^" in _check(tmp_path, "-f", "pretty", plan=plan).stdout


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 2),
        (("--allow", "placeholder"), 0),
        (("--allow", "placeholder", "--strict"), 2),
        (("--set", "file-name=README"), 0),
        (("--allow", "placeholder", "--root", "/srv/nowhere=/tmp", "--strict"), 0),
    ],
)
def test_what_is_allowed_or_filled_in(
    tmp_path: Path, options: tuple[str, ...], status: int
) -> None:
    done = _check(tmp_path, *options, plan=PLAN.replace("grep x", "cat"))
    assert done.returncode == status, done.stdout + done.stderr
