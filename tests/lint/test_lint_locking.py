"""The locks that a task's commands want, though nobody wrote them down."""

from __future__ import annotations

import pytest
from linting import FACTS, found, many, one

from tmuxplan.lint.rules import look
from tmuxplan.plan.model import Plan

FIRST = 6


def inferred(plan: Plan) -> dict[str, list[tuple[str, int]]]:
    locks = look(plan, FACTS).locks
    return {task: [(lock.text, lock.line) for lock in own] for task, own in locks.items()}


def names(commands: str, meta: str = "") -> list[str]:
    return [name for name, _ in inferred(one(commands, meta=meta)).get("T001", [])]


@pytest.mark.parametrize(
    ("commands", "locks"),
    [
        ("uvicorn app:app --port 8123 &", ["port:8123"]),
        ("uvicorn app:app &", ["port:8000"]),
        ("python3 -m http.server 9000", ["port:9000"]),
        ("python3 -m http.server 9000 --bind 127.0.0.1", ["port:9000"]),
        ("python3 -m http.server -d www 9000 --bind ::1", ["port:9000"]),
        ("python3 -m http.server -d www", ["port:8000"]),
        ("PORT=3100 next dev &", ["port:3100"]),
        ("docker run -d -p 5433:5432 postgres", ["port:5433"]),
        ("uvicorn app:app --port $PORT &", []),
        ("PORT=$BASE next dev &", []),
        ("export PORT=3001\nnext dev &", []),
        ("gunicorn -b 0.0.0.0:$PORT app:app &", []),
        ("uvicorn app:app $OPTIONS &", []),
        ("uvicorn --help", []),
        ("curl -sf http://localhost:8000/health", []),
        (". .venv/bin/activate\npip install x", ["venv:.venv"]),
        ("cd backend\nsource ./.venv/bin/activate\npip install x", ["venv:backend/.venv"]),
        ("backend/.venv/bin/pip install x", ["venv:backend/.venv"]),
        ("./env/bin/python -m pip install -r r.txt", ["venv:env"]),
        ("/srv/env/bin/pip3 install x", ["venv:/srv/env"]),
        (". ~/env/bin/activate && pip install x", ["venv:~/env"]),
        ("cd web && npm ci", ["venv:web/node_modules"]),
        ("cd a && uv sync", ["venv:a/.venv"]),
        ("uv pip install x", ["venv:.venv"]),
        ("uv pip list", []),
        ("pip install x", []),
        (". $ENV/bin/activate\npip install x", []),
        ("$ENV/bin/pip install x", []),
        ('cd "$ROOT"\nnpm ci', []),
        ("cd $(mktemp -d)\n. .venv/bin/activate\npip install x", []),
        (". .venv/bin/activate\ndeactivate\npip install x", []),
        ("npm install -g pnpm", []),
        ("echo uvicorn app:app --port 8000", []),
    ],
)
def test_what_commands_take(commands: str, locks: list[str]) -> None:
    assert names(commands) == locks


@pytest.mark.parametrize(
    ("ready", "locks"),
    [
        ("port:8080", ["port:8080"]),
        ("http://127.0.0.1:8081/health", ["port:8081"]),
        ("https://staging.example.com:8443/", []),
        ("~ listening on 8082", []),
    ],
)
def test_who_is_up_when_a_port_answers_has_that_port(ready: str, locks: list[str]) -> None:
    assert names("./serve.sh", f"\n**Ready:** {ready}\n") == locks


def test_each_lock_has_the_line_of_the_first_command_that_wants_it() -> None:
    plan = one("true\nuvicorn a:b &\nnpm ci\nuvicorn c:d &")
    assert inferred(plan) == {"T001": [("port:8000", FIRST + 1), ("venv:node_modules", FIRST + 2)]}


TWO = "uvicorn a:b --port 8000 &"


def test_a_clash_that_an_inferred_lock_keeps_apart_says_so() -> None:
    (problem,) = found(many(("", TWO), ("", TWO), head="All tasks are parallel."), "shared-port")
    assert "nothing in the plan keeps them apart: tmuxplan infers the lock `port:8000`" in (
        problem.message
    )
    assert problem.remedy.startswith("declare it: give both `**Locks:** port:8000`")


def test_a_clash_without_inference_may_happen() -> None:
    plan = many(("", TWO), ("", TWO), head="All tasks are parallel.")
    (problem,) = (p for p in look(plan, FACTS, infers=False).problems if p.code == "shared-port")
    assert problem.message.endswith("both bind port 8000, and they may run at once")
    assert problem.remedy.startswith("give both")


def test_a_lock_that_only_one_can_be_seen_to_want_keeps_nobody_apart() -> None:
    plan = many(("", "date > out.txt"), ("", "date > out.txt"), head="All tasks are parallel.")
    (problem,) = found(plan, "shared-file")
    assert problem.message.endswith("they may run at once")


@pytest.mark.parametrize("said", ["port 8000", "8000/tcp", "localhost:8000", "Port: 8000"])
def test_other_spellings_of_a_declared_lock_hold(said: str) -> None:
    meta = f"**Locks:** {said}\n"
    plan = many((meta, TWO), ("**Locks:** port:8000\n", TWO), head="All tasks are parallel.")
    assert found(plan, "shared-port") == []
