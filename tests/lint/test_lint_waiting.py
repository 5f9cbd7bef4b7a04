"""Who waits for the end of a server is told; who waits for a task that ends is not."""

from __future__ import annotations

import pytest
from linting import found, many

CODE = "waits-for-server"
READY = "**Dependencies:** None\n**Ready:** port:8000"
NONE = "**Dependencies:** None"
AFTER = "**Dependencies:** T001"
HTTP = "python3 -m http.server 8000"
USE = ("**Dependencies:** T001 (running)", "curl -f localhost:8000")


def problem(*tasks: tuple[str, str], tail: str = "") -> str:
    (one,) = found(many(*tasks, tail=tail), CODE)
    return f"{one.line}: {one.message}; {one.remedy}"


def test_a_server_that_is_stopped_before_it_is_used() -> None:
    assert problem((READY, HTTP), (AFTER, "make")) == (
        "15: T002 starts after the end of T001, whose `python3 -m http.server 8000` (line 10) "
        "stays up until it is stopped: it is down then; "
        "write **Dependencies:** T001 (running) in T002: it starts when that is up"
    )


def test_a_server_that_never_ends() -> None:
    said = problem((NONE, "npm start"), (AFTER, "make"))
    assert "stays up: that is never" in said
    assert "(running) in T002: it starts when that is up; add a line **Ready:** port:8000" in said
    # Its port is known: to ask for it is enough.
    assert "add a line **Ready:**" not in problem((NONE, HTTP), (AFTER, "make"))
    kept = (f"{READY}\n**Keep:** yes", HTTP)
    assert "that is never" in problem(kept, USE, (AFTER, "make"))


def test_an_order_that_nobody_stated_has_a_remedy_of_its_own() -> None:
    said = problem(("", "tail -f log"), ("", "make"))
    assert "let it end by itself (`timeout 60 …`), or add a line **Ready:**" in said


GRAPH = "# Order\n\n```mermaid\ngraph TD\n  T001 --> T002\n```\n"


def test_an_arrow_is_told_at_its_line() -> None:
    said = problem((READY, HTTP), ("", "make"), tail=GRAPH)
    assert said.startswith("25: T002 starts after the end of T001")


ALL = "**Dependencies:** All previous tasks"
AFTER_THAT = ("**Dependencies:** T001 (running), T002", "make")


@pytest.mark.parametrize(
    "tasks",
    [
        ((READY, "./app --fast"), (AFTER, "make")),
        ((READY, "cd app && node server.js"), (AFTER, "make")),
        ((READY, "npm start &\nwait"), (AFTER, "make")),
        ((READY, f"({HTTP})"), (AFTER, "make")),
        ((READY, HTTP), (ALL, "make")),
        ((READY, HTTP), (AFTER, "make"), AFTER_THAT),  # who needs it up waits for T002
    ],
)
def test_what_stays_up(tasks: tuple[tuple[str, str], ...]) -> None:
    assert len(found(many(*tasks), CODE)) == 1


@pytest.mark.parametrize(
    "tasks",
    [
        ((READY, HTTP), USE),
        ((READY, HTTP), USE, (AFTER, "make")),  # T002 lets it go
        ((READY, HTTP), USE, (ALL, "make")),
        ((READY, HTTP), ("**Dependencies:** T001 (optional)", "make")),
        ((READY, HTTP), ("**Dependencies:** T001 (running)", "make")),
        ((NONE, "./app"), (AFTER, "make")),
        ((NONE, "npm start"), ("**Dependencies:** T001 (running)", "make")),  # told otherwise
        ((READY, "docker compose up -d"), (AFTER, "make")),
        ((READY, f"{HTTP} &\ncurl localhost:8000\nkill $!"), (AFTER, "make")),
        ((READY, "npm start &\npython3 look.py"), (AFTER, "make")),
        ((READY, "(cd app && npm start) &"), (AFTER, "make")),
        ((READY, "systemctl start app"), (AFTER, "make")),
        ((READY, "echo up; sleep 60"), (AFTER, "make")),
        ((READY, "if false; then ./app; fi"), (AFTER, "make")),
    ],
)
def test_what_can_end(tasks: tuple[tuple[str, str], ...]) -> None:
    assert [str(p) for p in found(many(*tasks), CODE)] == []


def test_a_group_in_the_background_blocks_nothing() -> None:
    assert found(many((NONE, "(cd app && npm start) &\nmake")), "blocking") == []
    assert found(many((NONE, "{ npm start; } > log 2>&1 &\nmake")), "blocking") == []
    assert len(found(many((NONE, "(cd app && npm start)\nmake")), "blocking")) == 1
