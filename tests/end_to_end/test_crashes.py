"""A sample of `scripts/soak`: each kind of crash at a moment of chance."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import crashes
import pytest

SEED = random.SystemRandom().randrange(1 << 32)


@pytest.fixture
def place() -> Iterator[Path]:
    """Short: sockets lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="tp-", dir="/tmp"))
    with crashes.surroundings(folder):
        yield folder
    shutil.rmtree(folder)


@pytest.mark.tmux
@pytest.mark.parametrize("kind", list(crashes.KINDS))
def test_a_disturbed_run_ends_as_an_undisturbed_one(place: Path, kind: str) -> None:
    try:
        said, _ = crashes.trial(place, kind, SEED)
    except crashes.CanNotError as not_here:
        pytest.skip(str(not_here))
    assert not said, f"scripts/soak --kind {kind} --trial {SEED}: {said}"


@pytest.mark.parametrize("kind", ["supervisor", "reboot"])
def test_likewise_without_tmux(place: Path, kind: str) -> None:
    said, _ = crashes.trial(place, kind, SEED, "pty")
    assert not said, f"scripts/soak --backend pty --kind {kind} --trial {SEED}: {said}"
