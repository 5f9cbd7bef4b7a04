"""Opening a file that a task could have put something else in place of."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: str | Path) -> int:
    """A descriptor to read this very file. OSError: there is none, or it is a link, a pipe or a
    device: whoever opened a pipe would wait for a writer that never comes."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
    try:
        fd = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "a symbolic link is in its place", str(path)) from None
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return fd


def reading(path: Path) -> BinaryIO:
    """The same as a file object."""
    return os.fdopen(open_regular(path), "rb")
