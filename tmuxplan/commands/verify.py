"""`tmuxplan verify`: whether a bundle was altered since it was made."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tmuxplan.library.manifest import read_key
from tmuxplan.library.verifying import verify
from tmuxplan.report.words import counted, one_line


@click.command(
    "verify",
    epilog="\b\nExamples:\n  tmuxplan verify run.tar.gz\n"
    "  tmuxplan verify run.tar.gz --digest 3f9a...  what `collect --bundle` printed\n"
    "  tmuxplan verify run.tar.gz --key FILE        sealed with the same key",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--digest", "expected", metavar="SHA256", help="The digest said when it was made.")
@click.option("--key", "key_file", metavar="FILE", help="The key that it was sealed with.")
def command(file: Path, expected: str | None, key_file: str | None) -> None:
    """Check that nothing in a bundle of `collect --bundle` was altered since it was made.

    Its own hashes show damage and careless changes. That nobody made it anew with other contents
    is only shown by --digest, from where it was made, or by --key.

    Exit status: 0 as it was made, 1 altered, 2 no bundle.
    """
    found = verify(file, read_key(key_file) if key_file else None, expected)
    manifest = found.manifest
    said = f"run {manifest.run}, {manifest.verdict}, made {manifest.made} by {manifest.tool}"
    click.echo(f"{one_line(said)}; {counted(len(manifest.files), 'file')}")
    click.echo(f"digest {found.digest}")
    for fault in found.faults:
        click.echo(f"ALTERED {fault}")
    if not found.faults:
        click.echo(_said(expected is not None, found.checked, found.sealed))
    sys.exit(1 if found.faults else 0)


def _said(compared: bool, checked: bool, sealed: bool) -> str:
    proved = [word for word, is_so in (("the digest", compared), ("the key", checked)) if is_so]
    if proved:
        return (
            f"as it was made: its files fit the manifest, and the manifest {' and '.join(proved)}"
        )
    more = "; it is sealed: give --key" if sealed else ""
    return (
        f"its files fit its manifest; who made the manifest is not proved (--digest, --key){more}"
    )
