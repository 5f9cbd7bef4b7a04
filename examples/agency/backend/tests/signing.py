"""Events and signatures as the providers make them."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import datetime, timezone
from pathlib import Path

import stripe
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

CERTIFICATES = "https://api.paypal.com/v1/notifications/certs/"
CERTIFICATE = CERTIFICATES + "CERT-agency-sandbox"
SECRET = "whsec_c2VjcmV0IHdpdGggPSBhdCBpdHMgZW5k=="
WEBHOOK = "WH-tests"


def stripe_event(
    event_id: str = "evt_1",
    event_type: str = "payment_intent.succeeded",
    cents: int = 2_900,
    invoice: str | None = None,
) -> bytes:
    payment = {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": cents,
        "currency": "usd",
        "metadata": {"invoice": invoice} if invoice else {},
    }
    event = {"id": event_id, "object": "event", "type": event_type, "data": {"object": payment}}
    return json.dumps(event).encode()


def stripe_headers(
    body: bytes, secret: str = SECRET, timestamp: int | None = None
) -> dict[str, str]:
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp)
    return {"Stripe-Signature": header}


def paypal_event(
    event_id: str = "WH-1",
    event_type: str = "PAYMENT.CAPTURE.COMPLETED",
    cents: int = 2_900,
    invoice: str | None = None,
) -> bytes:
    resource = {
        "id": "capture",
        "amount": {"value": f"{cents / 100:.2f}", "currency_code": "USD"},
        "invoice_id": invoice,
    }
    return json.dumps({"id": event_id, "event_type": event_type, "resource": resource}).encode()


def paypal_headers(
    body: bytes, key: RSAPrivateKey, webhook: str = WEBHOOK, certificate: str = CERTIFICATE
) -> dict[str, str]:
    time = datetime.now(timezone.utc).isoformat()
    signed = f"transmission-1|{time}|{webhook}|{zlib.crc32(body)}".encode()
    return {
        "PAYPAL-TRANSMISSION-ID": "transmission-1",
        "PAYPAL-TRANSMISSION-TIME": time,
        "PAYPAL-TRANSMISSION-SIG": base64.b64encode(
            key.sign(signed, PKCS1v15(), SHA256())
        ).decode(),
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        "PAYPAL-CERT-URL": certificate,
    }


def private_key(paypal: Path) -> RSAPrivateKey:
    key = load_pem_private_key((paypal / "private_key.pem").read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key
