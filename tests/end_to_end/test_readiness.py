"""Servers: who waits for one starts when it is up, and it is ended when nobody needs it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from e2e import Site, end_process, lives, until

SERVER = """# Server and client

## TASK 001: Server

**Ready:** {ready}

```bash
python3 -u -m http.server --bind 127.0.0.1 {port}
```

## TASK 002: Client

**Dependencies:** Task 001 (server running)

```bash
python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}/').status)"
```
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "ready", ["port:{port}", "http://127.0.0.1:{port}/", "~ Serving HTTP on .* port {port}"]
)
def test_a_server_is_up_is_used_and_is_ended(each_site: Site, ready: str) -> None:
    port = free_port()
    text = SERVER.format(ready=ready.format(port=port), port=port)
    report = each_site.go(text, code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]
    assert "200" in each_site.run("logs", "T002").out
    assert not answers(port)


def test_a_server_that_never_came_up_blocks_its_client(site: Site) -> None:
    port = free_port()
    text = SERVER.format(ready=f"port:{port}", port=port).replace("python3 -u -m http", "false #")
    report = site.go(text, code=1)
    assert [task["verdict"] for task in report["tasks"]] == ["failed", "blocked"]


def test_one_job_is_enough_for_a_server_and_its_client(site: Site) -> None:
    port = free_port()
    report = site.go(SERVER.format(ready=f"port:{port}", port=port), "--jobs", "1", code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]


SLOW = """# Slow server

## TASK 001: Server

**Ready:** port:{port}
**Failure Impact:** High

```bash
echo starting
sleep 60
```

## TASK 002: Client

**Dependencies:** Task 001 (server running)

```bash
true
```
"""


def test_a_server_that_is_not_up_in_time_is_stopped_and_has_failed(each_site: Site) -> None:
    port = free_port()
    each_site.write("ready_timeout: 1s\n", "tmuxplan.yaml")
    report = each_site.go(SLOW.format(port=port), code=1)
    server, client = report["tasks"]
    assert (server["verdict"], client["verdict"]) == ("failed", "blocked")
    (evidence,) = server["attempts"][0]["evidence"]
    assert evidence["kind"] == "timeout"
    assert f"not up within 1 s: port {port} did not answer" in evidence["text"]


def test_a_task_has_a_deadline_of_its_own_and_is_tried_again(site: Site) -> None:
    port = free_port()
    text = SLOW.format(port=port).replace(
        "sleep 60",
        f"if [ $TMUXPLAN_ATTEMPT_N = 1 ]; then sleep 60; fi\n"
        f"python3 -u -m http.server --bind 127.0.0.1 {port}",
    )
    front = "---\nretries: 1\nretry_delay: 1s\ntasks: {T1: {ready_timeout: 1s}}\n---\n"
    report = site.go(front + text, code=0)
    first, second = report["tasks"][0]["attempts"]
    assert (first["verdict"], second["verdict"]) == ("failed", "passed")
    assert report["tasks"][1]["verdict"] == "passed"


REFUSING = """
import http.server, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    began = time.monotonic()
    def do_GET(self):
        well = time.monotonic() > Handler.began + 1
        self.send_response(200 if well else 503)
        self.end_headers()
        if well:
            print("said 200", flush=True)
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""


def test_a_url_is_up_when_its_status_says_so(site: Site) -> None:
    port = free_port()
    site.write(REFUSING.replace("{port}", str(port)), "server.py")
    text = SERVER.format(ready=f"http://127.0.0.1:{port}/", port=port).replace(
        f"python3 -u -m http.server --bind 127.0.0.1 {port}", "python3 -u server.py"
    )
    report = site.go(text, code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]
    assert "said 200" in (site.runs[0] / "tasks/T001/1/log").read_text()


SHELLS = """# Two shells

## TASK 001: Site

**Ready:** port:{port}

```bash
python3 -u -m http.server --bind 127.0.0.1 {port}
```

In another terminal:

```bash
python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}/').status)"
```
"""


def test_a_tasks_second_shell_is_a_window_of_its_own_beside_the_first(each_site: Site) -> None:
    report = each_site.go(SHELLS.format(port=free_port()), code=0)
    assert [(task["id"], task["verdict"]) for task in report["tasks"]] == [
        ("T001", "passed"),
        ("T001.2", "passed"),
    ]
    assert "200" in each_site.run("logs", "T001.2").out


@pytest.mark.parametrize(
    ("pattern", "verdicts"),
    [
        ("GET / HTTP", ["passed", "passed"]),  # the first shell prints it, late
        ("^200$", ["passed", "passed"]),  # the second
        ("nobody prints it", ["failed", "passed"]),
    ],
)
def test_what_has_to_be_in_a_tasks_output_may_be_printed_by_any_of_its_shells(
    site: Site, pattern: str, verdicts: list[str]
) -> None:
    text = SHELLS.format(port=free_port()) + f"\n### Success Criteria\n- `~ {pattern}`\n"
    report = site.go(text, code=0 if "failed" not in verdicts else 1)
    assert [task["verdict"] for task in report["tasks"]] == verdicts
    met = "met" if "failed" not in verdicts else "not met"
    assert {one["result"] for task in report["tasks"] for one in task["criteria"]} == {met}


BUSY = """# Two shells that fail, and others

## TASK 001: Site

**Ready:** ~ up

```bash
echo up; false
```

In another terminal:

```bash
false
```

## TASK 002: Another

**Dependencies:** Task 001 (optional)

```bash
true
```
"""


@pytest.mark.parametrize(("most", "verdict"), [(1, "halted"), (2, "passed")])
def test_the_shells_of_a_task_are_one_failure(site: Site, most: int, verdict: str) -> None:
    report = site.go(BUSY, "--max-failures", str(most), code=1)
    server, _, another = report["tasks"]
    assert (server["verdict"], another["verdict"]) == ("failed", verdict)


def test_settings_say_when_a_server_is_up(site: Site) -> None:
    port = free_port()
    text = SERVER.replace("**Ready:** {ready}\n\n", "").format(port=port)
    text = text.replace(f"--bind 127.0.0.1 {port}", f'--bind 127.0.0.1 "$(expr {port} + 0)"')
    site.write(text)
    assert "nothing says when it is" in site.run("check", "plan.md").out
    assert [
        e["kind"]
        for e in json.loads(site.run("show", "plan.md", "--json").out)["tasks"][1]["dependencies"]
    ] == ["hard"]
    site.write(f"tasks:\n  T1: {{ready: 'port:{port}'}}\n", "tmuxplan.yaml")
    assert site.run("check", "plan.md").out == ""
    shown = json.loads(site.run("show", "plan.md", "--json").out)["tasks"][1]["dependencies"]
    assert [(e["on"], e["kind"]) for e in shown] == [("T001", "ready")]
    report = site.go(text, code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]
    assert "200" in site.run("logs", "T002").out
    assert not answers(port)
    site.write(f"---\ntasks:\n  T001: {{ready: '{port}:no'}}\n---\n" + text)
    assert "is not understood" in site.run("check", "plan.md").out


def test_they_say_it_of_a_tasks_first_shell_too(site: Site) -> None:
    port = free_port()
    text = SHELLS.replace("**Ready:** port:{port}\n\n", "").format(port=port)
    text = text.replace(f"http.server --bind 127.0.0.1 {port}", f'http.server "$(expr {port} + 0)"')
    text = text.replace(f"127.0.0.1:{port}", f"'f'127.0.0.1:{{{port}}}")
    site.write(text)
    assert "second-shell" in site.run("check", "plan.md").out
    report = site.go(f"---\ntasks:\n  T001: {{ready: 'port:{port}'}}\n---\n" + text, code=0)
    assert "second-shell" not in site.run("check", "plan.md").out
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]


DAEMON = """# Daemon and client

## TASK 001: Server

**Ready:** port:{port}
**Failure Impact:** High
{more}

```bash
(sleep 1; exec python3 -u -m http.server --bind 127.0.0.1 {port}) > server.log 2>&1 &
echo $! > pid
```

## TASK 002: Client

**Dependencies:** Task 001 (server running)

```bash
python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}/').status)"
```
"""


def test_what_a_kept_server_left_behind_is_waited_for(each_site: Site) -> None:
    port = free_port()
    report = each_site.go(DAEMON.format(port=port, more="**Keep:** yes"), code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]
    # A pty's daemons end with the supervisor, whose terminals they have.
    assert each_site.backend == "pty" or answers(port)
    end_process(int((each_site.folder / "pid").read_text()))


@pytest.mark.parametrize("ready", ["port:{port}", "~ Serving HTTP on .* port {port}"])
def test_a_server_in_the_background_stays_until_nobody_needs_it(
    each_site: Site, ready: str
) -> None:
    port = free_port()
    text = DAEMON.format(port=port, more="").replace(" > server.log 2>&1 &", " &")
    report = each_site.go(
        text.replace(f"**Ready:** port:{port}", f"**Ready:** {ready.format(port=port)}"), code=0
    )
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]
    assert "200" in each_site.run("logs", "T002").out
    assert not answers(port)
    (stop,) = each_site.events("stop_asked")
    assert (stop["task"], stop["why"]) == ("T001", "done")
    assert not lives(each_site.events("attempt_started")[0]["pid"])


def test_a_server_in_the_background_that_dies_blocks_who_waits_for_it(site: Site) -> None:
    port = free_port()
    text = DAEMON.format(port=port, more="").replace("exec python3 -u -m http", "exec false")
    report = site.go(text, code=1)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "blocked"]


GATED = """# A server, and a look at it

## TASK 001: Server

**Ready:** port:{port}

```bash
python3 -u -m http.server --bind 127.0.0.1 {port}
```

## TASK 002: Look at it

**Dependencies:** Task 001 (server running)

Look at the page.

## TASK 003: Client

**Dependencies:** Task 001 (server running), Task 002

```bash
true
```
"""


def test_waiting_ends_when_only_people_are_left_and_the_server_stays_up(site: Site) -> None:
    port = free_port()
    site.write(GATED.format(port=port))
    ran = site.launch("plan.md", "--wait")
    assert (ran.code, "waits for people" in ran.err) == (4, True), ran
    assert answers(port)
    assert site.run("sign", "T002", "--by", "ann").code == 0
    until(lambda: site.status()["run"]["verdict"] == "GO")
    assert not answers(port)


HELD = """# A port that somebody has

## TASK 001: Server

**Ready:** {ready}
**Failure Impact:** High

```bash
{commands}
```

## TASK 002: Client

**Dependencies:** Task 001 (server running)

```bash
true
```
"""


@pytest.fixture
def other_program() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A web server that was there before, on its port."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as other:
        until(lambda: answers(port))
        yield port, other
        other.kill()


@pytest.mark.parametrize(
    ("ready", "commands"),
    [
        ("port:{port}", "echo the server went elsewhere; sleep 60"),
        ("http://127.0.0.1:{port}/", "echo the server went elsewhere; sleep 60"),
        ("port:{port}", "python3 -m http.server --bind 127.0.0.1 {port}"),  # address in use
        ("port:{port}", "python3 -m http.server --bind 127.0.0.1 {port} &"),  # and nobody sees it
    ],
)
def test_a_port_that_another_program_has_is_not_the_server(
    site: Site, other_program: tuple[int, subprocess.Popen[bytes]], ready: str, commands: str
) -> None:
    port, other = other_program
    site.write("ready_timeout: 1s\n", "tmuxplan.yaml")
    text = HELD.format(ready=ready.format(port=port), commands=commands.format(port=port))
    report = site.go(text, code=1)
    server, client = report["tasks"]
    assert (server["verdict"], client["verdict"]) == ("failed", "blocked")
    said = [one["text"] for one in server["attempts"][0]["evidence"]]
    assert any("was answered before T001 began, by python" in text for text in said), said
    assert any(f"(process {other.pid})" in text for text in said), said
    assert answers(port)


def test_who_only_asks_whether_another_program_is_up_may_be_answered(
    site: Site, other_program: tuple[int, subprocess.Popen[bytes]]
) -> None:
    port, _ = other_program
    text = HELD.replace("**Ready:** {ready}\n", "")
    report = site.go(text.format(commands=f"curl -fs -o page http://127.0.0.1:{port}/"), code=0)
    server, client = report["tasks"]
    assert (server["verdict"], client["verdict"]) == ("passed", "passed")
    (warning,) = server["attempts"][0]["evidence"]
    assert (warning["kind"], "was answered before" in warning["text"]) == ("warning", True)


def test_a_server_that_takes_the_place_of_another_is_up(
    site: Site, other_program: tuple[int, subprocess.Popen[bytes]]
) -> None:
    port, other = other_program
    commands = f"kill {other.pid}\nexec python3 -m http.server --bind 127.0.0.1 {port}"
    report = site.go(HELD.format(ready=f"port:{port}", commands=commands), code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed", "passed"]
    assert len(site.events("server_ready")) == 1
    assert [bool(one.get("what")) for one in site.events("answered_before")] == [True, False]


KEPT = """# One that is kept, and one that looks after it

## TASK 001: Start it

**Keep:** yes

```bash
python3 -m http.server --bind 127.0.0.1 {port} > server.log 2>&1 &
echo $! > pid
until curl -fs -o page http://127.0.0.1:{port}/; do sleep 0.05; done
```

## TASK 002: Look after it

**Ready:** port:{port}
**Dependencies:** Task 001

```bash
echo it runs
```

## TASK 003: Client

**Dependencies:** Task 002 (server running)

```bash
curl -fs -o page http://127.0.0.1:{port}/
```
"""


def test_a_server_that_an_earlier_task_keeps_up_is_one(each_site: Site) -> None:
    report = each_site.go(KEPT.format(port=free_port()), code=0)
    assert [task["verdict"] for task in report["tasks"]] == ["passed"] * 3
    end_process(int((each_site.folder / "pid").read_text()))


@pytest.mark.tmux
def test_a_server_is_still_not_the_task_after_a_crash(
    tmux_site: Site, other_program: tuple[int, subprocess.Popen[bytes]]
) -> None:
    port, _ = other_program
    tmux_site.write("ready_timeout: 3s\n", "tmuxplan.yaml")
    tmux_site.write(HELD.format(ready=f"port:{port}", commands="sleep 60"))
    assert tmux_site.launch("plan.md").code == 0
    until(lambda: tmux_site.events("attempt_started"))
    tmux_site.supervisor.kill()
    ran = tmux_site.run("resume", "--wait")
    assert ran.code == 1, ran
    assert not tmux_site.events("server_ready")
    assert [task["verdict"] for task in tmux_site.collected()["tasks"]] == ["failed", "blocked"]
