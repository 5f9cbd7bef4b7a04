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


def test_a_manifest_says_what_holds_for_all_and_a_file_what_for_its_task(site: Site) -> None:
    site.write(
        "jobs: 7\nenv: {WHO: file, FILE: yes}\ntasks: {T2: {timeout: 1h}}",
        "plans/tasks/tmuxplan.yaml",
    )
    site.write(
        "---\njobs: 2\nenv: {WHO: manifest}\ntasks:\n  T01: {locks: [a], gate: none}\n"
        "  T2: {timeout: 30 min}\n---\n# All\n\n- 01_a.md\n- 02_b.md\n",
        "plans/tasks/README.md",
    )
    commands = "```bash\necho $WHO $FILE\n```\n"
    site.write(
        f"---\ntitle: A\nenv: {{WHO: a}}\nlocks: [b]\n---\n# Task 01: A\n\n{commands}",
        "plans/tasks/01_a.md",
    )
    site.write(
        f"---\ntask_id: 2\ndepends_on: [01]\nimpact: Low\n---\n# B\n\n{commands}",
        "plans/tasks/02_b.md",
    )
    ran = site.run("launch", "plans/tasks", "--wait", "--yes", "--backend", "pty", "--set", "X=1")
    assert ran.code == 0, ran.err
    assert "a yes" in site.run("logs", "T01").out
    assert "manifest yes" in site.run("logs", "T2").out
    shown = json.loads(site.run("show", "plans/tasks", "--json").out)["tasks"]
    assert [task["locks"] for task in shown] == [["b"], []]
    assert [task["timeout_s"] for task in shown] == [None, 1800]
    assert [task["blocks_the_run"] for task in shown] == [True, False]
    told = site.run("show", "plans/tasks", "--settings", "--jobs", "3").out
    lines = {line.split()[0]: line.split(None, 2)[2] for line in told.splitlines()}
    assert lines["jobs"] == "--jobs  (over plans/tasks/README.md:2, plans/tasks/tmuxplan.yaml:1)"
    assert lines["tasks.T01.env.WHO"] == "plans/tasks/01_a.md:3"
    assert lines["tasks.T01.locks"] == "plans/tasks/01_a.md:4  (over plans/tasks/README.md:5)"


def test_what_the_files_say_elsewhere_has_its_place_there(site: Site) -> None:
    site.write(
        "# All\n\n- 01_a.md\n- 02_b.md\n\n# Failure protocol\n\nRetry a failed task 2 times.\n",
        "tasks/README.md",
    )
    task = "# Task {0}: A\n\n**Retries:** 1\n\n```bash\ntrue\n```\n"
    site.write(task.format("01"), "tasks/01_a.md")
    site.write(task.format("02"), "tasks/02_b.md")
    site.write("tasks: {T02: {retries: 4}}\n", "tasks/tmuxplan.yaml")
    told = site.run("show", "tasks", "--settings").out
    lines = {line.split()[0]: line.split(None, 2)[2] for line in told.splitlines()}
    assert lines["retries"].startswith("tasks/README.md:8")
    assert lines["tasks.T02.retries"].startswith("tasks/02_b.md:1")


def test_what_is_wrong_in_front_matter_names_its_file_and_line(site: Site) -> None:
    task = "# Task {0}: A\n\n```bash\ntrue\n```\n"
    site.write("---\njosb: 2\n---\n# All\n- 1_a.md\n- 2_b.md\n", "tasks/README.md")
    site.write("---\nallow: [nosuch]\njobs: 1\n---\n- 1_a.md\n- 2_b.md\n", "tasks/INDEX.md")
    site.write("---\njobs: 2\n---\n" + task.format(1), "tasks/1_a.md")
    site.write("---\nretries: no\n---\n" + task.format(2), "tasks/2_b.md")
    ran = site.run("check", "tasks")
    assert ran.code == 2
    assert [line.split(": ")[0] for line in ran.out.splitlines()] == [
        "tasks/1_a.md:2",
        "tasks/2_b.md:2",
        "tasks/INDEX.md:2",
        "tasks/README.md:2",
    ]
    assert "nearest one is 'jobs'" in ran.out
    site.write("---\njobs: 2\n---\n# All\n- 1_a.md\n- 2_b.md\n", "tasks/README.md")
    assert (
        "README.md:2: error: jobs was given already, at tasks/INDEX.md:3"
        in site.run("check", "tasks").out
    )
