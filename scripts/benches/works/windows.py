"""Ten windows, from the command until all of their commands have begun."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benches import ours
from benches.place import Place, WrongRun
from benches.raw_tmux import RAW, RawTmux
from benches.row import Row, ratio_at_most
from benches.works import Bench
from benches.works.contest import beside

COUNT = 10
BEGUN_S = 20.0
PEER = "peer"
STAYS = "echo >{begun}; exec sleep 300"


def ten(bench: Bench) -> Iterator[Row]:
    """Beside those that open sessions from a file, and tmux itself."""
    peers: dict[str, Callable[[], float]] = {}
    for name, run in (("tmuxp", _tmuxp), ("tmuxinator", _tmuxinator)):
        if shutil.which(name):
            peers[name] = partial(run, bench.place)
    run_ours, raw = partial(_ours, bench.place), {RAW: partial(_raw, bench.place)}
    found = beside(run_ours, peers | raw, bench.sized(3, 7), COUNT / 1000)
    yield Row(
        "windows",
        "10 windows, from launch until all have begun",
        "ms a window",
        *found._replace(missing=tuple({"tmuxp", "tmuxinator"} - set(peers))),
        wanted=(ratio_at_most(0.125, "tmuxp"),),
        aim=(ratio_at_most(0.067, "tmuxp"),),
        notes=("wanted: 8 times as fast as tmuxp, 15 times",),
    )


def _ours(place: Place) -> float:
    folder = place.fresh()
    stays = STAYS.format(begun=folder / "begun")
    tasks = ((f"T{n:05}", stays, ()) for n in range(1, COUNT + 1))
    (folder / ours.PLAN).write_text(ours.plan(tasks))
    took = _until_begun(place, folder, ours.launch_argv("tmux"))
    ours.stop(place, folder)
    place.end_server(ours.SOCKET)
    return took


def _tmuxp(place: Place) -> float:
    folder = place.fresh()
    stays = STAYS.format(begun=folder / "begun")
    windows = [{"window_name": f"w{n}", "panes": [stays]} for n in range(COUNT)]
    (folder / "session.json").write_text(json.dumps({"session_name": "ten", "windows": windows}))
    took = _until_begun(place, folder, ("tmuxp", "load", "-y", "-d", "-L", PEER, "session.json"))
    place.end_server(PEER)
    return took


def _tmuxinator(place: Place) -> float:
    folder = place.fresh()
    stays = STAYS.format(begun=folder / "begun")
    project = {
        "name": "ten",
        "root": str(folder),
        "socket_name": PEER,
        "attach": False,
        "windows": [{f"w{n}": stays} for n in range(COUNT)],
    }
    (folder / "ten.yml").write_text(json.dumps(project))  # JSON is YAML
    # It starts a server without a session and then connects to it, which may be gone by then:
    # a session of ours keeps it alive. The server's start is a gift to it.
    place.run(("tmux", "-L", PEER, "new-session", "-d", "cat"), folder)
    took = _until_begun(place, folder, ("tmuxinator", "start", "--project-config=ten.yml"))
    place.end_server(PEER)
    return took


def _raw(place: Place) -> float:
    folder = place.fresh()
    os.mkfifo(folder / "begun")
    fifo = os.open(folder / "begun", os.O_RDWR)
    began = time.monotonic()
    tmux = RawTmux(place, folder)
    stays = STAYS.format(begun=folder / "begun")
    tmux.run(c for n in range(1, COUNT + 1) for c in tmux.window(n, stays))
    _read_all(fifo)
    took = time.monotonic() - began
    os.close(fifo)
    tmux.close()
    return took


def _until_begun(place: Place, folder: Path, argv: Sequence[str]) -> float:
    """Seconds from the command until each window's command has said that it began."""
    os.mkfifo(folder / "begun")
    fifo = os.open(folder / "begun", os.O_RDWR)
    began = time.monotonic()
    try:
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                env=place.environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        _read_all(fifo, process)
        took = time.monotonic() - began
        process.wait(BEGUN_S)
    except WrongRun as error:
        words = (folder / "said").read_text("utf-8", "replace").splitlines()[-10:]
        raise WrongRun("\n".join([f"{argv[0]}: {error}; it said:", *words])) from error
    finally:
        os.close(fifo)
    return took


def _read_all(fifo: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Until all have begun; what opens them may end before that, but not with a failure."""
    begun, late = 0, time.monotonic() + BEGUN_S
    while begun < COUNT:
        if select.select([fifo], [], [], 0.5)[0]:
            begun += len(os.read(fifo, 4096))
        elif time.monotonic() > late or (process is not None and process.poll()):
            raise WrongRun(f"{begun} of {COUNT} windows have begun")
