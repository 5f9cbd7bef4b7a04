"""What every server has: the SDK's streamable HTTP at /mcp, and /health."""

from __future__ import annotations

import importlib
import os

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.requests import Request
from starlette.responses import JSONResponse

from mcp_servers.catalog import HOST, Entry


def server(name: str, instructions: str) -> MCPServer:
    """A server without tools yet; its module adds them."""
    made = MCPServer(name, instructions=instructions, log_level="WARNING")

    async def health(_: Request) -> JSONResponse:
        tools = [tool.name for tool in await made.list_tools()]
        return JSONResponse({"status": "ok", "server": name, "pid": os.getpid(), "tools": tools})

    made.custom_route("/health", methods=["GET"])(health)
    return made


def run(entry: Entry) -> None:
    """Serve one until TERM or INT."""
    made: MCPServer = importlib.import_module(f"mcp_servers.{entry.name}").mcp
    # No sessions: each call stands alone, so that nothing is lost when a server is replaced.
    app = made.streamable_http_app(stateless_http=True, json_response=True, host=HOST)
    uvicorn.run(app, host=HOST, port=entry.port, log_level="warning", access_log=False)
