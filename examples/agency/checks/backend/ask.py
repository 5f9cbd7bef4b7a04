"""One request to the backend that runs on $PORT, 8000 by default."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

SERVER = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
# A proxy of the environment knows nothing of this machine's servers.
opener = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    """`status` is 0 where nobody answered, and `reason` says why; headers in small letters."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None

    def __str__(self) -> str:
        said = self.json.get("detail") if isinstance(self.json, dict) else None
        return f"{self.status or 'no answer'}: {said or self.reason}"


def ask(path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """GET, or POST where there is a body. Never raises for what a server does."""
    content = {"Content-Type": "application/json"} if body is not None else {}
    request = Request(SERVER + path, data=body, headers={**content, **(headers or {})})
    try:
        with opener.open(request, timeout=10) as response:
            return answer(response.status, response.reason, response.headers, response.read())
    except HTTPError as error:
        return answer(error.code, error.reason, error.headers, error.read())
    except (URLError, OSError) as error:
        return Answer(0, f"{SERVER} {getattr(error, 'reason', error)}")


def answer(status: int, reason: str, headers: Message, body: bytes) -> Answer:
    named = {name.lower(): value for name, value in headers.items()}
    try:
        return Answer(status, reason, named, json.loads(body))
    except ValueError:
        return Answer(status, reason, named)
