"""The archive: what happened, in order, on disk. Never edited."""
