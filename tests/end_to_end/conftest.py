"""Sites for the end-to-end tests (e2e.py)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e import BACKENDS, Site


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A directory, on the pty backend."""
    one = Site(tmp_path / "site")
    yield one
    one.end()


@pytest.fixture
def tmux_site(tmp_path: Path) -> Iterator[Site]:
    """A directory, on the tmux backend."""
    one = Site(tmp_path / "site", "tmux")
    yield one
    one.end()


@pytest.fixture(params=BACKENDS)
def each_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A directory on each backend in turn."""
    one = Site(tmp_path / "site", request.param)
    yield one
    one.end()
