"""Turns a Markdown execution plan into a supervised tmux session and a verdict."""
