"""`python -m mcp_servers serve` runs all servers in the foreground, `check` asks each of them."""

from __future__ import annotations

import argparse
import shlex
import sys

from mcp_servers.catalog import SERVERS, Entry


def main() -> int:
    """Each command imports what it needs: the SDK alone takes half a second."""
    options = arguments()
    entries = [by_name(name) for name in options.names] or list(SERVERS)
    if options.command == "serve":
        from mcp_servers.supervisor import serve  # noqa: PLC0415

        return serve(entries, keep_going=options.keep_going, then=options.then)
    from mcp_servers.check import check  # noqa: PLC0415

    return check(entries)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mcp_servers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run them until TERM or INT")
    serve.add_argument(
        "--keep-going",
        action="store_true",
        help="one that ends is reported, and the others stay up (else all end with it)",
    )
    serve.add_argument(
        "--then",
        type=shlex.split,
        default=(),
        metavar="COMMAND",
        help="run this when they are up, then end with its status",
    )
    check = commands.add_parser("check", help="ask each for its health, and call its tool")
    for command in (serve, check):
        command.add_argument("names", nargs="*", metavar="NAME", help="only these")
    return parser.parse_args()


def by_name(name: str) -> Entry:
    for entry in SERVERS:
        if entry.name == name:
            return entry
    known = " ".join(entry.name for entry in SERVERS)
    sys.exit(f"there is no server {name}; these are: {known}")


if __name__ == "__main__":
    sys.exit(main())
