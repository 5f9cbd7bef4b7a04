from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from signing import CERTIFICATES, WEBHOOK, paypal_event, paypal_headers

from payments import paypal_webhook
from payments.certificates import CertificateStore
from payments.notice import BadEventError, BadSignatureError, Notice

BODY = paypal_event()
Headers = dict[str, str]


@pytest.fixture
def store(paypal_folder: Path) -> CertificateStore:
    return CertificateStore(paypal_folder / "certificates")


@pytest.fixture
def headers(paypal_key: RSAPrivateKey) -> Headers:
    return lower(paypal_headers(BODY, paypal_key))


def lower(headers: Headers) -> Headers:
    return {name.lower(): value for name, value in headers.items()}


def verify(
    headers: Headers, store: CertificateStore, body: bytes = BODY, days_later: int = 0
) -> None:
    now = datetime.now(timezone.utc) + timedelta(days=days_later)
    paypal_webhook.verify(body, headers, WEBHOOK, store, now)


def test_a_signed_event_is_accepted(headers: Headers, store: CertificateStore) -> None:
    verify(headers, store)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("paypal-transmission-id", "transmission-2", "does not match"),
        ("paypal-transmission-time", "2026-01-01T00:00:00Z", "does not match"),
        ("paypal-transmission-sig", "bm90IGEgc2lnbmF0dXJl", "does not match"),
        ("paypal-transmission-sig", "***", "not base64"),
        ("paypal-auth-algo", "none", "algorithm"),
        ("paypal-auth-algo", "", "PAYPAL-AUTH-ALGO is missing"),
        ("paypal-transmission-id", "", "PAYPAL-TRANSMISSION-ID is missing"),
        ("paypal-cert-url", "", "PAYPAL-CERT-URL is missing"),
        ("paypal-cert-url", CERTIFICATES + "CERT-other", "not in the trusted store"),
    ],
)
def test_a_changed_header_is_refused(
    headers: Headers, store: CertificateStore, name: str, value: str, reason: str
) -> None:
    with pytest.raises(BadSignatureError, match=reason):
        verify({**headers, name: value}, store)


@pytest.mark.parametrize(
    "address",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-agency-sandbox",
        "https://api.paypal.com.example.test/v1/notifications/certs/CERT-agency-sandbox",
        "https://api.paypal.com@example.test/v1/notifications/certs/CERT-agency-sandbox",
        "https://api.example.test/.paypal.com/v1/notifications/certs/CERT-agency-sandbox",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-agency-sandbox",
        "https://api.paypal.com/certs/CERT-agency-sandbox",
        CERTIFICATES + "../CERT-agency-sandbox",
        CERTIFICATES + "CERT-agency-sandbox?also=this",
        "file:///tmp/CERT-agency-sandbox",
        "https://[broken",
    ],
)
def test_only_paypals_addresses_name_a_certificate(
    headers: Headers, store: CertificateStore, address: str
) -> None:
    with pytest.raises(BadSignatureError, match="not PayPal's"):
        verify({**headers, "paypal-cert-url": address}, store)


def test_another_body_is_refused(headers: Headers, store: CertificateStore) -> None:
    with pytest.raises(BadSignatureError, match="does not match"):
        verify(headers, store, body=BODY + b" ")


def test_another_webhooks_event_is_refused(
    paypal_key: RSAPrivateKey, store: CertificateStore
) -> None:
    with pytest.raises(BadSignatureError, match="does not match"):
        verify(lower(paypal_headers(BODY, paypal_key, webhook="WH-other")), store)


def test_another_key_is_refused(store: CertificateStore) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(BadSignatureError, match="does not match"):
        verify(lower(paypal_headers(BODY, key)), store)


@pytest.mark.parametrize("days_later", [-1, 400])
def test_a_certificate_is_good_for_its_days(
    headers: Headers, store: CertificateStore, days_later: int
) -> None:
    with pytest.raises(BadSignatureError, match="not valid today"):
        verify(headers, store, days_later=days_later)


def test_what_an_event_says() -> None:
    notice = paypal_webhook.read(paypal_event("WH-7", cents=9_990, invoice="INV-0003"))
    assert notice == Notice(
        provider="paypal",
        event_id="WH-7",
        event_type="PAYMENT.CAPTURE.COMPLETED",
        paid=True,
        amount_cents=9_990,
        currency="USD",
        invoice_number="INV-0003",
    )


def test_an_event_without_money() -> None:
    body = b'{"id": "WH-8", "event_type": "CUSTOMER.DISPUTE.CREATED", "resource": {}}'
    notice = paypal_webhook.read(body)
    assert (notice.paid, notice.amount_cents, notice.currency) == (False, None, None)


@pytest.mark.parametrize("body", [b"{}", b'{"test": true}', b"no"])
def test_what_is_no_event_is_not_understood(body: bytes) -> None:
    with pytest.raises(BadEventError, match="no PayPal event"):
        paypal_webhook.read(body)
