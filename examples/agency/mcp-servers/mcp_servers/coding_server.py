"""Coding: what is in a Python file."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mcp_servers.serving import server

mcp = server("coding_server", "Reads Python source without running it.")


@mcp.tool()
def outline(source: str) -> list[str]:
    """Classes and functions of a Python source, with their lines."""
    return list(definitions(ast.parse(source), ""))


def definitions(node: ast.AST, prefix: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            word = "class" if isinstance(child, ast.ClassDef) else "def"
            yield f"line {child.lineno}: {word} {prefix}{child.name}"
            yield from definitions(child, f"{prefix}{child.name}.")
