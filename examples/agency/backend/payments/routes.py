"""Where the providers post: 401 what is not proved, 422 what is not understood, else 200.

A repeated event is answered with 200 as well, or the provider would send it for days.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel

from db.session import DatabaseSession
from payments import paypal_webhook, stripe_webhook
from payments.certificates import CertificateStore
from payments.notice import BadEventError, BadSignatureError, Notice, Provider
from payments.record import record
from settings import Settings

router = APIRouter(prefix="/api/payments", tags=["payments"])
log = logging.getLogger("payments")


class Receipt(BaseModel):
    """`replayed`: we have had this event before, and did nothing now."""

    status: Literal["recorded", "replayed"]
    event_id: str


async def body_of(request: Request) -> bytes:
    """The body as it was signed, byte by byte."""
    return await request.body()


Body = Annotated[bytes, Depends(body_of)]


@router.post("/paypal/webhook")
def paypal(request: Request, body: Body, session: DatabaseSession) -> Receipt:
    settings: Settings = request.app.state.settings
    store = CertificateStore(settings.paypal_certificates)

    def verify() -> None:
        now = datetime.now(timezone.utc)
        paypal_webhook.verify(body, request.headers, settings.paypal_webhook_id, store, now)

    return receive("paypal", request, session, verify, lambda: paypal_webhook.read(body))


@router.post("/stripe/webhook")
def stripe(request: Request, body: Body, session: DatabaseSession) -> Receipt:
    settings: Settings = request.app.state.settings

    def verify() -> None:
        secret = settings.stripe_webhook_secret.get_secret_value()
        stripe_webhook.verify(body, request.headers, secret)

    return receive("stripe", request, session, verify, lambda: stripe_webhook.read(body))


def receive(
    provider: Provider,
    request: Request,
    session: DatabaseSession,
    verify: Callable[[], None],
    read: Callable[[], Notice],
) -> Receipt:
    """Verify, read, record, and leave one line in the log whatever happens."""
    attempt = {"provider": provider, "request_id": request.state.request_id}
    try:
        if request.app.state.settings.webhook_verification:
            verify()
        notice = read()
    except BadSignatureError as error:
        log.warning("refused", extra={**attempt, "outcome": "bad signature", "reason": str(error)})
        raise HTTPException(401, f"signature refused: {error}") from error
    except BadEventError as error:
        log.warning("refused", extra={**attempt, "outcome": "bad event", "reason": str(error)})
        raise HTTPException(422, str(error)) from error
    fresh = record(session, notice, datetime.now(timezone.utc).date())
    receipt = Receipt(status="recorded" if fresh else "replayed", event_id=notice.event_id)
    log.info("accepted", extra={**attempt, "outcome": receipt.status, "event_id": notice.event_id})
    return receipt
