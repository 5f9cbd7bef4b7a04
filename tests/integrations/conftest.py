"""Sites for tests of what other programs use: the same as the end-to-end tests have."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

from e2e import BACKENDS, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A directory, on the pty backend."""
    one = Site(tmp_path / "site")
    yield one
    one.end()


@pytest.fixture(params=BACKENDS)
def each_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A directory on each backend in turn."""
    one = Site(tmp_path / "site", request.param)
    yield one
    one.end()
