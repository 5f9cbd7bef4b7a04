from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import signing
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from application import create_app
from models import Invoice, PaymentEvent
from settings import Settings


@dataclass(frozen=True)
class Provider:
    """One of the two, as a test sees it."""

    name: str
    event: Callable[..., bytes]
    sign: Callable[[bytes], dict[str, str]]

    def send(self, client: TestClient, body: bytes, signed: bytes | None = None) -> Response:
        headers = self.sign(body if signed is None else signed)
        path = f"/api/payments/{self.name}/webhook"
        answer: Response = client.post(path, content=body, headers=headers)
        return answer


@pytest.fixture(params=["paypal", "stripe"])
def provider(request: pytest.FixtureRequest, paypal_key: RSAPrivateKey) -> Provider:
    if request.param == "stripe":
        return Provider("stripe", signing.stripe_event, signing.stripe_headers)
    return Provider(
        "paypal", signing.paypal_event, lambda body: signing.paypal_headers(body, paypal_key)
    )


def logged(settings: Settings) -> list[Any]:
    text = (settings.log_folder / "backend.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def recorded(session: Session) -> int:
    session.rollback()
    return session.scalars(select(func.count()).select_from(PaymentEvent)).one()


def test_a_signed_event_is_recorded_once(
    client: TestClient, session: Session, settings: Settings, provider: Provider
) -> None:
    answers = [provider.send(client, provider.event("event-1")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    outcomes = ["recorded", "replayed", "replayed"]
    assert [answer.json()["status"] for answer in answers] == outcomes
    assert [line["outcome"] for line in logged(settings)] == outcomes
    assert recorded(session) == 1


def test_the_same_event_at_the_same_time_is_recorded_once(
    client: TestClient, session: Session, provider: Provider
) -> None:
    body = provider.event("event-1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: provider.send(client, body), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["status"] for answer in answers)[:2] == ["recorded", "replayed"]
    assert recorded(session) == 1


def test_the_two_may_use_the_same_number(
    client: TestClient, session: Session, paypal_key: RSAPrivateKey
) -> None:
    body = signing.stripe_event("event-1")
    client.post(
        "/api/payments/stripe/webhook", content=body, headers=signing.stripe_headers(body)
    ).raise_for_status()
    body = signing.paypal_event("event-1")
    headers = signing.paypal_headers(body, paypal_key)
    client.post("/api/payments/paypal/webhook", content=body, headers=headers).raise_for_status()
    assert recorded(session) == 2


def test_a_forged_event_is_refused_and_logged(
    client: TestClient, session: Session, settings: Settings, provider: Provider
) -> None:
    answer = provider.send(client, provider.event("forged"), signed=provider.event("other"))
    assert answer.status_code == 401
    assert recorded(session) == 0
    (line,) = logged(settings)
    assert (line["outcome"], line["provider"]) == ("bad signature", provider.name)
    assert line["request_id"] == answer.headers["X-Request-ID"]


def test_an_unsigned_event_is_refused(client: TestClient, provider: Provider) -> None:
    answer = client.post(f"/api/payments/{provider.name}/webhook", json={"test": True})
    assert answer.status_code == 401


def test_a_signed_riddle_is_not_understood(
    client: TestClient, settings: Settings, provider: Provider
) -> None:
    answer = provider.send(client, b'{"object": "event"}')
    assert answer.status_code == 422
    assert [line["outcome"] for line in logged(settings)] == ["bad event"]


def test_a_payment_settles_its_invoice(
    client: TestClient, seeded: Session, provider: Provider
) -> None:
    number = open_invoice(seeded, 9_900)
    body = provider.event(invoice=number, cents=9_900)
    assert provider.send(client, body).status_code == 200
    assert status_of(seeded, number) == "paid"


def test_a_part_of_it_does_not(client: TestClient, seeded: Session, provider: Provider) -> None:
    number = open_invoice(seeded, 9_900)
    assert provider.send(client, provider.event(invoice=number)).status_code == 200
    assert status_of(seeded, number) == "open"


def test_an_invoice_of_nobody_is_recorded_all_the_same(
    client: TestClient, session: Session, provider: Provider
) -> None:
    assert provider.send(client, provider.event(invoice="INV-9999")).status_code == 200
    assert recorded(session) == 1


def open_invoice(session: Session, cents: int) -> str:
    query = select(Invoice.number).where(Invoice.status == "open", Invoice.amount_cents == cents)
    return session.scalars(query.order_by(Invoice.number)).all()[0]


def status_of(session: Session, number: str) -> str:
    session.rollback()
    return session.scalars(select(Invoice.status).where(Invoice.number == number)).one()


def test_verification_can_be_switched_off_for_development(
    settings: Settings, provider: Provider
) -> None:
    with TestClient(create_app(settings.model_copy(update={"webhook_verification": False}))) as off:
        answer = off.post(f"/api/payments/{provider.name}/webhook", content=provider.event())
    assert answer.status_code == 200
