"""Dask's part in the measurement: Dask's own Python runs it, with the jobs' file and how many.

Threads of this process are the least that Dask takes to run commands on one machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(name: str, command: str, *_after: str) -> str:
    status = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, check=False).returncode
    return f"{name} {status}"


def main() -> None:
    # Only Dask's Python has it.
    from distributed import Client, LocalCluster  # type: ignore[import-not-found] # noqa: PLC0415

    jobs = json.loads(Path(sys.argv[1]).read_text())
    threads = int(sys.argv[2])
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=threads, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        futures: dict[str, Any] = {}
        for name, command, after in jobs:
            needs = [futures[one] for one in after]
            futures[name] = client.submit(run, name, command, *needs, pure=False)
        print(*client.gather(list(futures.values())), sep="\n")


if __name__ == "__main__":
    main()
