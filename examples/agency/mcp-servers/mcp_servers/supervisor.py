"""All servers, each in a process of its own, as one program in the foreground."""

from __future__ import annotations

import gc
import http.client
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from multiprocessing.process import BaseProcess
from types import FrameType

from mcp_servers import serving
from mcp_servers.catalog import HOST, Entry

# What all share is imported once, here, and forked: 14 imports would take seconds and a
# gigabyte. macOS' own libraries do not survive a fork.
if sys.platform == "linux":
    CONTEXT = multiprocessing.get_context("fork")
else:
    CONTEXT = multiprocessing.get_context("spawn")
POLL_S = 0.05
ANSWER_S = 2.0
START_S = 60.0
STOP_S = 5.0

Processes = dict[Entry, BaseProcess]


def serve(entries: Sequence[Entry], *, keep_going: bool, then: Sequence[str] = ()) -> int:
    """Until TERM or INT, or until `then` has run; 1 when any ended on its own or is not up."""
    signal.signal(signal.SIGTERM, interrupt)
    processes: Processes = {}
    down: list[Entry] = []
    status = 0
    try:
        start(entries, processes)
        down += wait_until_up(processes)
        say_how_many(entries, down)
        if keep_going or not down:
            status = subprocess.call(then) if then else watch(processes, down, keep_going)
    except KeyboardInterrupt:
        pass
    finally:
        end(processes.values())
    return status or (1 if down else 0)


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def start(entries: Sequence[Entry], processes: Processes) -> None:
    gc.freeze()  # the collector would write to every shared page, and so copy it
    for entry in entries:
        processes[entry] = CONTEXT.Process(target=serve_one, args=(entry,), name=entry.name)
        processes[entry].start()


def serve_one(entry: Entry) -> None:
    """In the new process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_the_supervisor, daemon=True).start()
    serving.run(entry)


def end_with_the_supervisor() -> None:
    """A supervisor that was killed can end nobody, and the ports would stay taken."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


def wait_until_up(processes: Processes) -> list[Entry]:
    """Who did not come up, once all others answer."""
    waiting, down = list(processes), list[Entry]()
    deadline = time.monotonic() + START_S
    while waiting and time.monotonic() < deadline:
        ended = [entry for entry in waiting if not processes[entry].is_alive()]
        for entry in ended:
            report_end(entry, processes[entry])
        down += ended
        starting = [entry for entry in waiting if entry not in ended]
        waiting = [entry for entry in starting if not is_up(entry, processes[entry])]
        time.sleep(POLL_S)
    for entry in waiting:
        say(f"FAIL: {entry.name} (port {entry.port}) did not answer within {START_S:.0f} s")
    return down + waiting


def is_up(entry: Entry, process: BaseProcess) -> bool:
    """Whether /health is answered, and by this process: the port could be somebody else's."""
    connection = http.client.HTTPConnection(HOST, entry.port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/health")
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and answer.get("pid") == process.pid


def say_how_many(entries: Sequence[Entry], down: Sequence[Entry]) -> None:
    say(f"{len(entries) - len(down)} servers up")
    if down:
        names = ", ".join(entry.name for entry in down)
        say(f"FAIL: {len(down)} of {len(entries)} servers down: {names}")


def watch(processes: Processes, down: list[Entry], keep_going: bool) -> int:
    """Adds to `down` who ends; returns at the first one, or when all have."""
    while len(down) < len(processes):
        alive = {entry: process for entry, process in processes.items() if entry not in down}
        multiprocessing.connection.wait([process.sentinel for process in alive.values()])
        ended = [entry for entry, process in alive.items() if not process.is_alive()]
        for entry in ended:
            report_end(entry, processes[entry])
        down += ended
        if ended and not keep_going:
            break
    return 1


def report_end(entry: Entry, process: BaseProcess) -> None:
    process.join()
    say(f"FAIL: {entry.name} (port {entry.port}) ended with status {process.exitcode}")


def end(processes: Iterable[BaseProcess]) -> None:
    """TERM, and KILL for who does not heed it; a second signal to us would leave some."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    started = [process for process in processes if process.pid is not None]
    for process in started:
        process.terminate()
    deadline = time.monotonic() + STOP_S
    for process in started:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()


def say(line: str) -> None:
    print(line, flush=True)
