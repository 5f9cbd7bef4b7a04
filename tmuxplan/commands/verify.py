"""`tmuxplan verify`: whether a bundle was altered since it was made."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tmuxplan.errors import UsageError
from tmuxplan.library.verifying import Expected, Verified, verify
from tmuxplan.report.words import counted, one_line


@click.command(
    "verify",
    epilog="\b\nExamples:\n  tmuxplan verify run.tar.gz\n"
    "  tmuxplan verify run.tar.gz --digest 3f9a...   what `collect --bundle` printed\n"
    "  tmuxplan verify run.tar.gz --key ann.pub      signed by this key\n"
    "  tmuxplan verify run.tar.gz --signers ~/.ssh/allowed_signers",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--digest", "said", metavar="SHA256", help="The digest said when it was made.")
@click.option("--key", metavar="FILE", help="The public SSH key of who must have signed it.")
@click.option(
    "--signers", metavar="FILE", help="Who may have signed it: allowed signers, as git has them."
)
def command(file: Path, said: str | None, key: str | None, signers: str | None) -> None:
    """Check that nothing in a bundle of `collect --bundle` was altered since it was made.

    Its own hashes show damage and careless changes. That nobody made it anew with other contents
    is only shown by --digest, from where it was made, or by a signature: --key or --signers.

    Exit status: 0 as it was made, 1 altered, 2 no bundle.
    """
    if key is not None and signers is not None:
        raise UsageError("--key and --signers exclude each other", "choose one")
    expected = Expected(said, key, signers)
    found = verify(file, expected)
    manifest = found.manifest
    head = f"run {manifest.run}, {manifest.verdict}, made {manifest.made} by {manifest.tool}"
    click.echo(f"{one_line(head)}; {counted(len(manifest.files), 'file')}")
    click.echo(f"digest {found.digest}")
    for fault in found.faults:
        click.echo(f"ALTERED {fault}")
    if not found.faults:
        click.echo(_proved(found, expected))
    sys.exit(1 if found.faults else 0)


def _proved(found: Verified, expected: Expected) -> str:
    """What is proved, and never more."""
    signed = found.signature
    by = f"{signed.who} ({signed.key})" if signed and signed.who else signed.key if signed else ""
    proofs = []
    if expected.digest is not None:
        proofs.append("the manifest has the digest")
    if expected.names_a_signer:
        proofs.append(f"signed by {one_line(by)}")
    if proofs:
        return f"as it was made: its files fit the manifest; {'; '.join(proofs)}"
    more = f"; signed with {one_line(by)}: whose key that is, --key or --signers tell" if by else ""
    if found.unread:
        more = f"; its signature was not read: {found.unread}"
    return (
        f"its files fit its manifest; who made the manifest is not proved (--digest, --key){more}"
    )
