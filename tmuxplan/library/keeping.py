"""What the run's folder keeps of a launch: its options, and the plan's text: a file, or each file
of a directory under its own name.

Lines are what everything that is said of a plan rests on, so no file is changed or joined.
"""

from __future__ import annotations

import msgspec

from tmuxplan.errors import JournalError
from tmuxplan.journal.files import make_folder, write_whole
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.options import Kept
from tmuxplan.plan.model import Plan


def keep(folder: RunFolder, plan: Plan) -> None:
    """Write the plan as it was launched."""
    if not plan.files:
        write_whole(folder.plan_md, _bytes(plan.source))
        return
    make_folder(folder.plan_files)
    for file in plan.files:
        name = file.path.rpartition("/")[2]
        write_whole(folder.plan_files / name, _bytes(file.source))


def kept_plan(folder: RunFolder, launched: Plan) -> Plan:
    """The plan in the folder, read again. JournalError: it is not there."""
    from tmuxplan.library.reading import parsed  # noqa: PLC0415 (most only want the options)

    sections = launched.family == "section"
    try:
        if not folder.plan_files.is_dir():
            return parsed(folder.plan_md.read_bytes(), launched.path, sections=sections)
        raw = {path.name: path.read_bytes() for path in folder.plan_files.iterdir()}
    except OSError as error:
        raise JournalError(
            f"can't be read: {error.strerror}", "the run's folder is damaged", str(folder.path)
        ) from error
    return parsed(raw, launched.path)


def kept_of(folder: RunFolder) -> Kept:
    """The launch's options. JournalError: they can't be read."""
    path = folder.launch_json
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise JournalError(
            f"can't be read: {error}", "the run's folder is damaged", str(path)
        ) from error


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
