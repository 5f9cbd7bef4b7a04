"""`init`: what it writes is a plan that has no problems and runs; what it reads it never runs."""

from __future__ import annotations

import json
import re
import resource
from pathlib import Path

import pytest
from e2e import ROOT, Site, verdicts

from tmuxplan import load
from tmuxplan.plan.model import Plan


def proposed(site: Site, *args: str) -> Plan:
    ran = site.run("init", "plan.md", "--from", ".", *args)
    assert ran.code == 0, ran
    assert site.run("check", "plan.md").code == 0
    return load(site.folder / "plan.md")


def commands(plan: Plan) -> dict[str, list[str]]:
    return {task.title: task.blocks[0].text.splitlines() for task in plan.tasks}


def edges(plan: Plan) -> set[tuple[str, str]]:
    titles = {task.id: task.title for task in plan.tasks}
    return {(titles[edge.task], titles[edge.on]) for edge in plan.edges}


def test_the_starter_has_no_problems_and_ends_with_go(each_site: Site) -> None:
    site = each_site
    ran = site.run("init")
    assert (ran.code, ran.out) == (0, "")
    assert "plan.md" in ran.err
    strict = site.run("check", "plan.md", "--strict")
    assert (strict.code, strict.out) == (0, "")
    assert site.launch("plan.md", "--wait").code == 0
    report = site.collected()
    assert report["run"]["verdict"] == "GO"
    assert set(verdicts(report).values()) == {"passed"}
    filled = site.run("collect").out
    assert "T003" in filled
    assert "[PASS/FAIL]" not in filled


def test_the_starter_shows_every_part_of_a_plan() -> None:
    path = ROOT / "tmuxplan/library/starter/sample.py"
    text = path.read_text(encoding="utf-8")
    for part in ("```mermaid", "| Depends On |", "ESCALATION", "REPORT TEMPLATE", "`$ ", "`~ "):
        assert part in text


def test_nothing_is_written_over_without_force(site: Site) -> None:
    site.write("mine", "plan.md")
    ran = site.run("init")
    assert ran.code == 2
    assert "--force" in ran.err
    assert (site.folder / "plan.md").read_text() == "mine"
    (site.folder / "link.md").symlink_to(site.folder / "nowhere.md")
    assert site.run("init", "link.md").code == 2
    assert not (site.folder / "nowhere.md").exists()
    assert site.run("init", "--force").code == 0
    assert (site.folder / "plan.md").read_text() != "mine"
    assert "TASK 001" in site.run("init", "-").out
    (site.folder / "link.md").unlink()
    (site.folder / "link.md").symlink_to("other.md")
    assert site.run("init", "link.md", "--force").code == 0
    assert (site.folder / "link.md").is_symlink()
    assert "TASK 001" in (site.folder / "other.md").read_text()
    assert "mkdir -p" in site.run("init", "no/such/dir/plan.md").err


def test_a_full_disk_leaves_no_half_of_a_plan(site: Site) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    ran = site.run("init", before=full)
    assert ran.code == 2
    assert "plan.md: can't be written" in ran.err
    assert list(site.folder.iterdir()) == []
    site.write("mine", "plan.md")
    assert site.run("init", "--force", before=full).code == 2
    assert [path.read_text() for path in site.folder.iterdir()] == ["mine"]


def test_a_makefile(site: Site) -> None:
    site.write(
        ".PHONY: all test lint deploy clean\n"
        "SRC := $(shell touch pwned)\n"
        "override build = x\n"
        "all: test\n"
        "install dist: ; touch pwned\n"
        "test: install\n\ttouch pwned\n"
        "lint:: ; true\n"
        "%.o: %.c\n"
        "$(touch pwned): x\n"
        "deploy clean: ; rm -rf /\n",
        "Makefile",
    )
    plan = proposed(site)
    assert commands(plan) == {
        "INSTALL (make)": ["make install"],
        "LINT (make)": ["make lint"],
        "TEST (make)": ["make test"],
        "DIST (make)": ["make dist"],
    }
    assert edges(plan) == {
        ("LINT (make)", "INSTALL (make)"),
        ("TEST (make)", "INSTALL (make)"),
        ("DIST (make)", "LINT (make)"),
        ("DIST (make)", "TEST (make)"),
    }
    text = (site.folder / "plan.md").read_text()
    assert "`make deploy`: it acts on others" in text
    assert "`make clean`: it removes things" in text
    assert not (site.folder / "pwned").exists()


@pytest.mark.parametrize(
    ("lock", "more", "install", "run"),
    [
        ("package-lock.json", {}, "npm ci", "npm"),
        ("pnpm-lock.yaml", {}, "pnpm install --frozen-lockfile", "pnpm"),
        ("yarn.lock", {}, "yarn install --frozen-lockfile", "yarn"),
        ("", {}, "npm install", "npm"),
        ("", {"packageManager": "pnpm@9.1.0"}, "pnpm install", "pnpm"),
    ],
)
def test_a_package_json(
    site: Site, lock: str, more: dict[str, str], install: str, run: str
) -> None:
    scripts = {
        "lint": "eslint .",
        "typecheck": "tsc",
        "test": "vitest run",
        "test:unit": "vitest --watch",
        "build": "vite build",
        "dev": "vite",
        "publish": "npm publish",
        "spec": None,
        "unit": " ",
        "$(touch pwned)": "x",
        "test; touch pwned": "x",
    }
    site.write(json.dumps({"name": "x", "scripts": scripts, **more}), "package.json")
    if lock:
        site.write("", lock)
    plan = proposed(site)
    assert commands(plan) == {
        f"PACKAGES ({run})": [install],
        f"LINT ({run})": [f"{run} run lint"],
        f"TYPECHECK ({run})": [f"{run} run typecheck"],
        f"TEST ({run})": [f"{run} run test"],
        f"BUILD ({run})": [f"{run} run build"],
    }
    assert {on for task, on in edges(plan) if task.startswith("BUILD")} == {
        f"LINT ({run})",
        f"TYPECHECK ({run})",
        f"TEST ({run})",
    }
    assert "pwned" not in (site.folder / "plan.md").read_text()


def test_a_pyproject(site: Site) -> None:
    site.write(
        '[build-system]\nrequires = ["setuptools"]\n'
        '[project]\nname = "x"\n[project.optional-dependencies]\ndev = ["pytest>=8"]\n'
        '[tool.ruff]\n[tool.mypy]\nfiles = "x"\n',
        "pyproject.toml",
    )
    found = commands(proposed(site))
    start = ". .venv/bin/activate"
    assert found["PYTHON ENVIRONMENT"] == [
        "python3 -m venv .venv",
        start,
        'python -m pip install -e ".[dev]" ruff mypy pytest build',
    ]
    assert found["RUFF"] == [start, "python -m ruff check ."]
    assert found["MYPY"] == [start, "python -m mypy"]
    assert found["PYTEST"] == [start, "python -m pytest"]
    assert found["PACKAGE"] == [start, "python -m build"]


@pytest.mark.parametrize(
    ("lock", "install", "test"),
    [("uv.lock", "uv sync --all-extras", "uv run pytest"),
     ("poetry.lock", "poetry install", "poetry run pytest")],
)  # fmt: skip
def test_a_pyproject_with_a_lock_file(site: Site, lock: str, install: str, test: str) -> None:
    site.write("[tool.pytest.ini_options]\n", "pyproject.toml")
    site.write("", lock)
    assert commands(proposed(site)) == {"PYTHON ENVIRONMENT": [install], "PYTEST": [test]}


def test_make_stands_for_what_it_has_a_target_for(site: Site) -> None:
    site.write("test:\n\ttrue\n", "Makefile")
    site.write(json.dumps({"scripts": {"test": "x", "build": "y"}}), "package.json")
    assert list(commands(proposed(site))) == ["PACKAGES (npm)", "TEST (make)", "BUILD (npm)"]


def test_a_proposed_plan_runs_where_the_project_is(site: Site) -> None:
    site.write("test:\n\t@test -f here && echo made\n", "project/Makefile")
    site.write("", "project/here")
    assert site.run("init", "plans/x.md", "--from", "project").code == 2, "no such directory"
    (site.folder / "plans").mkdir()
    assert site.run("init", "plans/x.md", "--from", "project").code == 0
    ran = site.launch("plans/x.md", "--wait", env={"PATH": _with_make(site)})
    assert ran.code == 0, site.run("logs", "T1").out
    assert "made" in site.run("logs", "T1").out


def _with_make(site: Site) -> str:
    """A `make` that reads what the test needs: not every machine has one."""
    tool = site.write('#!/bin/sh\ntest -f Makefile && test -f here && echo "made $1"\n', "bin/make")
    tool.chmod(0o755)
    return f"{tool.parent}:{site.env['PATH']}"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "says what could be checked"),
        ({"Makefile": "x := 1\n"}, "says what could be checked"),
        ({"package.json": "{"}, "package.json: is no JSON"),
        ({"package.json": "[" * 100_000}, "package.json: is no JSON"),
        ({"package.json": '{"scripts": 5}'}, "says what could be checked"),
        ({"pyproject.toml": "= x"}, "pyproject.toml: is no TOML"),
        ({"pyproject.toml": "tool = 5"}, "says what could be checked"),
        ({"pyproject.toml/x": ""}, "can't be read"),
    ],
)
def test_what_says_nothing_is_refused(site: Site, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        site.write(text, name)
    ran = site.run("init", "--from", ".")
    assert ran.code == 2
    assert said in ran.err
    assert not (site.folder / "plan.md").exists()
    assert "no such directory" in site.run("init", "--from", "nowhere").err


def test_the_schema_is_printed(site: Site) -> None:
    ran = site.run("init", "--schema")
    assert ran.out == Path(ROOT, "docs/tmuxplan.schema.json").read_text(encoding="utf-8")
    assert not re.search("plan.md", ran.err)
