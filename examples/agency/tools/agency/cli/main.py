"""The group of groups; a group is imported when one of its commands is asked for."""

from __future__ import annotations

import importlib

import click

# Named here, not by importing them: --help stays quick, and one that is broken breaks no other.
GROUPS = {
    "content": "Drafts of texts.",
    "deploy": "What is deployed, and whether it works.",
    "finance": "Invoices.",
    "revenue": "What comes in, now and in the next months.",
    "sales": "What is sold.",
}


class Groups(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in GROUPS:
            return None
        group: click.Group = importlib.import_module(f"agency.cli.{cmd_name}").group
        return group

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(GROUPS.items()))


@click.group(cls=Groups, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="agency-tools", prog_name="agency cc")
def main() -> None:
    """The agency's command line (not the C compiler of the same name)."""
