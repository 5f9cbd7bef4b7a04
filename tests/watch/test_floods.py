"""Memory stays flat on floods: each measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

FLOOD = """
import resource, sys
from tmuxplan.events import Hit
from tmuxplan.watch.ledger import Watcher

def scan(output):
    hits, at = [], output.find(b"FAIL")
    while at >= 0:
        hits.append(Hit("marker", at, 7, "FAIL: x"))
        at = output.find(b"FAIL", at + 1)
    return tuple(hits)

def rss():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak

chunk, times = eval(sys.argv[1]), int(sys.argv[2])
watcher = Watcher("T1", 1, "ab", scan, (1,))
watcher.feed(b"\\x1b]133;C;aid=ab;step=1;t=\\x07", 1.0)
for _ in range(20):
    watcher.feed(chunk, 1.0)
before, events = rss(), 0
for _ in range(times):
    events += len(watcher.feed(chunk, 1.0))
events += len(watcher.close(1.0))
print(rss() - before, events)
"""


@pytest.mark.parametrize(
    ("chunk", "times"),
    [
        ("b'x' * 65536", 1600),
        ("b'x' * 100", 100_000),
        ("b'FAIL: x\\n' * 8192", 60),
        ("b'\\x1b]133;D;' * 8192", 4),
        ("b'\\r' * 65536", 100),
    ],
)
def test_a_flood_leaves_memory_as_it_was(chunk: str, times: int) -> None:
    grown_kib, events = map(
        int,
        subprocess.run(
            [sys.executable, "-c", FLOOD, chunk, str(times)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split(),
    )
    assert grown_kib < 4096
    assert events <= 101
