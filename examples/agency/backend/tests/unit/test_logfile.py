from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

import logfile


def lines(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / "backend.log").read_text().splitlines()]


def test_one_json_object_a_line_with_what_was_said_beside_it(tmp_path: Path) -> None:
    handler = logfile.open_log(tmp_path / "logs")
    logging.getLogger("payments").info("of %s\n%s", 2, "lines", extra={"event_id": "evt_1"})
    logfile.close_log(handler)
    (line,) = lines(tmp_path / "logs")
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "payments",
        "message": "of 2\nlines",
        "event_id": "evt_1",
    }


def test_an_exception_is_in_its_line(tmp_path: Path) -> None:
    handler = logfile.open_log(tmp_path)
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("backend").exception("it happened")
    logfile.close_log(handler)
    (line,) = lines(tmp_path)
    assert "ValueError: broken" in line["error"]


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    with pytest.raises(FileExistsError):
        logfile.open_log(tmp_path / "logs")
