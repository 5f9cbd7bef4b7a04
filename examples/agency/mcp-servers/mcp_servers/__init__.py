"""The agency's MCP servers: one module a server, on what `serving` and `supervisor` share."""
