"""`python -m tmuxplan`, and the `tmuxplan` command."""

from __future__ import annotations

import gc
import os
import sys

from tmuxplan.version import VERSION

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def main() -> None:
    """Answer a shell's Tab key, or run the command line and exit with its status."""
    if "_TMUXPLAN_COMPLETE" in os.environ:
        _complete()
        return
    if sys.argv[1:] == ["--version"] and _told_version():
        return
    if os.environ.get("LC_CTYPE") in _COERCED:
        _take_back_the_locale()
    if any(word.startswith("--set") for word in sys.argv):
        from tmuxplan import unseen  # noqa: PLC0415 (few have secrets on their command line)

        unseen.hide()
    gc.disable()  # what is imported stays: to look for garbage in it takes a tenth of the time
    _begin()


def _begin() -> None:
    """Who is interrupted before there is anything to tell of just ends, as any program does."""
    import signal  # noqa: PLC0415 (a Tab key must not wait for it)

    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tmuxplan import cli  # noqa: PLC0415 (likewise)

    signal.signal(signal.SIGINT, heard)
    cli.main()


def _take_back_the_locale() -> None:
    """Python has changed it for itself where it was C (PEP 538): tasks get what the shell gave."""
    try:
        with open("/proc/self/environ", "rb") as file:  # noqa: PTH123 (pathlib takes longer)
            given = file.read().split(b"\0")
    except OSError:  # macOS: nobody knows
        return
    found = [entry[9:] for entry in given if entry.startswith(b"LC_CTYPE=")]
    if found:
        os.environ["LC_CTYPE"] = os.fsdecode(found[0])
    else:
        del os.environ["LC_CTYPE"]


def _told_version() -> bool:
    """Said without importing all that the command line needs; False: it can't be, and the
    command line says why."""
    try:
        print(f"tmuxplan {VERSION}", flush=True)
    except OSError:
        return False
    return sys.stdout is not None


def _complete() -> None:
    """Whatever is wrong here, a person who types a command line hears nothing of it."""
    from pathlib import Path  # noqa: PLC0415 (likewise)

    try:
        from tmuxplan.library.completing.told import told  # noqa: PLC0415 (likewise)

        sys.stdout.buffer.write(told(sys.argv[1:], Path.cwd()).encode("utf-8", "replace"))
        sys.stdout.flush()
    except Exception:
        os._exit(0)


if __name__ == "__main__":
    main()
