"""Which programs serve until they are ended, and on which port if their words do not say."""

from __future__ import annotations

# Programs that serve until they are ended, and the port that they take if none is said.
_SERVERS: dict[str, int] = {
    "uvicorn": 8000,
    "gunicorn": 8000,
    "hypercorn": 8000,
    "daphne": 8000,
    "flask": 5000,
    "vite": 5173,
    "redis-server": 6379,
    "mongod": 27017,
    "nodemon": 0,
    "ngrok": 0,
    "caddy": 0,
    "json-server": 3000,
    "http-server": 8080,
    "serve": 3000,
    "streamlit": 8501,
    "jupyter": 8888,
    "mailhog": 0,
    "prometheus": 9090,
    "roscore": 0,
    "roslaunch": 0,
    "gz": 0,
    "px4": 0,
}
# Name and first words -> the port, 0 where it depends.
_SERVING: dict[tuple[str, ...], int] = {
    ("flask", "run"): 5000,
    ("next", "dev"): 3000,
    ("next", "start"): 3000,
    ("rails", "server"): 3000,
    ("rails", "s"): 3000,
    ("jekyll", "serve"): 4000,
    ("hugo", "server"): 1313,
    ("mkdocs", "serve"): 8000,
    ("python", "-m", "http.server"): 8000,
    ("python3", "-m", "http.server"): 8000,
    ("python", "manage.py", "runserver"): 8000,
    ("python3", "manage.py", "runserver"): 8000,
    ("python", "-m", "uvicorn"): 8000,
    ("python3", "-m", "uvicorn"): 8000,
    ("streamlit", "run"): 8501,
    ("php", "-S"): 0,
    ("stripe", "listen"): 0,
    ("ros2", "launch"): 0,
    ("kubectl", "port-forward"): 0,
    ("oc", "port-forward"): 0,
    ("kubectl", "proxy"): 8001,
    ("celery", "worker"): 0,
    ("cargo", "watch"): 0,
    ("wrangler", "dev"): 8787,
    ("ollama", "serve"): 11434,
    ("docker", "compose", "up"): 0,
    ("docker-compose", "up"): 0,
    ("sleep", "infinity"): 0,
    **{
        (manager, *verb): 0
        for manager in ("npm", "pnpm", "yarn", "bun")
        for verb in (
            ("start",),
            ("dev",),
            ("serve",),
            ("watch",),
            ("run", "dev"),
            ("run", "start"),
            ("run", "serve"),
            ("run", "watch"),
            ("run", "start:dev"),
        )
    },
}
_NAMES = frozenset({*_SERVERS, *(words[0] for words in _SERVING)})
_STARTERS = frozenset({"npx", "bunx", "pnpx", "poetry", "uv", "pipenv", "bundle"})


def may_serve(name: str) -> bool:
    """Whether a command of this name may be a server; a quick look."""
    return name in _NAMES or name in _STARTERS or name.startswith("-")


def own_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Name and arguments, seen through `npx`, `poetry run` and the like."""
    if words[0] in ("npx", "bunx", "pnpx"):
        return tuple(w for w in words[1:] if not w.startswith("-")) or words
    if words[:2] in (("poetry", "run"), ("uv", "run"), ("pipenv", "run"), ("bundle", "exec")):
        return words[2:] or words
    return words


def serving(words: tuple[str, ...]) -> int | None:
    """The port by default, 0 where it depends; None: no server."""
    if words[0] not in _NAMES and not words[0].startswith("-"):
        return None
    plain = tuple(w for w in words if not w.startswith("-") or w in ("-m", "-S"))
    for length in (3, 2):
        if plain[:length] in _SERVING and len(plain) >= length:
            return _SERVING[plain[:length]]
    return _SERVERS.get(words[0]) if words[0] not in ("flask", "streamlit", "gz") else None
