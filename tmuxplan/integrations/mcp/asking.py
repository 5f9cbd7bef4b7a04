"""Asking the person behind an assistant, where the client can; errors as messages."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

from anyio import to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from tmuxplan.errors import PlanError, TmuxplanError
from tmuxplan.report.words import one_line

P = ParamSpec("P")
R = TypeVar("R")
_MOST_PROBLEMS = 20


class Start(BaseModel):
    """A person's answer before a launch."""

    start: bool = Field(title="Start it", description="Run these commands now", default=False)


class Signature(BaseModel):
    """A person's signature."""

    confirm: bool = Field(
        title="I sign", description="I am this person, and I have looked at it", default=False
    )
    note: str = Field(title="Note", description="What was looked at", default="")


def can_ask(context: Context[Any, Any]) -> bool:
    """Whether the client shows questions (forms) to a person."""
    capabilities = context.client_capabilities
    asks = capabilities.elicitation if capabilities is not None else None
    # A bare `elicitation: {}` is a form, too; older clients know nothing else.
    return asks is not None and (asks.form is not None or asks.url is None)


def client_of(context: Context[Any, Any]) -> str:
    """The client's own name for itself, one line and cut: it ends in a journal."""
    params = context.session.client_params
    return one_line(params.client_info.name, 60) if params is not None else "an MCP client"


def let_go(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """A tool that may wait, and is not waited for once nobody wants its answer any more."""

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        work = functools.partial(function, *args, **kwargs)
        return await to_thread.run_sync(work, abandon_on_cancel=True)

    return call


def told(function: Callable[P, R]) -> Callable[P, R]:
    """A tool whose errors are messages with their remedies, as on the command line."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except PlanError as error:
            errors = [str(one) for one in error.problems if one.severity == "error"]
            more = [f"… and {len(errors) - _MOST_PROBLEMS} more"]
            shown = [*errors[:_MOST_PROBLEMS], *(more if len(errors) > _MOST_PROBLEMS else [])]
            raise ToolError("\n".join([*shown, error.what])) from error
        except TmuxplanError as error:
            raise ToolError(str(error)) from error
        except OSError as error:
            raise ToolError(f"{error}; check the disk, the limits and permissions") from error

    return call
