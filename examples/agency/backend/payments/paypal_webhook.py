"""PayPal's side: a signature over the transmission, made with a certificate that we trust.

What is signed is `id|time|webhook id|CRC-32 of the body`, the sum in decimal.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import BaseModel, ValidationError

from payments.certificates import CertificateStore
from payments.notice import BadEventError, BadSignatureError, Notice

ALGORITHM = "SHA256withRSA"


class Amount(BaseModel):
    value: Decimal
    currency_code: str


class Resource(BaseModel):
    amount: Amount | None = None
    invoice_id: str | None = None


class Event(BaseModel):
    id: str
    event_type: str
    resource: Resource


def verify(
    body: bytes,
    headers: Mapping[str, str],
    webhook_id: str,
    store: CertificateStore,
    now: datetime,
) -> None:
    """Raises BadSignatureError."""
    if header(headers, "paypal-auth-algo") != ALGORITHM:
        raise BadSignatureError(f"the algorithm is not {ALGORITHM}")
    signature = decoded(header(headers, "paypal-transmission-sig"))
    signed = "|".join(
        [
            header(headers, "paypal-transmission-id"),
            header(headers, "paypal-transmission-time"),
            webhook_id,
            str(zlib.crc32(body)),
        ]
    )
    key = store.key_of(header(headers, "paypal-cert-url"), now)
    try:
        key.verify(signature, signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise BadSignatureError("the signature does not match the transmission") from None


def read(body: bytes) -> Notice:
    """Raises BadEventError. A capture names its invoice as `invoice_id`."""
    try:
        event = Event.model_validate_json(body)
    except ValidationError as error:
        raise BadEventError(f"no PayPal event: {error.error_count()} problems") from error
    amount = event.resource.amount
    return Notice(
        provider="paypal",
        event_id=event.id,
        event_type=event.event_type,
        paid=event.event_type == "PAYMENT.CAPTURE.COMPLETED",
        amount_cents=round(amount.value * 100) if amount else None,
        currency=amount.currency_code if amount else None,
        invoice_number=event.resource.invoice_id,
    )


def header(headers: Mapping[str, str], name: str) -> str:
    if value := headers.get(name):
        return value
    raise BadSignatureError(f"the header {name.upper()} is missing")


def decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except binascii.Error:
        raise BadSignatureError("the signature is not base64") from None
