"""Locks: inferred from what commands do, and on ports across the runs of one user."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e import BACKENDS, Site, by_id, lives, number_in, plan, task, until, verdicts

# The bound port stays bound until somebody makes a file.
SERVES = """\
python3 -c 'import os, socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[2])))
open("shell", "w").write("%d\\n" % os.getpid())
while not os.path.exists("go"): time.sleep(0.02)' --port {port} &
wait $!"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.fixture(params=BACKENDS)
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two directories of one user, on each backend."""
    yield from _two(request.param, tmp_path)


@pytest.fixture
def two_tmux(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    yield from _two("tmux", tmp_path)


@pytest.fixture
def two_pty(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    yield from _two("pty", tmp_path)


def _two(backend: str, base: Path) -> Iterator[tuple[Site, Site]]:
    one, other = Site(base / "one", backend), Site(base / "other", backend)
    other.env["TMUXPLAN_LOCKS"] = one.env["TMUXPLAN_LOCKS"]
    yield one, other
    for site in (other, one):
        site.end()


def serving(site: Site, port: int, *args: str) -> int:
    """Launch, until the port is bound; the process."""
    site.write(plan(task(1, SERVES.format(port=port), impact="High")))
    assert site.launch("plan.md", *args).code == 0
    return number_in(site.folder / "shell")


def waiting(site: Site, port: int, *args: str) -> str:
    """Launch, until the task is known to wait; what `status` says of it."""
    site.write(plan(task(1, SERVES.format(port=port), impact="High")))
    assert site.launch("plan.md", *args).code == 0
    until(lambda: site.events("lock_awaited"))
    return site.run("explain", "T001").out


def ended(site: Site) -> dict[str, Any]:
    until(lambda: site.events("run_ended"))
    return site.collected()


def test_a_port_is_one_run_s_at_a_time(two: tuple[Site, Site]) -> None:
    one, other = two
    port = free_port()
    serving(one, port)
    said = waiting(other, port)
    assert f"waits for port {port}, held by T001 of run {one.runs[0].name}" in said
    assert str(one.folder) in said
    assert not other.events("attempt_starting")
    (other.folder / "go").touch()
    (one.folder / "go").touch()
    for site in two:
        assert verdicts(ended(site)) == {"T001": "passed"}
    assert "waits for" not in other.run("status").out


def test_a_supervisor_that_is_killed_lets_go(two_pty: tuple[Site, Site]) -> None:
    one, other = two_pty
    port = free_port()
    serving(one, port)
    waiting(other, port)
    (other.folder / "go").touch()
    one.supervisor.send_signal(signal.SIGKILL)
    assert verdicts(ended(other)) == {"T001": "passed"}


@pytest.mark.tmux
def test_who_takes_a_run_over_has_its_ports_again(two_tmux: tuple[Site, Site]) -> None:
    one, other = two_tmux
    port = free_port()
    serving(one, port)
    supervisor = one.supervisor
    supervisor.kill()
    until(lambda: not lives(supervisor.pid))
    assert one.run("resume").code == 0
    assert "held by T001" in waiting(other, port)
    for site in two_tmux:
        (site.folder / "go").touch()
    for site in two_tmux:
        assert verdicts(ended(site)) == {"T001": "passed"}
    assert len(one.events("attempt_starting")) == 1


@pytest.mark.tmux
def test_what_another_run_took_meanwhile_is_said(two_tmux: tuple[Site, Site]) -> None:
    one, other = two_tmux
    port = free_port()
    serving(one, port)
    supervisor = one.supervisor
    supervisor.kill()
    until(lambda: not lives(supervisor.pid))
    waits = "until [ -e go ]; do sleep 0.02; done"
    other.write(plan(task(1, waits, meta=(f"**Locks:** {port}/tcp",))))
    assert other.launch().code == 0
    until(lambda: other.events("attempt_started"))
    assert one.run("resume").code == 0
    (notice,) = until(lambda: one.events("notice"))
    theirs = f"T001 of run {other.runs[0].name} in {other.folder}"
    assert notice["text"] == f"T001 still runs with port {port}, which {theirs} took meanwhile"
    for site in two_tmux:
        (site.folder / "go").touch()
    for site in two_tmux:
        assert verdicts(ended(site)) == {"T001": "passed"}


def test_without_inference_nobody_waits(two_pty: tuple[Site, Site]) -> None:
    one, other = two_pty
    port = free_port()
    serving(one, port)
    other.write(plan(task(1, SERVES.format(port=port), impact="High")))
    ran = other.launch("plan.md", "--wait", "--no-infer-locks")
    assert ran.code == 1  # the port is in use, which is what the first run's lock prevents
    assert "Address already in use" in (other.runs[0] / "tasks/T001/1/log").read_text()
    assert not other.events("lock_awaited")
    (one.folder / "go").touch()
    ended(one)


def test_who_streams_the_run_is_told_whom_it_waits_for(two_pty: tuple[Site, Site]) -> None:
    one, other = two_pty
    port = free_port()
    serving(one, port)
    other.write(plan(task(1, SERVES.format(port=port), impact="High")))
    process = other.start("launch", "plan.md", "--backend", "pty", "--wait", "--yes")
    until(lambda: [*other.folder.glob(".tmuxplan/runs/*/events.jsonl")])
    until(lambda: other.events("lock_awaited"))
    for site in two_pty:
        (site.folder / "go").touch()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert f"T001 waits for port {port}, held by T001 of run {one.runs[0].name}" in out + err


def test_a_stopped_run_waits_no_longer(two_pty: tuple[Site, Site]) -> None:
    one, other = two_pty
    port = free_port()
    serving(one, port)
    waiting(other, port)
    assert other.run("stop").code == 0
    assert verdicts(ended(other)) == {"T001": "halted"}
    (one.folder / "go").touch()
    ended(one)


# Each says when it began and ended, and stays a while for the other to come, which is not to.
STAYS = "for i in {1..50}; do [ $(wc -l <order) -gt 1 ] && break; sleep 0.02; done"
BOTH = f"""\
echo b{{n}} >>order
python3 -c 'pass' --port 8123 &
{STAYS.replace("{", "{{").replace("}", "}}")}
wait $!
echo e{{n}} >>order"""


@pytest.mark.parametrize(
    ("args", "settings", "apart"),
    [((), "", True), (("--no-infer-locks",), "", False), ((), "infer_locks: false\n", False)],
)
def test_two_tasks_that_bind_one_port_run_one_after_the_other(
    site: Site, args: tuple[str, ...], settings: str, *, apart: bool
) -> None:
    site.write(settings, "tmuxplan.yaml")
    text = plan(*(task(n, BOTH.format(n=n)) for n in (1, 2)), title="Both in parallel")
    site.go(text, *args, code=0)
    order = (site.folder / "order").read_text().split()
    assert (order[1][0] == "e") is apart, order


def test_a_declared_and_an_inferred_lock_exclude_each_other(site: Site) -> None:
    declared = f"echo b2 >>order\n{STAYS}\necho e2 >>order"
    text = plan(
        task(1, BOTH.format(n=1)), task(2, declared, meta=("**Locks:** port 8123",)), title="Both"
    )
    site.go(text, code=0)
    order = (site.folder / "order").read_text().split()
    assert order[1][0] == "e", order


def test_show_lists_inferred_locks_with_their_line(site: Site) -> None:
    site.write(plan(task(1, BOTH.format(n=1), meta=("**Locks:** the printer",)), title="Both"))
    line = next(n for n, text in enumerate(
        (site.folder / "plan.md").read_text().splitlines(), 1) if "--port" in text)  # fmt: skip
    said = f"T001: the printer, port:8123 (inferred, line {line})"
    assert said in site.run("show", "plan.md").out
    found = by_id(json.loads(site.run("show", "plan.md", "--json").out))["T001"]
    assert found["locks"] == ["the printer", "port:8123"]
    assert found["inferred_locks"] == [{"lock": "port:8123", "line": line}]
    without = site.run("show", "plan.md", "--no-infer-locks").out
    assert "T001: the printer\n" in without


def test_paths_are_locked_behind_their_roots(site: Site) -> None:
    """Written down as the plan's author has it, and as it is here: one lock."""
    site.write(
        plan(
            task(1, "cd /Users/ann/shop/web\nnpm ci"),
            task(2, "true", meta=("**Locks:** venv:/Users/ann/shop/web/node_modules",)),
        )
    )
    (site.folder / "web").mkdir()
    root = f"/Users/ann/shop={site.folder}"
    tasks = by_id(json.loads(site.run("show", "plan.md", "--json", "--root", root).out))
    assert [tasks[each]["locks"] for each in ("T001", "T002")] == [["venv:web/node_modules"]] * 2
