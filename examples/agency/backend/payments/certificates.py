"""The certificates that PayPal signs with: files that we put there, never fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from payments.notice import BadSignatureError

# The whole address, and a name that can't lead out of the folder: it is a file's name with us.
ADDRESS = re.compile(
    r"https://api(?:\.sandbox)?\.paypal\.com/v1/notifications/certs/(CERT-[A-Za-z0-9-]+)"
)


@dataclass(frozen=True)
class CertificateStore:
    """A folder of `CERT-….pem`. Whoever may write there decides whose events we believe."""

    folder: Path

    def key_of(self, url: str, now: datetime) -> RSAPublicKey:
        """The key of the certificate at `url`; BadSignatureError unless ours and valid."""
        certificate = self.load(name_in(url))
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise BadSignatureError("the certificate is not valid today")
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise BadSignatureError("the certificate's key is not RSA")
        return key

    def load(self, name: str) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes())
        except FileNotFoundError:
            raise BadSignatureError(f"certificate {name} is not in the trusted store") from None


def name_in(url: str) -> str:
    """The certificate's name; raises BadSignatureError for an address that is not PayPal's."""
    if found := ADDRESS.fullmatch(url):
        return found[1]
    raise BadSignatureError("the certificate's address is not PayPal's")
