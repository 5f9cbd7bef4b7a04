"""A journal read as others would read it while it grows."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benches.place import Place, WrongRun

SILENT_S = 60.0


class Tail:
    """Yields (event, when its line could be read). `tail -f` is woken by the system."""

    def __init__(self, path: Path, place: Place) -> None:
        self._path, self._place = path, place

    def __iter__(self) -> Iterator[tuple[Mapping[str, Any], float]]:
        argv = ["tail", "-n", "+1", "-f", str(self._path)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, env=self._place.environment()) as tail:
            try:
                assert tail.stdout is not None
                for line in tail.stdout:
                    yield json.loads(line), time.time()
                raise WrongRun(f"{self._path}: tail ended")
            finally:
                tail.kill()
