"""Syncing a file to its disk beside the one who writes it: a disk takes a millisecond or ten for
it, and a thousand tasks would wait for a thousand of them, one after the other."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

_REST_S = 0.02
_NOT_FOR_FOLDERS = (errno.EINVAL, errno.EBADF, errno.ENOTSUP)
"""How file systems answer that sync files alone: there the name is as safe as it gets."""


class Syncing:
    """`ask`, and all that was written until then will be on the disk soon; `wait`, and it is.

    What is asked while the disk is at work, or within a moment after, is done together: the one
    who writes must not be interrupted a hundred times a second.
    """

    def __init__(self, fd: int, folder: Path) -> None:
        self._fd, self._folder = fd, folder
        self._folder_synced = False
        self._failure: OSError | None = None
        self._asked = self._done = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._wanted_now = threading.Event()

    def ask(self) -> None:
        """Begin; returns at once."""
        with self._changed:
            self._asked += 1
            self._changed.notify_all()
        if self._thread is None and not self._begin():
            self._did(self._asked, self._sync())

    def failure(self) -> OSError | None:
        """Why the disk did not take something, if that is known. It stays so: the kernel lets go
        of what it could not write, and says so once."""
        return self._failure

    def wait(self) -> OSError | None:
        """Until everything asked for is done; why it could not be, if so."""
        self._wanted_now.set()
        with self._changed:
            while self._done < self._asked:
                self._changed.wait()
        self._wanted_now.clear()
        return self.failure()

    def close(self) -> None:
        """Do what is asked for, and no more. Before the file is closed."""
        self.wait()
        self._wanted_now.set()
        with self._changed:
            self._closed = True  # the thread ends, and does not touch the file any more
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._done == self._asked and not self._closed:
                    self._changed.wait()
                if self._done == self._asked:
                    return
                asked = self._asked
            self._did(asked, self._sync())
            self._wanted_now.wait(_REST_S)

    def _begin(self) -> bool:
        """Have a thread for it, where the machine has one left."""
        thread = threading.Thread(target=self._work, name="sync", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        self._thread = thread
        return True

    def _did(self, asked: int, failure: OSError | None) -> None:
        with self._changed:
            self._done = asked
            self._failure = self._failure or failure  # a later success says nothing of the first
            self._changed.notify_all()

    def _sync(self) -> OSError | None:
        try:
            os.fsync(self._fd)
            if not self._folder_synced:
                self._sync_folder()
        except OSError as error:
            return error
        return None

    def _sync_folder(self) -> None:
        """The file's name, once."""
        try:
            folder = os.open(self._folder, os.O_RDONLY)
        except FileNotFoundError:
            return  # renamed for a moment, or deleted: the journal's own look tells which
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in _NOT_FOR_FOLDERS:
                raise
        finally:
            os.close(folder)
        self._folder_synced = True
