"""`logs/backend.log`: one JSON object a line, for people and for checks."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from pathlib import Path

NAME = "backend.log"
# What every record has anyway; the rest came as `extra` and belongs into the line.
USUAL = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in USUAL},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def open_log(folder: Path) -> logging.Handler:
    """Appends, so that two servers may share the folder. OSError when it can't be written."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / NAME, encoding="utf-8")
    handler.setFormatter(JsonLine())
    for name in ("backend", "payments"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
    return handler


def close_log(handler: logging.Handler) -> None:
    for name in ("backend", "payments"):
        logging.getLogger(name).removeHandler(handler)
    handler.close()
