"""Other tools that tmuxplan can use where they are installed: each an extra, each a file."""
