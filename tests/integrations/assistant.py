"""An assistant: the SDK's own client, talking to the real program as its subprocess."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from e2e import Site
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import ElicitResult

Content = dict[str, Any]
Answer = Callable[[str], "Content | str"]
"""A person: the question -> a filled form, or "decline" or "cancel"."""


class Assistant:
    """`asked` are the questions that a person saw."""

    def __init__(self, client: Client, asked: list[str]) -> None:
        self._client = client
        self.asked = asked

    async def call(self, tool: str, **arguments: Any) -> Any:
        """The tool's typed result; AssertionError where it refused."""
        done = await self._client.call_tool(tool, arguments)
        assert not done.is_error, done.content
        return done.structured_content

    async def refused(self, tool: str, **arguments: Any) -> str:
        """What the tool says when it refuses."""
        done = await self._client.call_tool(tool, arguments)
        assert done.is_error, done.structured_content
        return str(done.content[0].text)

    async def tools(self) -> dict[str, Any]:
        """By name."""
        return {tool.name: tool for tool in (await self._client.list_tools()).tools}


def assisted(
    site: Site,
    talk: Callable[[Assistant], Awaitable[None]],
    *args: str,
    person: Answer | None = None,
    mode: str = "auto",
) -> str:
    """Talk to `tmuxplan mcp ARGS` in the site's directory; what it said on standard error.

    `person` None: the client can't ask. `mode`: "auto" is the newest protocol, "legacy" the
    one with a handshake.
    """
    asked: list[str] = []
    log = Path(site.folder, "mcp.log")

    async def elicit(_: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        assert person is not None
        answer = person(params.message)
        if isinstance(answer, str):
            return ElicitResult(action=answer)  # type: ignore[arg-type]
        return ElicitResult(action="accept", content=answer)

    async def main() -> None:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-X", "utf8", "-m", "tmuxplan", "mcp", *args],
            cwd=site.folder,
            env=dict(site.env),
        )
        able = {"elicitation_callback": elicit} if person is not None else {}
        with log.open("w") as errors:
            async with Client(stdio_client(server, errors), mode=mode, **able) as client:
                try:
                    await talk(Assistant(client, asked))
                except AssertionError as error:
                    failed.append(error)  # out of here it would come in several groups

    failed: list[AssertionError] = []
    asyncio.run(main())
    for error in failed:
        raise error
    said = log.read_text()
    assert "Traceback" not in said, said
    return said
