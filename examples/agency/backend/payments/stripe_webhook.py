"""Stripe's side, verified by Stripe's own library."""

from __future__ import annotations

from collections.abc import Mapping

import stripe
from pydantic import BaseModel, ValidationError

from payments.notice import BadEventError, BadSignatureError, Notice


class Metadata(BaseModel):
    invoice: str | None = None


class Payment(BaseModel):
    amount: int | None = None
    currency: str | None = None
    metadata: Metadata = Metadata()


class Data(BaseModel):
    object: Payment


class Event(BaseModel):
    id: str
    type: str
    data: Data


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> None:
    """Raises BadSignatureError: a wrong or missing signature, or one older than five minutes."""
    try:
        stripe.Webhook.construct_event(body, headers.get("stripe-signature"), secret)
    except stripe.SignatureVerificationError as error:
        raise BadSignatureError(str(error.user_message or error)) from error
    except UnicodeDecodeError as error:
        raise BadSignatureError("the body is not UTF-8, so nobody signed it") from error
    except ValueError as error:
        raise BadEventError(f"the body is no Stripe event: {error}") from error


def read(body: bytes) -> Notice:
    """Raises BadEventError. A payment names its invoice in its metadata."""
    try:
        event = Event.model_validate_json(body)
    except ValidationError as error:
        raise BadEventError(f"no Stripe event: {error.error_count()} problems") from error
    payment = event.data.object
    return Notice(
        provider="stripe",
        event_id=event.id,
        event_type=event.type,
        paid=event.type == "payment_intent.succeeded",
        amount_cents=payment.amount,
        currency=payment.currency.upper() if payment.currency else None,
        invoice_number=payment.metadata.invoice,
    )
