"""`python -m provision`: what a working copy has and a repository must not.

Secrets, the .env files made from their examples, and the key and certificate that stand for
PayPal's. All of it comes from `var/`, so that a second time changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from settings import BACKEND, VAR

CERTIFICATE = "CERT-agency-sandbox"
VALID = timedelta(days=365)
# How the providers' own values begin.
PREFIXES = {
    "PAYPAL_WEBHOOK_ID": "WH-",
    "STRIPE_SECRET_KEY": "sk_test_",
    "STRIPE_WEBHOOK_SECRET": "whsec_",
    "SUPABASE_URL": "https://agency.example.test/?key=",
}
PLACEHOLDER = re.compile(r"^(?P<key>[A-Z0-9_]+)=your_\w+$", re.MULTILINE)


def provision(workspace: Path, var: Path) -> None:
    secret = secret_of(var)
    for folder in (workspace, workspace / "backend"):
        example = (folder / ".env.example").read_text(encoding="utf-8")
        write_private(folder / ".env", filled(example, secret).encode())
    make_certificate(var / "paypal", datetime.now(timezone.utc))


def secret_of(var: Path) -> bytes:
    """Random once, then the same, since all generated values come from it."""
    path = var / "secret"
    if not path.exists():
        write_private(path, secrets.token_bytes(32))
    return path.read_bytes()


def filled(example: str, secret: bytes) -> str:
    """The example with a value of its own in place of each placeholder."""
    return PLACEHOLDER.sub(lambda line: f"{line['key']}={value_of(line['key'], secret)}", example)


def value_of(key: str, secret: bytes) -> str:
    """32 bytes in base64: it ends in `=`, as real secrets may."""
    digest = hmac.digest(secret, key.encode(), hashlib.sha256)
    return PREFIXES.get(key, "") + base64.urlsafe_b64encode(digest).decode()


def make_certificate(folder: Path, now: datetime) -> None:
    """A key to sign events with, and its certificate in the store that the service trusts."""
    certificate = folder / "certificates" / f"{CERTIFICATE}.pem"
    if certificate.exists() and good(certificate, now):
        return
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(folder / "private_key.pem", pem)
    write_private(certificate, self_signed(key, now).public_bytes(Encoding.PEM))


def good(certificate: Path, now: datetime) -> bool:
    """Valid for another day at least."""
    ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    return now + timedelta(days=1) < ends


def self_signed(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Agency payments sandbox")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALID)
        .sign(key, SHA256())
    )


def write_private(path: Path, content: bytes) -> None:
    """For its owner only, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


if __name__ == "__main__":
    provision(BACKEND.parent, VAR)
