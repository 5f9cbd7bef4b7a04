"""`tmuxplan mcp`: the SDK's client, the real program, real runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from assistant import Assistant, Content, assisted
from e2e import ROOT, Site, plan, task, until

MODES = ("auto", "legacy")
YES = {"start": True}
QUICK = {"backend": "pty"}
DANGEROUS = plan(
    task(1, "echo building", title="Build"),
    task(2, "rm -rf ./out\ngit push origin main", title="Ship"),
)


def yes(_: str) -> Content:
    return YES


def test_the_tools_are_typed_and_say_what_they_may_do(site: Site) -> None:
    async def talk(assistant: Assistant) -> None:
        tools = await assistant.tools()
        assert set(tools) == {
            "check", "show", "launch", "status", "explain", "logs", "retry", "sign", "collect",
        }  # fmt: skip
        for name, tool in tools.items():
            assert tool.output_schema["properties"], name
            reads = name not in ("launch", "retry", "sign")
            assert tool.annotations.read_only_hint is reads, name
            assert tool.description.strip(), name
        # What a person answers is no argument that an assistant could give itself.
        assert set(tools["launch"].input_schema["properties"]) == {"plan", "options"}
        assert "answer" not in tools["sign"].input_schema["properties"]

    assisted(site, talk)


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_is_looked_at_launched_followed_and_reported(each_site: Site, mode: str) -> None:
    each_site.write(plan(task(1, "echo hello; echo there"), task(2, "false\necho after")))
    options = {"backend": each_site.backend}

    async def talk(assistant: Assistant) -> None:
        checked = await assistant.call("check", plan="plan.md")
        assert checked["launchable"]
        shown = await assistant.call("show", plan="plan.md", task="t2")
        assert [one["command"] for one in shown["tasks"][0]["commands"]] == ["false", "echo after"]
        launched = await assistant.call("launch", plan="plan.md", options=options)
        assert launched["backend"] == each_site.backend
        assert len(assistant.asked) == 1
        status = await assistant.call("status", run=launched["run"], wait_s=50)
        assert (status["state"], status["verdict"]) == ("ended", "GO")
        outcomes = {one["id"]: one["outcome"] for one in status["tasks"]}
        assert outcomes == {"T001": "passed", "T002": "failed"}
        explained = await assistant.call("explain", task="2")
        assert "exit status 1: false" in explained["text"]
        logs = await assistant.call("logs", task="1")
        assert [line for line in logs["lines"] if "$" not in line] == ["hello", "there"]
        report = await assistant.call("collect", format="json")
        assert json.loads(report["text"])["run"]["verdict"] == "GO"
        retried = await assistant.call("retry", task="2")
        assert retried["task"] == "T002"
        status = await assistant.call("status", wait_s=50)
        assert next(one for one in status["tasks"] if one["id"] == "T002")["attempts"] == 2

    assisted(each_site, talk, person=yes, mode=mode)
    by = {event["by"] for event in each_site.events("reopened")}
    assert len(by) == 1
    assert by.pop().startswith("an assistant of ")


@pytest.mark.parametrize("mode", MODES)
def test_without_a_persons_yes_nothing_starts(site: Site, mode: str) -> None:
    site.write(DANGEROUS)
    answers: list[Content | str] = ["decline", "cancel", {"start": False}, {}]

    async def talk(assistant: Assistant) -> None:
        for _ in answers:
            said = await assistant.refused("launch", plan="plan.md", options=QUICK)
            assert "nothing was started: the person did not agree" in said
            question = assistant.asked[-1].splitlines()
            assert question[1].strip().startswith("!! T002")
            assert "rm -rf ./out" in question[1]
            assert "git push" in question[2]

    left = iter(answers)
    assisted(site, talk, person=lambda _: next(left), mode=mode)
    assert site.runs == []


@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_can_not_ask_is_told_what_would_run_and_how_to_allow_it(
    site: Site, mode: str
) -> None:
    site.write(DANGEROUS)

    async def refused(assistant: Assistant) -> None:
        said = await assistant.refused("launch", plan="plan.md", options=QUICK)
        lines = said.splitlines()
        assert "nothing was started" in lines[0]
        assert lines[1].strip().startswith("!! T002")
        assert "tmuxplan launch plan.md" in lines[-1]
        assert "tmuxplan mcp --allow-launch" in lines[-1]

    assisted(site, refused, mode=mode)
    assert site.runs == []


def test_an_allowed_launch_and_one_that_was_agreed_to_ask_nobody(site: Site) -> None:
    site.write(plan(task(1, "echo once")))

    async def allowed(assistant: Assistant) -> None:
        launched = await assistant.call("launch", plan="plan.md", options=QUICK)
        assert launched["allowed_by"] == "--allow-launch"

    async def asked(assistant: Assistant) -> None:
        await assistant.call("launch", plan="plan.md", options=QUICK)
        assert len(assistant.asked) == 1  # what an option allowed was no person's yes
        shown = await assistant.call("show", plan="plan.md")
        assert shown["agreed"]

    async def agreed(assistant: Assistant) -> None:
        launched = await assistant.call("launch", plan="plan.md", options=QUICK)
        assert launched["allowed_by"] == "this content was agreed to before"
        others = {"backend": "pty", "set": {"PATH": "/elsewhere"}}
        assert "nobody has agreed" in await assistant.refused(
            "launch", plan="plan.md", options=others
        )

    assisted(site, allowed, "--allow-launch")
    assisted(site, asked, person=yes)
    assisted(site, agreed)
    assert len(site.runs) == 3


AGREED = plan(
    task(1, "echo once", criteria=("`$ true`",), meta=("**Gate:** manual",)),
    task(2, "echo ship", needs="TASK 001"),
)


@pytest.mark.parametrize(
    ("what", "becomes"),
    [
        ("echo once", "echo twice"),
        ("`$ true`", "`$ touch x`"),
        ("**Gate:** manual", "**Gate:** none"),
        ("TASK 001\n", "None\n"),
        ("shell_init", "shell_init: touch x\n"),
        ("gate", "tasks: {T001: {gate: none}}\n"),
        ("cwd", "cwd: elsewhere\n"),
        ("on_error", "on_error: stop\n"),
    ],
)
def test_what_was_agreed_to_is_what_runs(site: Site, what: str, becomes: str) -> None:
    """Also where it is a check, a gate, an order or a line of the settings that is new."""
    (site.folder / "elsewhere").mkdir()
    site.write(AGREED)

    async def agree(assistant: Assistant) -> None:
        await assistant.call("launch", plan="plan.md", options=QUICK)

    async def again(assistant: Assistant) -> None:
        assert "nobody has agreed" in await assistant.refused(
            "launch", plan="plan.md", options=QUICK
        )

    assisted(site, agree, person=yes)
    if what in AGREED:
        site.write(AGREED.replace(what, becomes))
    else:
        site.write(becomes, "tmuxplan.yaml")
    assisted(site, again)
    assert len(site.runs) == 1


@pytest.mark.parametrize("options", [{"only": ["2"]}, {"skip": ["1"]}, {"start_from": "2"}])
def test_a_yes_to_a_plan_is_none_to_a_part_that_leaves_out_what_it_needs(
    site: Site, options: dict[str, Any]
) -> None:
    """An agreed plan's gates and tests would be walked around."""
    site.write(AGREED)
    given = {**QUICK, **options}

    async def whole(assistant: Assistant) -> None:
        await assistant.call("launch", plan="plan.md", options=QUICK)

    async def part(assistant: Assistant) -> None:
        said = await assistant.refused("launch", plan="plan.md", options=given)
        assert "without T001" in said
        assert "which T002 needs" in said
        first = {**QUICK, "only": ["1"]}
        await assistant.call("launch", plan="plan.md", options=first)

    async def asked(assistant: Assistant) -> None:
        await assistant.call("launch", plan="plan.md", options=given)
        assert "without T001, which T002 needs" in assistant.asked[0]

    assisted(site, whole, person=yes)
    assisted(site, part)
    assert len(site.runs) == 2
    assisted(site, asked, person=yes)
    assert len(site.runs) == 3


def test_the_question_shows_what_the_assistant_adds(site: Site) -> None:
    site.write(plan(task(1, "rm -rf /opt/site/$WHAT")))
    given = {"set": {"BASH_ENV": "/tmp/x", "MY_TOKEN": "hidden-value"}, "root": {"/opt/site": "/"}}

    async def talk(assistant: Assistant) -> None:
        await assistant.refused("launch", plan="plan.md", options=given)
        question = assistant.asked[0].splitlines()
        assert "  with BASH_ENV=/tmp/x" in question
        assert "  with MY_TOKEN=***" in question
        assert "  with / for /opt/site" in question

    assisted(site, talk, person=lambda _: "decline")


def test_what_an_assistant_says_can_not_pass_for_the_question(site: Site) -> None:
    """A name of a file, of a person, a note: each stays on its line, and the lines are ours."""
    name = "plan\nA person has agreed to all of this.md"
    site.write(AGREED, name)
    _waiting(site)

    async def talk(assistant: Assistant) -> None:
        await assistant.refused("launch", plan=name, options=QUICK)
        more = {"by": "Ann\nT001 was looked at", "note": "seen\nand confirmed by Ann"}
        await assistant.refused("sign", task="1", **more)
        for question in assistant.asked:
            begins = ("An assistant", "  ", "(content ", "Sign as ", "T001 Look", "The assistant")
            assert [one for one in question.splitlines() if not one.startswith(begins)] == []
        assert len(assistant.asked) == 2

    assisted(site, talk, person=lambda _: "decline")


def test_a_question_that_is_cut_says_so(site: Site) -> None:
    items = tuple(f"Item {n} " + "is long " * 30 for n in range(200))
    site.write(plan(task(1, None, title="Look", criteria=items), task(2, "true")))
    assert site.launch("plan.md", "--wait", "--yes").code == 4

    async def talk(assistant: Assistant) -> None:
        await assistant.refused("sign", task="1", by="Ann")
        assert "more; see `tmuxplan explain T001`" in assistant.asked[0].splitlines()[-1]

    assisted(site, talk, person=lambda _: "decline")


@pytest.mark.parametrize("plan_name", ["{outside}/plan.md", "../outside/plan.md", "link.md"])
def test_plans_elsewhere_are_none_of_an_assistants(site: Site, plan_name: str) -> None:
    outside = site.folder.parent / "outside"
    outside.mkdir()
    (outside / "plan.md").write_text(plan(task(1, "echo not-for-you")))
    (site.folder / "link.md").symlink_to(outside / "plan.md")
    name = plan_name.format(outside=outside)

    async def talk(assistant: Assistant) -> None:
        for tool in ("check", "show", "launch"):
            said = await assistant.refused(tool, plan=name)
            assert f"is not in {site.folder}" in said
            assert "--directory" in said
            assert "not-for-you" not in said

    assisted(site, talk, "--allow-launch")


HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "a test", "version": "1"},
}
WAITS = {"name": "status", "arguments": {"wait_s": 50}}
SAID: tuple[dict[str, Any], ...] = (
    {"id": 1, "method": "initialize", "params": HELLO},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/call", "params": WAITS},
    {"id": 3, "method": "ping"},
)


@pytest.mark.parametrize("leaves", ["at the end of its input", "by Ctrl-C"])
def test_it_ends_at_once_when_nobody_waits_for_its_answer_any_more(site: Site, leaves: str) -> None:
    site.write(plan(task(1, "sleep 60")))
    assert site.launch("plan.md", "--yes").code == 0
    argv = [sys.executable, "-m", "tmuxplan", "mcp"]
    with subprocess.Popen(
        argv, cwd=site.folder, env=site.env, stdin=PIPE, stdout=PIPE, stderr=PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for message in SAID:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        server.stdin.flush()
        while b'"id":3' not in server.stdout.readline():  # the one before it waits
            assert server.poll() is None
        if leaves == "by Ctrl-C":
            server.send_signal(signal.SIGINT)
        else:
            server.stdin.close()
        assert server.wait(5) == (130 if leaves == "by Ctrl-C" else 0)


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_that_changes_under_the_question_is_not_launched_unseen(
    site: Site, mode: str
) -> None:
    site.write(plan(task(1, "echo harmless")))

    def person(question: str) -> Content | str:
        if "rm -rf" in question:
            return "decline"
        site.write(plan(task(1, "rm -rf ./everything")))
        return YES

    async def talk(assistant: Assistant) -> None:
        said = await assistant.refused("launch", plan="plan.md", options=QUICK)
        assert "changed after somebody agreed" in said or "did not agree" in said
        assert "rm -rf" not in assistant.asked[0]

    assisted(site, talk, person=person, mode=mode)
    assert site.runs == []


@pytest.mark.parametrize(
    "options",
    [
        {"only": ["1"], "jobs": 1, "retries": 0, "max_failures": 2},
        {"skip": ["T002"], "root": {"/opt/site": "/tmp"}, "set": {"NAME": "a b='c'"}},
        {"start_from": "task 2"},
    ],
)
def test_options_are_those_of_the_command_line(site: Site, options: dict[str, Any]) -> None:
    site.write(plan(task(1, "cd /opt/site || cd /tmp; echo <NAME>"), task(2, "echo two")))
    needed = {"NAME": "x", **options.get("set", {})}

    async def talk(assistant: Assistant) -> None:
        given = {**options, **QUICK, "set": needed, "root": {"/opt/site": "/tmp"}}
        launched = await assistant.call("launch", plan="plan.md", options=given)
        status = await assistant.call("status", run=launched["run"], wait_s=50)
        left_out = [one["id"] for one in status["tasks"] if one["outcome"] == "not asked for"]
        assert left_out == (["T001"] if "start_from" in options else ["T002"])

    assisted(site, talk, person=yes)


GATE = plan(
    task(1, None, title="Look at it", criteria=("The page looks right", "The price is right")),
    task(2, "echo built"),
)


def _waiting(site: Site) -> None:
    site.write(GATE)
    assert site.launch("plan.md", "--wait", "--yes").code == 4


@pytest.mark.parametrize("mode", MODES)
def test_a_signature_is_a_persons(site: Site, mode: str) -> None:
    _waiting(site)
    answers: list[Content | str] = ["decline", {"confirm": False}, {}, {"confirm": True}]

    async def talk(assistant: Assistant) -> None:
        for _ in answers[:3]:
            said = await assistant.refused("sign", task="1", by="Ann Lee")
            assert said.endswith("T001 is not signed: Ann Lee did not confirm it")
        done = await assistant.call("sign", task="1", by="Ann Lee", note="seen on staging")
        assert done["said"].startswith("T001 is signed by Ann Lee (confirmed through ")
        question = assistant.asked[-1]
        assert question.startswith("Sign as Ann Lee:")
        assert "The price is right" in question
        assert "seen on staging" in question

    left = iter(answers)
    assisted(site, talk, person=lambda _: next(left), mode=mode)
    signed = site.events("signed")
    assert [event["by"] for event in signed] == ["Ann Lee"]
    assert signed[0]["note"].startswith("seen on staging; confirmed through ")


def test_who_can_not_be_asked_does_not_sign(site: Site) -> None:
    _waiting(site)

    async def talk(assistant: Assistant) -> None:
        said = await assistant.refused("sign", task="1", by="Ann Lee")
        assert "tmuxplan sign T001 --by 'Ann Lee' --run " in said
        assert "nobody is named" in await assistant.refused("sign", task="1", by=" ")

    assisted(site, talk)
    assert site.events("signed") == []


def test_an_assistant_that_may_sign_is_known_as_one(site: Site) -> None:
    _waiting(site)

    async def talk(assistant: Assistant) -> None:
        await assistant.call("sign", task="1", by="Ann Lee", item=2)
        await assistant.call("sign", task="1", by="Ann Lee")

    assisted(site, talk, "--allow-sign")
    notes = [event["note"] for event in (*site.events("item_signed"), *site.events("signed"))]
    assert notes == ["by an assistant, which tmuxplan mcp --allow-sign let sign"] * 2


def test_a_run_goes_on_when_the_assistant_is_gone(each_site: Site) -> None:
    """Nor does the supervisor keep the server, or its pipes, from ending."""
    each_site.write(plan(task(1, "until test -e go; do sleep 0.02; done")))

    async def talk(assistant: Assistant) -> None:
        await assistant.call("launch", plan="plan.md", options={"backend": each_site.backend})
        status = await assistant.call("status")
        assert (status["state"], status["verdict"]) == ("running", None)

    assisted(each_site, talk, "--allow-launch")
    assert each_site.status()["run"]["state"] == "running"
    (each_site.folder / "go").touch()
    until(lambda: each_site.status()["run"]["verdict"] == "GO")


def test_who_waits_for_a_person_is_told_at_once(site: Site) -> None:
    site.write(plan(task(1, "read -rp 'Continue? [y/N] ' x")))

    async def talk(assistant: Assistant) -> None:
        options = {"backend": "pty"}
        await assistant.call("launch", plan="plan.md", options=options)
        status = await assistant.call("status", wait_s=50)
        assert status["state"] == "ended"  # nobody is there: its input is empty

    assisted(site, talk, "--allow-launch")
    _waiting(site)

    async def gate(assistant: Assistant) -> None:
        status = await assistant.call("status", wait_s=50)
        assert status["verdict"] == "PENDING"
        assert status["tasks"][0]["needs_a_person"].startswith("a signature: tmuxplan sign T001")

    assisted(site, gate)


def test_secrets_and_control_sequences_stay_here(site: Site) -> None:
    secret = "hunter2secret"
    commands = "\n".join([
        'printf "\\033]0;title\\007\\033[2Jtoken %s\\n" "$API_TOKEN"',
        'echo "FAIL: $API_TOKEN"; false',
        f"rm -rf ./{secret}",  # somebody wrote it into the plan
    ])  # fmt: skip
    filled = task(2, "rm -rf ./<SITE_PASSWORD>; : " + "long " * 400, impact="Low")
    site.write(plan(task(1, commands, impact="High"), filled, title="A \x1b[31mred one"))
    given = {**QUICK, "set": {"SITE_PASSWORD": "another1secret"}}
    site.env["API_TOKEN"] = secret
    seen: list[str] = []

    async def talk(assistant: Assistant) -> None:
        for tool, more in (
            ("check", {"plan": "plan.md"}),
            ("show", {"plan": "plan.md", "task": "1"}),
            ("launch", {"plan": "plan.md", "options": given}),
            ("status", {"wait_s": 50}),
            ("explain", {"task": "1"}),
            ("logs", {"task": "1"}),
            *(("collect", {"format": form}) for form in ("markdown", "text", "json", "junit")),
        ):
            seen.append(json.dumps(await assistant.call(tool, **more)))
        seen.extend(assistant.asked)

    seen.append(assisted(site, talk, person=yes))
    for text in seen:
        assert secret not in text
        assert "another1secret" not in text
        assert "\\u001b" not in text
        assert "\x1b" not in text
    assert any('"token ***"' in text for text in seen)


def test_a_long_log_comes_in_pages(site: Site) -> None:
    site.go(plan(task(1, "echo first")), "--yes", code=0)
    log = site.runs[-1] / "tasks/T001/1/log"
    lines = 300_000
    with log.open("ab") as grown:
        grown.writelines(b"%07d %s\n" % (n, b"x" * 92) for n in range(lines))
        grown.write(b"y" * (8 << 20) + b"\nlast\n")

    async def talk(assistant: Assistant) -> None:
        tail = await assistant.call("logs", task="1", lines=3)
        assert tail["total_lines"] == lines + 4
        assert tail["first_line"] == lines + 2
        assert tail["lines"][-1] == "last"
        assert tail["cut"]
        assert tail["next_from_line"] is None
        most = await assistant.call("logs", task="1", lines=10**9, from_line=1000)
        assert most["lines"][0].startswith("0000997 xxx")
        assert 100 < len(most["lines"]) <= 500
        assert sum(map(len, most["lines"])) <= 20_000
        following = await assistant.call("logs", task="1", from_line=most["next_from_line"])
        assert following["first_line"] == most["first_line"] + len(most["lines"])
        beyond = await assistant.call("logs", task="1", from_line=lines * 2)
        assert beyond["lines"] == []

    assisted(site, talk)


def test_a_steps_lines(site: Site) -> None:
    steps = task(1, "echo one\nseq 1 5\nexit 0\necho never")
    site.go(plan(steps, task(2, "printf partial")), "--yes", code=0)

    async def talk(assistant: Assistant) -> None:
        page = await assistant.call("logs", task="1", step=2)
        assert page["lines"] == ["$ seq 1 5", "1", "2", "3", "4", "5"]
        assert page["next_from_line"] is None
        part = await assistant.call("logs", task="1", step=2, from_line=1, lines=2)
        assert (part["lines"], part["next_from_line"]) == (["$ seq 1 5", "1"], 5)
        page = await assistant.call("logs", task="1", step=1)
        assert page["lines"] == ["$ echo one", "one"]
        page = await assistant.call("logs", task="1", step=3)
        assert page["lines"] == ["$ exit 0"]
        whole = await assistant.call("logs", task="2")
        assert (whole["lines"], whole["total_lines"]) == (["$ printf partial", "partial"], 2)
        assert "step 4 of T001 has not run" in await assistant.refused("logs", task="1", step=4)
        assert "has no step 9" in await assistant.refused("logs", task="1", step=9)
        assert "has no attempt 2" in await assistant.refused("logs", task="1", attempt=2)

    assisted(site, talk)


def test_errors_are_messages_with_remedies(site: Site) -> None:
    site.write(plan(task(1, "if then"), task(2, "echo", needs="TASK 009")), "broken.md")
    site.write(plan(task(1, "true")))

    async def talk(assistant: Assistant) -> None:
        for tool, arguments, expected in (
            ("status", {}, "no run here"),
            ("collect", {}, "launch a plan first"),
            ("check", {"plan": "nope.md"}, "nope.md: no such file; check the path"),
            ("launch", {"plan": "nope.md"}, "nope.md: no such file"),
            ("launch", {"plan": "broken.md"}, "broken.md:"),
            ("launch", {"plan": "plan.md", "options": {"only": ["T7"]}}, "no task is called 'T7'"),
            ("launch", {"plan": "plan.md", "options": {"backend": "moon"}}, "backend"),
            ("show", {"plan": "plan.md", "task": "9"}, "no task is called '9'"),
        ):
            said = await assistant.refused(tool, **arguments)
            assert expected in said, said
            assert "Traceback" not in said
        await assistant.call("launch", plan="plan.md", options=QUICK)
        await assistant.call("status", wait_s=50)
        for tool, arguments, expected in (
            ("status", {"run": "zzz"}, "no run 'zzz' here; the nearest is "),
            ("explain", {"task": "T7"}, "no task is called 'T7'"),
            ("retry", {"task": "1"}, "T001 passed"),
            ("sign", {"task": "1", "by": "Ann"}, "T001"),
            ("collect", {"format": "html"}, "there are markdown, text, json, junit"),
        ):
            said = await assistant.refused(tool, **arguments)
            assert expected in said, said

    assisted(site, talk, person=yes)


def test_long_reports_and_plans_come_in_pages(site: Site) -> None:
    many = [task(n, f"echo {n}; " + "true; " * 20) for n in range(1, 61)]
    site.write(plan(*many))

    async def talk(assistant: Assistant) -> None:
        shown = await assistant.call("show", plan="plan.md")
        rest = await assistant.call("show", plan="plan.md", offset=shown["next_offset"])
        assert [one["id"] for one in (*shown["tasks"], *rest["tasks"])][-1] == "T060"
        assert rest["next_offset"] is None
        await assistant.call("launch", plan="plan.md", options={**QUICK, "only": ["T001"]})
        await assistant.call("status", wait_s=50)
        text, offset = "", 0
        while offset is not None:
            page = await assistant.call("collect", format="json", offset=offset)
            assert len(page["text"]) <= 20_000
            text, offset = text + page["text"], page["next_offset"]
        assert len(json.loads(text)["tasks"]) == 60

    assisted(site, talk, "--allow-launch")


def test_another_directory(site: Site, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "own.md").write_text(plan(task(1, "true")))

    async def talk(assistant: Assistant) -> None:
        assert (await assistant.call("check", plan="own.md"))["launchable"]

    assisted(site, talk, "--directory", str(tmp_path / "other"))


def _program(
    *words: str, cwd: Path, flags: tuple[str, ...] = (), path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    places = [str(place) for place in (path, ROOT) if place]
    return subprocess.run(
        [sys.executable, *flags, "-m", "tmuxplan", *words],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": ":".join(places)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_ends_with_its_input(tmp_path: Path) -> None:
    ran = _program("mcp", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "source",
    [
        "raise ModuleNotFoundError('no', name='mcp')",
        "raise ImportError('cannot import name', name='mcp')",
        "VERSION = 'one without a server'",
    ],
)
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, source: str) -> None:
    (tmp_path / "mcp").mkdir()
    (tmp_path / "mcp" / "__init__.py").write_text(source)
    ran = _program("mcp", cwd=tmp_path, path=tmp_path)
    assert ran.returncode == 2
    assert "pip install 'tmuxplan[mcp]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_other_commands_do_not_pay_for_it(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(plan(task(1, "true")))
    ran = _program("show", "plan.md", cwd=tmp_path, flags=("-X", "importtime"))
    assert ran.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "msgspec" in loaded  # the list is one
    assert not {name for name in loaded if name.partition(".")[0] in ("mcp", "pydantic", "anyio")}


def test_the_program_of_a_launch_is_ours_whatever_lies_here(site: Site) -> None:
    for name in ("click.py", "tmuxplan.py", "msgspec.py"):
        site.write("raise SystemExit('not ours')", f"odd/{name}")
    site.write(plan(task(1, "true")), "odd/plan.md")

    async def talk(assistant: Assistant) -> None:
        launched = await assistant.call("launch", plan="plan.md", options=QUICK)
        assert (await assistant.call("status", run=launched["run"], wait_s=50))["verdict"] == "GO"

    assisted(site, talk, "--allow-launch", "--directory", "odd")
