"""Launches: what starts, when, where and with what; and what is refused before anything does."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import pytest
from e2e import (
    BACKENDS,
    Site,
    by_id,
    line_of,
    lives,
    number_in,
    plan,
    task,
    until,
    verdicts,
)

GRAPH = """
## GRAPH

```mermaid
graph TD
    T001[First] --> T002[Hard]
    T001 -->|Optional| T003[Soft]
    T004[Good] --> T005[Ready]
```
"""


def _log(site: Site, task_id: str) -> str:
    return (site.runs[-1] / "tasks" / task_id / "1" / "log").read_text()


# --- Order -----------------------------------------------------------------------------------


def test_hard_dependents_are_blocked_and_soft_ones_run_after(each_site: Site) -> None:
    tasks = (
        task(1, "echo began >>order; false; echo ended >>order", needs=None, impact="High"),
        task(2, "echo two >>order", needs=None),
        task(3, "echo three >>order", needs=None),
        task(4, "touch four", needs=None),
        task(5, "test -e four", needs=None),
    )
    report = each_site.go(plan(*tasks, tail=GRAPH), code=1)
    assert (each_site.folder / "order").read_text() == "began\nended\nthree\n"
    assert verdicts(report) == {
        "T001": "failed",
        "T002": "blocked",
        "T003": "passed",
        "T004": "passed",
        "T005": "passed",
    }
    blocked = by_id(report)["T002"]
    assert (blocked["blocked_by"], blocked["attempts"]) == (["T001"], [])


def test_tasks_run_at_once_as_the_plan_allows(site: Site) -> None:
    """Each waits for the other: one after the other they would never end."""
    pair = [f"touch {a}; until [ -e {b} ]; do sleep 0.02; done" for a, b in ("xy", "yx")]
    site.go(plan(task(1, pair[0]), task(2, pair[1])), code=0)


def test_jobs_1_runs_one_at_a_time_in_the_plans_order(each_site: Site) -> None:
    one = "[ ! -e lock ] || touch together; touch lock; echo {n} >>order; sleep 0.05; rm lock"
    tasks = (task(n, one.format(n=n)) for n in range(1, 6))
    each_site.go(plan(*tasks), "--jobs", "1", code=0)
    assert (each_site.folder / "order").read_text().split() == ["1", "2", "3", "4", "5"]
    assert not (each_site.folder / "together").exists()


def test_without_declared_dependencies_each_waits_for_the_one_before(site: Site) -> None:
    tasks = (task(n, f"echo {n} >>order; test {n} != 2", needs=None) for n in (1, 2, 3))
    report = site.go(plan(*tasks), code=0)
    assert (site.folder / "order").read_text().split() == ["1", "2"]
    assert verdicts(report) == {"T001": "passed", "T002": "failed", "T003": "blocked"}
    assert "order" in json.loads(site.run("show", "--json", "plan.md").out)["order_rule"]


# --- Parts -----------------------------------------------------------------------------------

CHAIN = plan(
    task(1, "touch one"),
    task(2, "touch two", needs="T001"),
    task(3, "touch three", needs="T002"),
    task(4, "touch four"),
)


@pytest.mark.parametrize(
    ("options", "made"),
    [
        (["--only", "T002"], ["two"]),
        (["--only", "task 1", "--only", "004"], ["four", "one"]),
        (["--only", "T001,T004"], ["four", "one"]),
        (["--skip", "T004"], ["one", "three", "two"]),
        (["--from", "T002"], ["four", "three", "two"]),
        (["--only", "T001,T002,T003", "--skip", "T002"], ["one", "three"]),
    ],
)
def test_a_part_of_a_plan_runs_and_is_never_go(
    site: Site, options: list[str], made: list[str]
) -> None:
    report = site.go(CHAIN, *options, code=4)
    there = [name for name in ("one", "two", "three", "four") if (site.folder / name).exists()]
    assert sorted(there) == made
    assert report["run"]["verdict"] == "PENDING"
    assert report["run"]["partial"] is True
    assert site.run("collect").code == 4


def test_a_failure_in_a_part_is_no_go(site: Site) -> None:
    text = plan(task(1, "false", impact="High"), task(2, "true"))
    assert site.go(text, "--only", "T001", code=1)["run"]["verdict"] == "NO GO"


def test_all_tasks_asked_for_by_name_are_the_whole_plan(site: Site) -> None:
    site.go(CHAIN, "--only", "T001,T002,T003,T004", code=0)


@pytest.mark.parametrize("option", ["--only", "--skip", "--from"])
def test_an_unknown_id_is_refused(site: Site, option: str) -> None:
    site.write(CHAIN)
    ran = site.launch("plan.md", option, "T009")
    assert ran.code == 2
    assert "T009" in ran.err
    assert "did you mean T004" in ran.err
    assert site.runs == []


# --- People ----------------------------------------------------------------------------------


def test_a_task_without_commands_waits_for_a_person(each_site: Site) -> None:
    text = plan(
        task(1, "touch built"),
        task(2, None, title="Look at it", needs="T001", impact="High"),
        task(3, "touch released", needs="T002", impact="High"),
    )
    report = each_site.go(text, code=4)
    assert (report["run"]["state"], report["run"]["verdict"]) == ("ended", "PENDING")
    assert verdicts(report)["T002"] == "waiting"
    assert not (each_site.folder / "released").exists()
    signed = each_site.run("sign", "task 2", "--by", "Ann Lee", "--note", "seen")
    assert signed.code == 0, signed
    until(lambda: each_site.status()["run"]["verdict"] == "GO")
    assert (each_site.folder / "released").exists()
    report = each_site.collected()
    assert by_id(report)["T002"]["signed_by"] == "Ann Lee"
    assert "Ann Lee" in each_site.run("collect").out
    assert each_site.run("collect").code == 0


def test_a_gate_holds_its_dependents_while_the_rest_runs(site: Site) -> None:
    text = plan(
        task(1, "touch built", meta=("**Gate:** manual",)),
        task(2, "touch released", needs="T001"),
        task(3, "touch other"),
    )
    report = site.go(text, code=4)
    made = [(site.folder / name).exists() for name in ("built", "released", "other")]
    assert (made, report["run"]["verdict"]) == ([True, False, True], "PENDING")
    assert site.run("sign", "T001").code == 0
    until(lambda: site.status()["run"]["verdict"] == "GO")
    assert (site.folder / "released").exists()


def test_a_skipped_task_lets_its_dependents_start_and_is_named(site: Site) -> None:
    text = plan(task(1, None, impact="Low"), task(2, "touch after", needs="T001"))
    site.go(text, code=4)
    assert site.run("skip", "T001", "--reason", "not in this release", "--by", "Bo").code == 0
    until(lambda: site.status()["run"]["state"] == "ended" and (site.folder / "after").exists())
    until(lambda: site.status()["run"]["verdict"] == "GO")
    skipped = by_id(site.collected())["T001"]
    assert (skipped["skipped_by"], skipped["skip_reason"]) == ("Bo", "not in this release")
    assert "not in this release" in site.run("collect").out


# --- Refused before anything starts ----------------------------------------------------------


def test_a_directory_that_is_not_here_is_refused_with_the_root_to_use(site: Site) -> None:
    text = plan(task(1, "touch began"), task(2, "cd /Users/ann/shop/backend\ntouch there"))
    site.write(text)
    ran = site.launch()
    assert ran.code == 2
    assert f"plan.md:{line_of(text, 'cd /Users/ann')}" in ran.err
    assert "--root /Users/ann/shop=DIRECTORY" in ran.err
    assert (site.runs, (site.folder / "began").exists()) == ([], False)
    checked = site.run("check", "plan.md")
    assert checked.code == 0  # a warning: nothing is launched
    assert "missing-directory" in checked.out
    assert site.run("check", "plan.md", "--strict").code == 2


def test_a_directory_that_an_earlier_step_makes_is_not_refused(site: Site) -> None:
    made = site.folder / "made"
    site.go(plan(task(1, f"mkdir -p {made}\ncd {made}\ntouch inside")), code=0)
    assert (made / "inside").exists()


def test_a_syntax_error_is_refused_with_its_line(site: Site) -> None:
    text = plan(task(1, "touch began"), task(2, "echo fine\nif true; then\necho open\n"))
    site.write(text)
    ran = site.launch()
    assert ran.code == 2
    first, last = line_of(text, "if true"), line_of(text, "echo open") + 1
    assert any(f"plan.md:{line}:" in ran.err for line in range(first, last + 1)), ran.err
    assert "syntax-error" in ran.err
    assert (site.runs, (site.folder / "began").exists()) == ([], False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--root", "/old"], "--root /old: no '='"),
        (["--set", "=x"], "--set =x"),
        (["--env-file", "nowhere.env"], "nowhere.env"),
        (["--cwd", "nowhere"], "--cwd nowhere"),
        (["--jobs", "0"], "--jobs"),
        (["--backend", "screen"], "--backend"),
        (["--wait", "--attach"], "exclude each other"),
        (["--attach"], "no terminal"),
        (["--deps-from", "stars"], "stars"),
        (["--nosuch"], "--nosuch"),
    ],
)
def test_a_wrong_option_is_refused(site: Site, options: list[str], said: str) -> None:
    site.write(plan(task(1, "touch began")))
    ran = site.run("launch", "plan.md", *options)
    assert ran.code == 2
    assert said in ran.err
    assert (site.runs, (site.folder / "began").exists()) == ([], False)


def test_a_dry_run_starts_nothing(site: Site) -> None:
    site.write(CHAIN)
    ran = site.launch("plan.md", "--dry-run", "--only", "T002")
    assert ran.code == 0
    assert "T002" in ran.out
    assert not (site.folder / ".tmuxplan").exists()
    assert not (site.folder / "two").exists()


# --- Where, and with what --------------------------------------------------------------------


def test_root_rewrites_whole_components_and_keeps_quoting(each_site: Site) -> None:
    here = each_site.folder / "a checkout with spaces & more"
    (here / "back end").mkdir(parents=True)
    commands = (
        "cd /Users/ann/shop\npwd >root\n"
        "cd '/Users/ann/shop/back end'\npwd >single\n"
        'cd "/Users/ann/shop/back end"\npwd >double\n'
        "echo /Users/ann/shopping >other\n"
        "cat <<'END' >here\n/Users/ann/shop/doc\nEND\n"
    )
    each_site.go(plan(task(1, commands)), "--root", f"/Users/ann/shop={here}", code=0)
    assert (here / "root").read_text() == f"{here}\n"
    assert (here / "back end" / "single").read_text() == f"{here}/back end\n"
    assert (here / "back end" / "double").read_text() == f"{here}/back end\n"
    assert (here / "back end" / "other").read_text() == "/Users/ann/shopping\n"


def test_set_fills_placeholders_and_is_a_variable(each_site: Site) -> None:
    commands = (
        'printf "%s|" <REGION> {{REGION}} "in <REGION>" "$REGION" >out\n'
        "cat <<END >>out\n$REGION\nEND"
    )
    value = "eu west; touch executed #"
    each_site.go(plan(task(1, commands)), "--set", f"REGION={value}", code=0)
    out = (each_site.folder / "out").read_text()
    assert out == f"{value}|{value}|in {value}|{value}|{value}\n"
    assert not (each_site.folder / "executed").exists()


def test_an_env_file_is_read_and_set_beats_it(each_site: Site) -> None:
    each_site.write('A=from file\nexport B="two words"\n# note\nC=over\n', "more.env")
    commands = 'printf "%s|" "$A" "$B" "$C" >out'
    options = ("--env-file", "more.env", "--set", "C=set")
    each_site.go(plan(task(1, commands)), *options, code=0, env={"A": "from the shell"})
    assert (each_site.folder / "out").read_text() == "from file|two words|set|"


def test_tasks_have_the_launching_shells_environment_as_it_is_now(each_site: Site) -> None:
    """The tmux server keeps that of its first start: the second launch must not see it."""
    odd = "two\nlines 'and' \"quotes\" $HOME `id` é"
    commands = 'printf "%s" "$ODD" >odd; printf "%s" "${GONE-unset}" >gone; env >all'
    each_site.go(plan(task(1, commands)), code=0, env={"ODD": "first", "GONE": "there"})
    each_site.go(plan(task(1, commands)), code=0, env={"ODD": odd})
    assert (each_site.folder / "odd").read_text() == odd
    assert (each_site.folder / "gone").read_text() == "unset"
    assert list(each_site.folder.glob(".tmuxplan/runs/*/tasks/*/1/env")) == []


def test_a_task_knows_no_terminal_input_in_ci(each_site: Site) -> None:
    each_site.go(plan(task(1, "cat >read; wc -c <read >size")), code=0)
    assert (each_site.folder / "size").read_text().strip() == "0"


def test_cwd_is_where_tasks_start(site: Site) -> None:
    (site.folder / "deep er").mkdir()
    site.go(plan(task(1, "pwd >where")), "--cwd", "deep er", code=0)
    assert (site.folder / "deep er" / "where").read_text() == f"{site.folder}/deep er\n"


def test_another_shell_runs_what_asks_for_it(each_site: Site) -> None:
    commands = 'echo "${BASH_VERSION-none}" >shell\nfalse || true\ncd gone; touch wrong'
    text = plan(task(1, commands, meta=("**Shell:** sh",)))
    report = each_site.go(text, code=0)
    step = by_id(report)["T001"]["attempts"][0]["evidence"][0]
    assert (step["kind"], step["line"]) == ("step", line_of(text, "cd gone"))
    assert not (each_site.folder / "wrong").exists()


def test_several_fences_run_in_one_shell(site: Site) -> None:
    fences = "mkdir -p sub; cd sub\nHERE=kept\n```\n\nAnd then:\n\n```bash\necho $HERE >file"
    site.go(plan(task(1, fences)), code=0)
    assert (site.folder / "sub" / "file").read_text() == "kept\n"


def test_a_timeout_ends_the_task_and_says_so(each_site: Site) -> None:
    commands = "sleep 300 &\necho $! >child\nsleep 301"
    text = plan(task(1, commands, meta=("**Timeout:** 1s",), impact="High"))
    report = each_site.go(text, code=1)
    found = by_id(report)["T001"]
    assert found["verdict"] == "timed out"
    assert found["attempts"][0]["evidence"][0]["kind"] == "timeout"
    assert not lives(number_in(each_site.folder / "child"))


def test_every_byte_of_the_log_is_kept(each_site: Site) -> None:
    each_site.go(plan(task(1, "seq 1 60000\nprintf 'no newline at the end'")), code=0)
    log = re.sub(r"\x1b\]133;[^\x07]*\x07", "", _log(each_site, "T001"))
    numbers = [line for line in log.replace("\r", "").splitlines() if line.isdigit()]
    assert numbers == [str(n) for n in range(1, 60001)]
    assert "no newline at the end" in log


def test_nothing_is_typed_into_a_shell(each_site: Site) -> None:
    """A reader of the terminal sees no keys, and the history of no shell grows."""
    commands = 'read -r -t 0.2 typed </dev/tty; echo "got [$typed]" >typed; true'
    each_site.go(plan(task(1, commands)), code=0)
    assert (each_site.folder / "typed").read_text() == "got []\n"


# --- Secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_secrets_are_masked_in_all_that_leaves_the_folder(tmp_path: Path, backend: str) -> None:
    site = Site(tmp_path / "site", backend)
    try:
        _secrets(site)
    finally:
        site.end()


def _secrets(site: Site) -> None:
    secret, named, filled = "s3cr3t-Value/9+x", "plainly-named-42", "filled-in-77-zz"
    commands = (
        'echo "token is $API_TOKEN."\necho "FAIL: with $API_TOKEN"\necho "odd: $ODD_ONE"\n'
        "echo given {{GIVEN_KEY}}\necho port $PORT_KEY"
    )
    site.write(f"API_TOKEN={secret}\nODD_ONE={named}\nPORT_KEY=8000\n", "s.env")
    options = ("--env-file", "s.env", "--secret", "ODD_ONE", "--set", f"GIVEN_KEY={filled}")
    site.go(plan(task(1, commands, criteria=("`~ given`",))), *options, code=0)
    log = _log(site, "T001")
    leaving = [
        site.run("logs", "T001").out,
        site.run("explain", "T001").out,
        site.run("collect").out,
        site.run("collect", "-f", "json").out,
        site.run("status").out,
    ]
    kept = {path: path.read_text() for path in site.runs[-1].glob("*.json*")}
    for value in (secret, named, filled):
        assert value in log  # what was printed is kept as it was
        assert [text for text in leaving if value in text] == []
        assert [path for path, text in kept.items() if value in text] == []
    assert "FAIL: with " in site.run("explain", "T001").out
    assert "port 8000" in leaving[0]  # no secret, whatever its name
    assert secret in site.run("logs", "T001", "--raw").out
    assert (site.runs[-1] / "tasks/T001/1/log").stat().st_mode & 0o777 == 0o600
    assert site.runs[-1].stat().st_mode & 0o777 == 0o700


# --- Ending a run ----------------------------------------------------------------------------

LONG = plan(
    task(1, "sleep 300 &\necho $! >child\necho $$ >shell\nsleep 301", impact="High"),
    task(2, "touch two", needs="T001"),
)


def _ends(site: Site) -> tuple[int, int]:
    return number_in(site.folder / "child"), number_in(site.folder / "shell")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_a_terminal_a_signal_stops_the_run(each_site: Site, number: int) -> None:
    each_site.write(LONG)
    waiting = each_site.start("launch", "plan.md", "--wait", "--backend", each_site.backend)
    pids = _ends(each_site)
    waiting.send_signal(number)
    out, err = waiting.communicate(timeout=30)
    assert "Traceback" not in out + err
    assert waiting.returncode == 1, (out, err)
    assert "stopping the run" in err
    assert [lives(pid) for pid in pids] == [False, False]
    report = each_site.collected()
    assert report["run"]["verdict"] == "NO GO"
    assert verdicts(report)["T001"] == "halted"
    assert not (each_site.folder / "two").exists()


def test_a_signal_that_comes_while_the_run_is_launched_stops_it_too(each_site: Site) -> None:
    each_site.write(LONG)
    waiting = each_site.start("launch", "plan.md", "--wait", "--backend", each_site.backend)
    until(lambda: each_site.runs, every_s=0.001)
    waiting.send_signal(signal.SIGTERM)
    out, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 1, (out, err)
    assert verdicts(each_site.collected())["T001"] == "halted"


def test_stop_ends_a_run_and_all_that_it_started(each_site: Site) -> None:
    each_site.write(LONG)
    assert each_site.launch().code == 0
    pids = _ends(each_site)
    ran = each_site.run("stop", "--reason", "wrong branch")
    assert ran.code == 0, ran
    assert [lives(pid) for pid in pids] == [False, False]
    report = each_site.collected()
    assert (report["run"]["state"], report["run"]["verdict"]) == ("ended", "NO GO")
    assert "wrong branch" in each_site.run("collect").out
    again = each_site.run("stop")
    assert again.code == 2
    assert "nothing to stop" in again.err


def test_stop_ends_what_made_a_session_of_its_own(each_site: Site) -> None:
    commands = "setsid sh -c 'trap \"\" INT; echo $$ >own; sleep 300' &\nsleep 301"
    each_site.write(plan(task(1, commands)))
    assert each_site.launch().code == 0
    pid = number_in(each_site.folder / "own")
    assert each_site.run("stop", timeout_s=40).code == 0
    assert not lives(pid)


# --- Many ------------------------------------------------------------------------------------


def test_a_thousand_tasks_finish_and_are_reported(site: Site) -> None:
    tasks = [
        task(
            n,
            "false" if n == 495 else f"echo {n}",
            needs=f"T{n - 1:03d}" if n % 10 != 1 else "None",
        )
        for n in range(1, 1001)
    ]
    report = site.go(plan(*tasks), code=0, timeout_s=300)
    counted: dict[str, int] = {}
    for verdict in verdicts(report).values():
        counted[verdict] = counted.get(verdict, 0) + 1
    assert counted == {"passed": 994, "failed": 1, "blocked": 5}
    markdown = site.run("collect").out
    assert "T1000" in markdown
    assert "T1000" in site.run("status").out


def test_progress_is_streamed_as_it_happens(each_site: Site) -> None:
    each_site.write(
        plan(task(1, "touch up\nuntil [ -e on ]; do sleep 0.02; done"), task(2, "true"))
    )
    waiting = each_site.start("launch", "plan.md", "--wait", "--backend", each_site.backend)
    assert waiting.stdout is not None
    seen = [waiting.stdout.readline()]
    while "T002 passed" not in seen[-1]:
        assert seen[-1], seen
        seen.append(waiting.stdout.readline())
    assert any("T001 running" in line for line in seen)
    (each_site.folder / "on").touch()
    rest = waiting.communicate(timeout=20)[0]
    assert "T001 passed" in rest
    assert rest.splitlines()[-1].endswith("2 passed")
    assert waiting.returncode == 0


def test_without_a_terminal_what_destroys_or_acts_outside_is_named_first(site: Site) -> None:
    text = plan(
        task(1, "mkdir -p build\nrm -rf build/*\necho 'rm -rf is a word'"), task(2, "rm -rf other")
    )
    site.write(text)
    ran = site.launch("plan.md", "--wait", "--only", "T001")
    lines = ran.out.splitlines()
    line = line_of(text, "rm -rf build/*")
    assert lines[0] == f"  !! T001 line {line}: rm -rf build/*  (deletes directories)", ran
    assert len([one for one in lines if "!!" in one]) == 1
    assert "!!" not in site.run("resume", "--wait").out


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody knows what the shell gave")
@pytest.mark.parametrize("given", ["", "C"])
def test_a_task_gets_no_locale_that_python_made_for_itself(each_site: Site, given: str) -> None:
    """Where the shell's is C, Python sets LC_CTYPE (PEP 538)."""
    each_site.write(plan(task(1, 'echo "LC_CTYPE is ${LC_CTYPE-not set}"')))
    for name in ("LANG", "LC_ALL", "LC_CTYPE", "PYTHONUTF8", "PYTHONCOERCECLOCALE"):
        each_site.env.pop(name, None)
    assert each_site.launch("plan.md", "--wait", env={"LC_CTYPE": given} if given else {}).code == 0
    assert f"LC_CTYPE is {given or 'not set'}\n" in each_site.run("logs", "T001").out
