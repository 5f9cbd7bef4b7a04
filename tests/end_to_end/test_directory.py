"""A plan that is a directory of one-task files, from the command line to the report."""

from __future__ import annotations

import json

from e2e import Site

FILES = {
    "README.md": "# Release\n\n## Phase 1: Build\n- `01_build.md`\n\n"
    "## Phase 2: Check (after Phase 1)\n- `02_check.md`\n",
    "01_build.md": "# Task 01: Build\n```bash\nmkdir -p out && echo built > out/a\n```\n",
    "02_check.md": "---\ntask_id: 2\ntitle: Check\n---\n\n```bash\ntest -s out/a\n```\n"
    "Prove it:\n```bash\ngrep nothing out/a\n```\nExpected: exits non-zero\n",
    "03_ship.md": "# Task 03: Ship\n**Depends on:** 02_check.md\n\n"
    "```bash\necho '<TOKEN>'\nno_such_cmd\n```\n",
}


def written(site: Site) -> None:
    for name, text in FILES.items():
        site.write(text, f"plans/tasks/{name}")


def test_it_runs_each_file_at_its_own_lines(site: Site) -> None:
    written(site)
    ran = site.run(
        "launch", "plans/tasks", "--wait", "--yes", "--backend", "pty", "--set", "TOKEN=hush"
    )
    assert ran.code == 1, ran.err
    assert "plans/tasks/03_ship.md:6" in ran.err + ran.out
    (folder,) = (site.folder / ".tmuxplan" / "runs").iterdir()
    assert not (folder / "plan.md").exists()
    kept = {path.name: path.read_text() for path in (folder / "plan").iterdir()}
    assert kept == FILES
    log = (folder / "tasks" / "T03" / "1" / "log").read_text()
    assert "line 6: no_such_cmd: command not found" in log
    facts = json.loads(site.run("status", "--json").out)
    verdicts = {task["id"]: task["verdict"] for task in facts["tasks"]}
    assert verdicts == {"T01": "passed", "T2": "passed", "T03": "failed"}
    told = site.run("explain", "T2").out
    assert "the plan expects a failure" in told
    assert "plans/tasks/02_check.md:11" in told


def test_check_and_show_name_the_files(site: Site) -> None:
    written(site)
    site.write("# Task 04: x\n**Depends on:** Task 9\n```bash\na\n```\n", "plans/tasks/04_x.md")
    checked = site.run("check", "plans/tasks")
    assert checked.code == 2
    assert "plans/tasks/04_x.md:2: error" in checked.out
    shown = site.run("show", "plans/tasks")
    assert "T03 needs T2 (hard): metadata 03_ship.md:2" in shown.out
    edges = json.loads(site.run("show", "plans/tasks", "--json").out)["tasks"][1]["dependencies"]
    assert edges[0]["on"] == "T01"


def test_a_directory_without_plans_names_the_one_that_has_some(site: Site) -> None:
    written(site)
    refused = site.run("check", "plans")
    assert refused.code == 2
    assert "plans/tasks" in refused.err


def test_sections_are_tasks_on_request(site: Site) -> None:
    site.write("# Guide\n## Say a\n```sh\necho a\n```\n## Say b\n```sh\necho b\n```\n")
    refused = site.run("check", "plan.md")
    assert refused.code == 2
    assert "--sections" in refused.out
    ran = site.run("launch", "plan.md", "--sections", "--wait", "--yes", "--backend", "pty")
    assert ran.code == 0, ran.err
    assert "say-b passed" in ran.err + ran.out
