"""Settings as people give them: found, shown with their places, obeyed by a launch."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from e2e import (
    ROOT,
    Site,
    by_id,
    end_process,
    line_of,
    lives,
    number_in,
    plan,
    task,
    until,
    verdicts,
)


def fronted(settings: str, *tasks: str) -> str:
    return f"---\n{settings.strip()}\n---\n{plan(*tasks)}"


def shown(site: Site, *args: str) -> dict[str, dict[str, Any]]:
    ran = site.run("show", "plan.md", "--settings", "--json", *args)
    assert ran.code == 0, ran
    return {one["key"]: one for one in json.loads(ran.out)["settings"]}


def test_flags_beat_the_plan_and_the_plan_beats_the_file(site: Site) -> None:
    site.write("jobs: 1\ntimeout: 1h\nenv: {A: file, B: file}\n", "tmuxplan.yaml")
    site.write(fronted("jobs: 2\nenv: {A: plan}", task(1, "true")))
    found = shown(site, "--jobs", "3", "--set", "C=flag")
    assert (found["jobs"]["value"], found["jobs"]["source"]["flag"]) == (3, "--jobs")
    assert [(o["file"], o["line"]) for o in found["jobs"]["over"]] == [
        ("plan.md", 2),
        ("tmuxplan.yaml", 1),
    ]
    assert found["timeout"]["value"] == 3600
    assert found["env.A"]["value"] == "plan"
    assert found["env.B"]["source"]["file"] == "tmuxplan.yaml"
    assert found["env.C"]["source"]["flag"] == "--set"
    assert found["halt"]["source"]["kind"] == "default"
    text = site.run("show", "plan.md", "--settings", "-j", "3").out
    jobs = next(line for line in text.splitlines() if line.startswith("jobs"))
    assert jobs.split() == ["jobs", "3", "--jobs", "(over", "plan.md:2,", "tmuxplan.yaml:1)"]


def test_the_file_is_found_up_to_the_repositorys_root_and_no_further(site: Site) -> None:
    site.write(plan(task(1, "true")), "repo/plans/deep/plan.md")
    site.write("jobs: 7\n", "tmuxplan.yaml")
    site.write("jobs: 5\n", "repo/tmuxplan.yaml")
    inside = site.folder / "repo/plans/deep"

    def jobs() -> Any:
        ran = site.run("show", "plan.md", "--settings", "--json", cwd=inside)
        return next(s for s in json.loads(ran.out)["settings"] if s["key"] == "jobs")["value"]

    assert jobs() == 32, "outside of a repository only beside the plan"
    (site.folder / "repo/.git").mkdir()
    assert jobs() == 5
    site.write("jobs: 6\n", "repo/plans/tmuxplan.yaml")
    assert jobs() == 6
    (site.folder / "repo/plans/tmuxplan.yaml").unlink()
    (site.folder / "repo/tmuxplan.yaml").unlink()
    assert jobs() == 32


def test_settings_in_every_place_are_obeyed(each_site: Site) -> None:
    """Variables of all and of one, set-up lines, markers, directories, shells, limits."""
    site = each_site
    (site.folder / "shop").mkdir()
    site.write("env: {WEAK: file, ONE: file}\nroot: {/Users/nobody/shop: shop}\n", "tmuxplan.yaml")
    text = fronted(
        """
env: {ONE: plan, MINE: all}
shell_init: |
  greet() {
    echo "greetings $1"
  }
  export QUOTED='it'"'"'s 100% \\n fine'
markers: {failure: ['^BROKEN'], warning: ['^odd'], ignore: ['^BROKEN but']}
timeout: 20s
tasks:
  task 1: {env: {MINE: own}}
  T3: {timeout: 1s}
  T4: {shell: sh}
  T5: {impact: High, markers: {failure: [only-here]}}
""",
        task(
            1,
            'greet you\necho "$WEAK-$ONE-$MINE-$FLAG"\necho "$QUOTED"\ncd /Users/nobody/shop\npwd',
            criteria=(
                "`~ ^greetings you$`",
                "`~ ^file-plan-own-flag$`",
                r"`~ ^it's 100% \\n fine$`",
                "`~ /shop$`",
            ),
        ),
        task(2, "echo BROKEN but known\necho odd thing\necho only-here"),
        task(3, "sleep 30"),
        task(
            4, 'test -z "$BASH_VERSION"\ngreet sh\necho "$QUOTED"', criteria=("`~ greetings sh`",)
        ),
        task(5, "echo only-here"),
        task(6, "echo BROKEN now"),
    )
    report = site.go(text, "--set", "FLAG=flag", code=1)
    assert verdicts(report) == {
        "T001": "passed",
        "T002": "passed",
        "T003": "timed out",
        "T004": "passed",
        "T005": "failed",
        "T006": "failed",
    }
    tasks = by_id(report)
    warned = tasks["T002"]["attempts"][0]["evidence"]
    assert [(e["kind"], e["text"]) for e in warned] == [("warning", "odd thing")]
    assert tasks["T006"]["attempts"][0]["evidence"][0]["line"] == line_of(text, "echo BROKEN now")


def test_flags_beat_a_tasks_own_variables(site: Site) -> None:
    text = fronted("tasks: {T1: {env: {A: own}}}", task(1, "echo A=$A", criteria=("`~ ^A=flag$`",)))
    assert verdicts(site.go(text, "--set", "A=flag", code=0)) == {"T001": "passed"}


FAILING_SETUPS = [
    ("false\necho on", 1),
    (". ./is-not-there\ntrue", 1),
    ("exit 0", 0),
    ("exit 7", 7),
    ("set -e\nfalse", 1),
    ("no-such-command-here", 127),
]


@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize(("lines", "status"), FAILING_SETUPS)
def test_a_failing_set_up_fails_the_task_and_nothing_of_it_runs(
    site: Site, lines: str, status: int, shell: str
) -> None:
    indented = lines.replace("\n", "\n  ")
    text = fronted(
        f"shell_init: |\n  {indented}", task(1, "touch ran\ntrue", meta=(f"**Shell:** {shell}",))
    )
    found = site.go(text, code=0)
    (attempt,) = found["tasks"][0]["attempts"]
    assert found["tasks"][0]["verdict"] == "failed"
    (evidence,) = attempt["evidence"]
    # dash ends at a file that is not there, with its own status.
    known = {status, 2} if lines.startswith(". ") else {status}
    said = re.match(r"shell_init ended with exit status (\d+)", evidence["text"])
    assert said, evidence
    assert int(said[1]) in known
    assert not (site.folder / "ran").exists()


def test_a_set_up_that_is_no_shell_is_refused_at_its_line(site: Site) -> None:
    site.write(fronted("jobs: 1\nshell_init: 'if true; then'", task(1, "true")))
    ran = site.launch()
    assert ran.code == 2
    assert "plan.md:3: error: shell_init can't be run" in ran.err


def test_on_error_stop_ends_the_task_at_its_first_failed_step(site: Site) -> None:
    text = fronted("on_error: stop", task(1, "true\nfalse\ntouch ran", criteria=("`$ true`",)))
    found = site.go(text, code=0)
    (attempt,) = found["tasks"][0]["attempts"]
    assert not (site.folder / "ran").exists()
    assert "because on_error is stop" in attempt["evidence"][0]["text"]
    assert found["tasks"][0]["verdict"] == "failed"


@pytest.mark.parametrize(("reap", "survives"), [("session", True), ("all", False)])
def test_reap_tells_what_becomes_of_a_daemon(site: Site, reap: str, survives: bool) -> None:
    daemon = (
        "python3 -c 'import os, time; os.fork() and os._exit(0); os.setsid(); "
        'open("pid", "w").write(f"{os.getpid()}\\n"); time.sleep(60)\'\n'
        "until test -s pid; do sleep 0.05; done"
    )
    site.go(fronted(f"reap: {reap}", task(1, daemon)), code=0)
    pid = number_in(site.folder / "pid")
    try:
        assert lives(pid) == survives
    finally:
        end_process(pid)


def test_the_directory_of_tasks_is_relative_to_the_file_that_says_it(site: Site) -> None:
    (site.folder / "app").mkdir()
    text = fronted("cwd: ../app", task(1, "pwd", criteria=("`~ /app$`",)))
    site.write(text, "plans/plan.md")
    assert site.launch("plans/plan.md", "--wait").code == 0
    (site.folder / "app").rmdir()
    ran = site.launch("plans/plan.md")
    assert (ran.code, "plans/plan.md:2" in ran.err) == (2, True), ran


def test_locks_gates_and_dependencies_by_settings(site: Site) -> None:
    text = fronted(
        "deps_from: none\nlocks: {1: [port:1], 2: [port:1]}\ntasks: {3: {gate: manual}}",
        task(1, "true"),
        task(2, "true", needs="T001"),
        task(3, "true", impact="High"),
    )
    site.write(text)
    read = json.loads(site.run("show", "plan.md", "--json").out)
    assert [one["locks"] for one in read["tasks"]] == [["port:1"], ["port:1"], []]
    assert [one["dependencies"] for one in read["tasks"]] == [[], [], []]
    assert verdicts(site.go(text, code=4))["T003"] == "waiting"


def test_a_tasks_own_line_beats_the_file_and_not_front_matter(site: Site) -> None:
    site.write("tasks: {T1: {impact: High, timeout: 5m}}\n", "tmuxplan.yaml")
    one = task(1, "false", impact="Low")
    assert site.go(plan(one), code=0)["run"]["verdict"] == "GO"
    found = shown(site)["tasks.T001.impact"]
    assert (found["value"], found["source"]["file"]) == ("Low", "plan.md")
    assert found["over"][0]["file"] == "tmuxplan.yaml"
    assert site.go(fronted("tasks: {T1: {impact: High}}", one), code=1)["run"]["verdict"] == "NO GO"


def test_what_settings_changed_is_not_taken_for_what_the_plan_says(site: Site) -> None:
    site.write("tasks: {T1: {timeout: 1m, locks: [a], keep: yes, impact: Low}}\n", "tmuxplan.yaml")
    site.write(plan(task(1, "true", impact=None)))
    found = {key: one for key, one in shown(site).items() if key.startswith("tasks.")}
    assert len(found) == 4
    for one in found.values():
        assert (one["source"]["file"], one["over"]) == ("tmuxplan.yaml", [])


def test_what_is_not_obeyed_yet_is_said_once(site: Site) -> None:
    site.write("tasks: {T2: {host: big}}\n", "tmuxplan.yaml")
    site.write(fronted("tasks: {T1: {host: gpu}}", task(1, "true"), task(2, "true")))
    ran = site.launch("plan.md", "--wait")
    assert ran.code == 0
    (line,) = [line for line in ran.err.splitlines() if "not obeyed yet" in line]
    for part in ("T2.host (tmuxplan.yaml:1)", "T1.host (plan.md:2)"):
        assert part.replace("T", "T00") in line
    site.write(plan(task(1, "true")))
    (site.folder / "tmuxplan.yaml").unlink()
    assert "not obeyed" not in site.launch("plan.md", "--wait").err


REFUSED = [
    (
        "jbos: 3",
        "",
        "plan.md:2: error: 'jbos' is no setting [unknown-key]; the nearest one is 'jobs'",
    ),
    ("", "jobs: many", "tmuxplan.yaml:1: error: jobs is 'many' [wrong-type]; write a number"),
    ("", "env:\n\tA: b", "tmuxplan.yaml:2: error: a tab indents this line"),
    ("tasks:\n  T9: {keep: yes}", "", "plan.md:3: error: tasks: no task is called 'T9'"),
    ("tasks:\n  T1: {keep: yes}\n  1: {keep: no}", "", "plan.md:4: error: tasks: 1 means T001"),
    ("tasks: {T1: {ready: soon}}", "", "plan.md:2: error: T001: ready: 'soon' is not understood"),
]


@pytest.mark.parametrize(("front", "file", "said"), REFUSED)
def test_faults_are_refused_with_file_and_line(
    site: Site, front: str, file: str, said: str
) -> None:
    site.write(fronted(front, task(1, "true")) if front else plan(task(1, "true")))
    if file:
        site.write(file, "tmuxplan.yaml")
    for ran in (
        site.launch(),
        site.run("check", "plan.md"),
        site.run("show", "plan.md", "--settings"),
    ):
        assert ran.code == 2, ran
        assert said in ran.err + ran.out, ran
    assert site.runs == []


def test_a_file_for_several_plans_may_name_tasks_of_others(site: Site) -> None:
    site.write("tasks: {T9: {timeout: 1m}}\n", "tmuxplan.yaml")
    site.write(plan(task(1, "true")))
    ran = site.run("check", "plan.md")
    assert ran.code == 0
    assert "tmuxplan.yaml:1: warning: tasks: no task is called 'T9'" in ran.out


def test_secrets_of_settings_stay_hidden_and_off_the_disk(site: Site) -> None:
    text = fronted(
        "env: {API_TOKEN: abcdefgh1, PIN: zyxwvu42}\nsecrets: [PIN]\n"
        "tasks: {T1: {env: {OWN_KEY: qwertzuiop}}}",
        task(1, 'echo "$API_TOKEN $PIN $OWN_KEY"'),
    )
    site.go(text, code=0)
    assert site.run("logs", "T1").out.splitlines()[-1] == "*** *** ***"
    told = site.run("show", "plan.md", "--settings")
    kept = (site.runs[-1] / "launch.json").read_text() + (site.runs[-1] / "plan.json").read_text()
    for secret in ("abcdefgh1", "zyxwvu42", "qwertzuiop"):
        assert secret not in told.out + kept


def test_a_run_that_goes_on_has_the_settings_of_its_launch(site: Site) -> None:
    """A signature starts a new supervisor: it knows variables, set-up lines and markers."""
    text = fronted(
        "env: {A: kept}\nshell_init: 'say() { echo \"said $1\"; }'\nmarkers: {failure: ['^BAD']}\n"
        "tasks: {T2: {env: {B: own}}}",
        task(1, "true", meta=("**Gate:** manual",)),
        task(2, 'say "$A-$B"', needs="T001", criteria=("`~ ^said kept-own$`",)),
        task(3, "echo BAD", needs="T001"),
    )
    site.go(text, code=4)
    assert site.run("sign", "T1", "--by", "me").code == 0
    report = until(
        lambda: (
            (found := site.collected())["run"]["state"] == "ended"
            and found["run"]["verdict"] != "PENDING"
            and found
        )
    )
    assert verdicts(report) == {"T001": "passed", "T002": "passed", "T003": "failed"}


def test_jobs_of_settings_bound_how_many_run_at_once(site: Site) -> None:
    one = 'echo $$ >> running; sleep 0.2; test "$(wc -l < running)" -eq 1; : > running'
    tasks = [task(n, one) for n in (1, 2, 3)]
    report = site.go(fronted("jobs: 1", *tasks), code=0)
    assert set(verdicts(report).values()) == {"passed"}


@pytest.mark.tmux
def test_keep_by_settings_lets_the_background_live(tmux_site: Site) -> None:
    text = fronted("tasks: {T1: {keep: yes}}", task(1, "sleep 60 &\necho $! > pid"))
    tmux_site.go(text, code=0)
    pid = number_in(tmux_site.folder / "pid")
    try:
        assert lives(pid)
    finally:
        end_process(pid)


def test_the_json_page_shows_settings_as_they_are_printed(site: Site) -> None:
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8").partition("## `show --settings")[2]
    (documented,) = json.loads(re.findall(r"(?:^    .*\n)+", page, re.MULTILINE)[0])["settings"]
    site.write("jobs: 2\n", "tmuxplan.yaml")
    site.write(fronted("title: x\njobs: 4", task(1, "true")))
    found = shown(site)["jobs"]
    found["source"]["line"] -= 1  # the page has no title
    assert found == documented


def test_a_command_that_shell_init_may_define_is_not_missed(site: Site) -> None:
    site.write(plan(task(1, "nosuch-tool --build")))
    assert "missing-command" in site.run("check", "plan.md").out
    site.write("shell_init: . ./tools.sh\n", "tmuxplan.yaml")
    assert "missing-command" not in site.run("check", "plan.md").out
    site.write("shell_init: 'other() { :; }'\n", "tmuxplan.yaml")
    assert "missing-command" in site.run("check", "plan.md").out


def test_whom_to_tell_is_shown_without_what_may_be_secret(site: Site) -> None:
    site.write("notify: ['command: curl -H tok123 https://x', 'json://tok123@h']", "tmuxplan.yaml")
    site.write(plan(task(1, "true")))
    shown = site.run("show", "--settings", "plan.md").out
    assert "command: curl ***, json://***" in shown
    assert "tok123" not in shown
