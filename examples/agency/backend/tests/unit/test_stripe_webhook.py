from __future__ import annotations

import time

import pytest
from signing import SECRET, stripe_event, stripe_headers

from payments import stripe_webhook
from payments.notice import BadEventError, BadSignatureError, Notice


def test_a_signed_event_is_accepted() -> None:
    body = stripe_event()
    headers = {name.lower(): value for name, value in stripe_headers(body).items()}
    stripe_webhook.verify(body, headers, SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param("fake-signature", id="no signature at all"),
        pytest.param("t=1,v0=abc", id="another scheme"),
        pytest.param(stripe_headers(b"{}")["Stripe-Signature"], id="of another body"),
        pytest.param(
            stripe_headers(stripe_event(), secret="whsec_other")["Stripe-Signature"],
            id="with another secret",
        ),
        pytest.param(
            stripe_headers(stripe_event(), timestamp=int(time.time()) - 3600)["Stripe-Signature"],
            id="an hour old",
        ),
    ],
)
def test_anything_else_is_refused(signature: str | None) -> None:
    headers = {} if signature is None else {"stripe-signature": signature}
    with pytest.raises(BadSignatureError):
        stripe_webhook.verify(stripe_event(), headers, SECRET)


def test_a_body_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadSignatureError, match="UTF-8"):
        stripe_webhook.verify(b"\xff", {"stripe-signature": "t=1,v1=a"}, SECRET)


def test_a_signed_body_that_is_no_json_is_not_understood() -> None:
    headers = {"stripe-signature": stripe_headers(b"hello")["Stripe-Signature"]}
    with pytest.raises(BadEventError):
        stripe_webhook.verify(b"hello", headers, SECRET)


def test_what_an_event_says() -> None:
    notice = stripe_webhook.read(stripe_event("evt_7", cents=9_900, invoice="INV-0003"))
    assert notice == Notice(
        provider="stripe",
        event_id="evt_7",
        event_type="payment_intent.succeeded",
        paid=True,
        amount_cents=9_900,
        currency="USD",
        invoice_number="INV-0003",
    )


def test_only_success_is_a_payment() -> None:
    assert not stripe_webhook.read(stripe_event(event_type="payment_intent.canceled")).paid


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"id": "evt_1", "type": "x"}', b"no"])
def test_what_is_no_event_is_not_understood(body: bytes) -> None:
    with pytest.raises(BadEventError, match="no Stripe event"):
        stripe_webhook.read(body)
