"""One name for one thing that is locked."""

from __future__ import annotations

import pytest

from tmuxplan.plan.locks import name_of, placed, port_of


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("port:8000", "port:8000"),
        ("port 8000", "port:8000"),
        ("Port: 8000", "port:8000"),
        ("port #8000", "port:8000"),
        ("8000/tcp", "port:8000"),
        ("tcp:8000", "port:8000"),
        ("8000", "port:8000"),
        (":8000", "port:8000"),
        ("localhost:8000", "port:8000"),
        ("http://127.0.0.1:8000/", "port:8000"),
        ("port:08000", "port:8000"),
        ("99999", "99999"),
        ("53/udp", "53/udp"),
        ("port of the database", "port of the database"),
        ("venv:./backend/.venv/", "venv:backend/.venv"),
        ("venv backend/.venv", "venv:backend/.venv"),
        ("backend/.venv", "venv:backend/.venv"),
        ("web/node_modules", "venv:web/node_modules"),
        ("venv:web/node_modules", "venv:web/node_modules"),
        ("file:/tmp//x", "file:/tmp/x"),
        ("the  printer", "the printer"),
    ],
)
def test_a_lock_has_one_name(said: str, name: str) -> None:
    assert name_of(said) == name
    assert name_of(name) == name


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("venv:/old/backend/.venv", "venv:backend/.venv"),
        ("venv:/older/.venv", "venv:/older/.venv"),
        ("venv:/old", "venv:."),
        ("venv:/new/x", "venv:x"),
        ("venv:/elsewhere/x", "venv:/elsewhere/x"),
        ("venv:backend/.venv", "venv:backend/.venv"),
        ("port:8000", "port:8000"),
        ("the printer", "the printer"),
    ],
)
def test_two_names_of_one_place_are_one(name: str, here: str) -> None:
    assert placed(name, {"/old": "/new"}, "/new") == here


def test_only_ports_have_a_number() -> None:
    assert [port_of(name) for name in ("port:80", "port:x", "venv:80")] == [80, None, None]
