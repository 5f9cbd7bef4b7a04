"""`python -m tmuxplan`, and the `tmuxplan` command."""

from __future__ import annotations

from tmuxplan.cli import main

if __name__ == "__main__":
    main()
