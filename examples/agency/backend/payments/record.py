"""An event becomes a row, and settles the invoice that it pays, once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Invoice, PaymentEvent
from payments.notice import Notice


def record(session: Session, notice: Notice, today: date) -> bool:
    """False when this event is recorded already. The database decides, so two requests at the
    same instant can't both record it."""
    invoice = invoice_of(session, notice)
    session.add(row(notice, invoice))
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        if known(session, notice):
            return False
        raise
    if invoice is not None and settles(notice, invoice):
        invoice.status, invoice.paid_on = "paid", today
    session.commit()
    return True


def known(session: Session, notice: Notice) -> bool:
    query = select(PaymentEvent.id).where(
        PaymentEvent.provider == notice.provider, PaymentEvent.event_id == notice.event_id
    )
    return session.scalar(query) is not None


def invoice_of(session: Session, notice: Notice) -> Invoice | None:
    if notice.invoice_number is None:
        return None
    return session.scalar(select(Invoice).where(Invoice.number == notice.invoice_number))


def settles(notice: Notice, invoice: Invoice) -> bool:
    """Only the whole amount does; anything else is for a person."""
    whole = (notice.amount_cents, notice.currency) == (invoice.amount_cents, invoice.currency)
    return notice.paid and invoice.status == "open" and whole


def row(notice: Notice, invoice: Invoice | None) -> PaymentEvent:
    return PaymentEvent(
        provider=notice.provider,
        event_id=notice.event_id,
        event_type=notice.event_type,
        amount_cents=notice.amount_cents,
        currency=notice.currency,
        invoice_id=invoice.id if invoice else None,
    )
