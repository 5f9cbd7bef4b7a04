"""A failure that blocks: what is written, who is told, and that what is written can be launched."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from e2e import Ran, Site, lives, plan, task, until

SECRET = "s3cr3t-of-the-shop"
FAILING = plan(
    task(1, "cat marks/ready", impact="Critical", recovery=("Run `mkdir -p marks`", "Ask *Ada*")),
    task(2, "echo two >>deployed", needs="T001"),
    task(3, "echo three >>side", needs="none"),
)


def _ended(ran: Ran, code: int) -> Ran:
    assert ran.code == code, ran
    return ran


def _launch(site: Site, *args: str, code: int, **more: Any) -> Ran:
    return _ended(site.launch(*args, "--wait", **more), code)


def _issues(site: Site, folder: str = "issues") -> dict[str, Path]:
    found = sorted((site.folder / folder).glob("*.md"))
    return {path.stem.partition("T")[2]: path for path in found}


def test_an_issue_file_says_all_that_is_needed(each_site: Site) -> None:
    each_site.write(f"---\nenv: {{SHOP_TOKEN: {SECRET}}}\n---\n{FAILING}")
    _launch(each_site, "plan.md", code=1)
    run = each_site.runs[-1].name
    text = _issues(each_site)["001"].read_text()
    for wanted in (
        "# T001 failed",
        "marks/ready: No such file or directory",
        f"tmuxplan logs T001 --run {run}",
        f"tmuxplan retry T001 --run {run}",
        "1. Run `mkdir -p marks`",
        "## Blocked by it",
        "T002",
        "001-fallback.md",
    ):
        assert wanted in text


def test_waiting_ends_in_the_causes(each_site: Site) -> None:
    each_site.write(FAILING)
    ran = _launch(each_site, "plan.md", code=1)
    assert "Why:\n1. marks/ready does not exist: T001; 1 task blocked\n" in ran.out
    assert "T001, by the plan (line 14): Run `mkdir -p marks`" in ran.out


def test_each_once_and_only_for_what_blocks(each_site: Site) -> None:
    each_site.write(plan(task(1, "false", impact="Low"), task(2, "false", impact="High")))
    _launch(each_site, "plan.md", "--retries", "1", "--retry-delay", "0.1", code=1)
    assert sorted(_issues(each_site)) == ["002", "002-fallback"]
    done = [(e["task"], e["n"], e["what"]) for e in each_site.events("escalated")]
    assert done == [("T002", 2, "issue"), ("T002", 2, "fallback")]


def test_a_fallback_plan_passes_check_and_finishes_the_work(each_site: Site) -> None:
    each_site.write(FAILING)
    _launch(each_site, "plan.md", code=1)
    path = str(_issues(each_site)["001-fallback"])
    _ended(each_site.run("check", "--strict", path), 0)
    _launch(each_site, path, code=4)  # a person first
    (each_site.folder / "marks").mkdir()
    (each_site.folder / "marks/ready").touch()
    assert not (each_site.folder / "deployed").exists()
    _ended(each_site.run("sign", "T004", "--by", "Ada"), 0)
    each_site.run("watch")
    assert each_site.collected()["run"]["verdict"] == "GO"
    assert (each_site.folder / "deployed").read_text() == "two\n"
    assert (each_site.folder / "side").read_text() == "three\n"  # passed before: not again


def test_a_fallback_plan_goes_by_the_settings_of_its_launch(site: Site) -> None:
    site.write("tasks: {T001: {locks: [press]}}\nlocks: {T002: [desk]}\n", "tmuxplan.yaml")
    site.write(FAILING.replace("cat marks/ready", "cd /srv/shop-of-old && cat marks/ready"))
    (site.folder / "here").mkdir()
    _launch(site, "plan.md", "--root", "/srv/shop-of-old=here", "--set", "A=b", code=1)
    path = _issues(site)["001-fallback"]
    text = path.read_text()
    assert f"root:\n  /srv/shop-of-old: {site.folder / 'here'}\n" in text
    shown = json.loads(_ended(site.run("show", "--json", str(path)), 0).out)
    locks = {each["id"]: each["locks"] for each in shown["tasks"]}
    assert (locks["T001"], locks["T002"]) == (["press"], ["desk"])
    assert "--set=A=b" in _issues(site)["001"].read_text()


def test_settings_say_where_and_a_file_that_is_there_stays(site: Site) -> None:
    site.write(f"---\nissues_dir: tickets\n---\n{FAILING}")
    _launch(site, "plan.md", code=1)
    first = _issues(site, "tickets")["001"]
    first.write_text("mended by Ada\n")
    _ended(site.run("retry", "T001"), 0)
    site.run("watch")
    assert first.read_text() == "mended by Ada\n"
    assert first.with_stem(f"{first.stem}-2").exists()


def test_where_nothing_can_be_written_it_says_so_and_goes_on(site: Site) -> None:
    site.write(FAILING)
    (site.folder / "issues").write_text("in the way")
    ran = _launch(site, "plan.md", code=1)
    assert "T001 no issue file" in ran.out
    assert {e["failed"] != "" for e in site.events("escalated")} == {True}
    assert (site.folder / "side").exists()


def test_a_command_is_told_and_one_that_fails_is_named(site: Site) -> None:
    told = "command: cat >told; echo $TMUXPLAN_TASK:$TMUXPLAN_VERDICT >about"
    site.write(
        f"notify: ['{told}', 'command: echo no pager >&2; exit 3', neither]\n", "tmuxplan.yaml"
    )
    site.write(FAILING)
    _launch(site, "plan.md", code=1)
    assert "T001 failed" in (site.folder / "told").read_text()
    assert (site.folder / "about").read_text() == "T001:failed\n"
    failed = [e.get("failed", "") for e in site.events("escalated") if e["what"] == "notification"]
    assert failed[0] == ""
    assert failed[1] == "exit status 3: no pager"
    assert "neither" in failed[2]


class _Heard(http.server.BaseHTTPRequestHandler):
    bodies: list[dict[str, str]]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.bodies.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def service() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A service that Apprise can post to: its port, and what it was sent."""
    bodies: list[dict[str, str]] = []
    handler = type("Heard", (_Heard,), {"bodies": bodies})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1], bodies
    server.shutdown()
    thread.join()
    server.server_close()


def test_apprise_tells_a_service_and_its_token_stays_secret(
    site: Site, service: tuple[int, list[dict[str, str]]]
) -> None:
    port, bodies = service
    site.write(
        f"notify: ['json://localhost:{port}/{SECRET}', 'nosuch://{SECRET}']\n", "tmuxplan.yaml"
    )
    site.write(FAILING)
    ran = _launch(site, "plan.md", code=1)
    (body,) = bodies
    assert "T001 failed" in body["title"]
    assert "tmuxplan explain T001" in body["message"]
    assert "does not know this URL" in ran.out
    assert SECRET not in ran.out + ran.err + (site.runs[-1] / "events.jsonl").read_text()


def test_secrets_are_masked_in_all_of_it(site: Site) -> None:
    site.write("notify: ['command: cat >told']\n", "tmuxplan.yaml")
    site.write(plan(task(1, 'echo "FAIL: $SHOP_TOKEN"', impact="High")))
    _launch(site, "plan.md", env={"SHOP_TOKEN": SECRET}, code=1)
    texts = [path.read_text() for path in (*_issues(site).values(), site.folder / "told")]
    assert "FAIL: ***" in _issues(site)["001"].read_text()
    assert [text for text in texts if SECRET in text] == []


@pytest.mark.tmux
def test_a_failure_that_nobody_saw_is_told_by_the_next_supervisor(tmux_site: Site) -> None:
    site = tmux_site
    body = "echo on >on; while [ ! -e go ]; do sleep 0.02; done; false"
    site.write(plan(task(1, body, impact="High")))
    _ended(site.launch("plan.md"), 0)
    until(lambda: site.events("attempt_started"))
    shell = site.events("attempt_started")[0]["pid"]
    supervisor = site.supervisor
    supervisor.kill()
    psutil.wait_procs([supervisor], timeout=10)
    (site.folder / "go").touch()
    until(lambda: not lives(shell))
    _ended(site.run("resume", "--wait"), 1)
    assert sorted(_issues(site)) == ["001", "001-fallback"]
    assert [e["n"] for e in site.events("escalated")] == [1, 1]
    _ended(site.run("resume", "--wait", "--frozen"), 1)
    assert len(_issues(site)) == len({e["detail"] for e in site.events("escalated")})
