"""Attempts in the windows of a private tmux server, which people may attach to."""
