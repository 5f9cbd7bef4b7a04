"""What an assistant may say of a launch: for the library, and for the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from tmuxplan.library.options import Options


class LaunchOptions(BaseModel):
    """Options of a launch, as `tmuxplan launch --help` has them."""

    only: list[str] = Field(default=[], description="These tasks and no others.")
    skip: list[str] = Field(default=[], description="Not these tasks.")
    start_from: str | None = Field(
        default=None, description="This task and those after it in the document."
    )
    jobs: int | None = Field(default=None, ge=1, description="Tasks at once, at the most.")
    retries: int | None = Field(default=None, ge=0, description="Try failed tasks again.")
    max_failures: int | None = Field(default=None, ge=1, description="Halt after so many.")
    backend: str | None = Field(default=None, pattern="^(tmux|pty)$", description="tmux or pty.")
    root: dict[str, str] = Field(default={}, description="OLD: NEW directory.")
    set: dict[str, str] = Field(
        default={}, description="Variables, which also fill placeholders <NAME>."
    )

    def options(self) -> Options:
        """As the library has them; the same that `words` come to."""
        return Options(
            cwd=str(Path.cwd()),
            only=tuple(self.only),
            skip=tuple(self.skip),
            start_from=self.start_from,
            jobs=self.jobs,
            retries=self.retries,
            max_failures=self.max_failures,
            backend=self.backend,
            roots=self.root,
            sets=self.set,
            stdin_empty=True,
        )

    def words(self) -> list[str]:
        """As the command line has them."""
        single = {
            "--from": self.start_from,
            "--jobs": self.jobs,
            "--retries": self.retries,
            "--max-failures": self.max_failures,
            "--backend": self.backend,
        }
        return [
            *(f"--only={task}" for task in self.only),
            *(f"--skip={task}" for task in self.skip),
            *(f"{flag}={value}" for flag, value in single.items() if value is not None),
            *(f"--root={old}={new}" for old, new in self.root.items()),
            *(f"--set={name}={value}" for name, value in self.set.items()),
        ]
