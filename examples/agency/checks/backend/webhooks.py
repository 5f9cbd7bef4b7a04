"""Signed events are recorded once, unsigned ones never, and the log shows every attempt.

Signs as the providers do, with its own code, the keys of `var/` and the secrets of
`backend/.env`. Runs on the backend's Python.
"""

from __future__ import annotations

import base64
import json
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import stripe
from ask import Answer, ask
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from report import expect, finish
from sqlalchemy import func, select

WORKSPACE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(WORKSPACE / "backend"))

from db.engine import engine_for  # noqa: E402 - the path first
from models import PaymentEvent  # noqa: E402
from settings import Settings, SettingsError, load  # noqa: E402

CERTIFICATE = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-agency-sandbox"


@cache
def settings() -> Settings:
    """The backend's own; raises SettingsError."""
    return load()


@dataclass(frozen=True)
class Provider:
    name: str
    event: Callable[[str], Any]
    sign: Callable[[bytes], Mapping[str, str]]

    @property
    def path(self) -> str:
        return f"/api/payments/{self.name.lower()}/webhook"

    def send(self, body: bytes, signed: bytes) -> Answer:
        """Post `body` with the signature of `signed`."""
        return ask(self.path, body, self.sign(signed))


def stripe_event(event_id: str) -> Any:
    payment = {"id": "pi_check", "object": "payment_intent", "amount": 10_000, "currency": "usd"}
    return {
        "id": event_id,
        "object": "event",
        "type": "payment_intent.succeeded",
        "data": {"object": payment},
    }


def stripe_signature(body: bytes) -> Mapping[str, str]:
    secret = settings().stripe_webhook_secret.get_secret_value()
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret)
    return {"Stripe-Signature": header}


def paypal_event(event_id: str) -> Any:
    amount = {"value": "100.00", "currency_code": "USD"}
    return {
        "id": event_id,
        "event_type": "PAYMENT.CAPTURE.COMPLETED",
        "resource": {"id": "capture-check", "amount": amount},
    }


def paypal_signature(body: bytes) -> Mapping[str, str]:
    transmission, now = str(uuid4()), datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = f"{transmission}|{now}|{settings().paypal_webhook_id}|{zlib.crc32(body)}"
    signature = paypal_key().sign(signed.encode(), PKCS1v15(), SHA256())
    return {
        "PAYPAL-TRANSMISSION-ID": transmission,
        "PAYPAL-TRANSMISSION-TIME": now,
        "PAYPAL-TRANSMISSION-SIG": base64.b64encode(signature).decode(),
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        "PAYPAL-CERT-URL": CERTIFICATE,
    }


def paypal_key() -> RSAPrivateKey:
    pem = (settings().paypal_certificates.parent / "private_key.pem").read_bytes()
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def times_recorded(event_id: str) -> int:
    engine = engine_for(settings().database_url)
    with engine.connect() as connection:
        query = select(func.count()).where(PaymentEvent.event_id == event_id)
        return connection.scalar(query) or 0


def outcome_in_log(answer: Answer) -> str:
    """What the log says of the request that got this answer; "" when it says nothing."""
    request_id = answer.headers.get("x-request-id", "?")
    log = settings().log_folder / "backend.log"
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        if request_id in line:
            return str(json.loads(line).get("outcome", ""))
    return ""


def check(provider: Provider) -> None:
    forged, genuine = (f"check-{uuid4()}" for _ in range(2))
    event, body = (json.dumps(provider.event(name)).encode() for name in (forged, genuine))

    unsigned = ask(provider.path, event)
    expect(unsigned.status == 401, f"{provider.name}: no signature, 401", str(unsigned))
    bad = provider.send(event, signed=event + b" ")
    expect(bad.status == 401, f"{provider.name}: another body's signature, 401", str(bad))
    times = times_recorded(forged)
    expect(times == 0, f"{provider.name}: the forged event is not recorded", "it is")

    good = provider.send(body, signed=body)
    expect(good.status == 200, f"{provider.name}: a signed event, 200", str(good))
    again = provider.send(body, signed=body)
    expect(again.status == 200, f"{provider.name}: the same event again, 200", str(again))
    times = times_recorded(genuine)
    expect(times == 1, f"{provider.name}: the event is recorded once", f"{times} times")

    seen = [outcome_in_log(answer) for answer in (unsigned, bad, good, again)]
    wanted = ["bad signature", "bad signature", "recorded", "replayed"]
    expect(seen == wanted, f"{provider.name}: the log shows all four attempts", f"it shows {seen}")


def main() -> None:
    health = ask("/health")
    if expect(health.status == 200, "the backend is up", str(health)):
        check(Provider("PayPal", paypal_event, paypal_signature))
        check(Provider("Stripe", stripe_event, stripe_signature))
        health = ask("/health")
        expect(health.status == 200, "the backend is still up", str(health))
    finish()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        expect(False, "the backend's settings are complete", str(error))
        finish()
