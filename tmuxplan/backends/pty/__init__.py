"""Attempts under pseudo-terminals of this process: no server, nothing to attach to."""

from tmuxplan.backends.pty.backend import PtyBackend

__all__ = ["PtyBackend"]
