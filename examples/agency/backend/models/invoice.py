from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Currency, Id, one_of


class Invoice(Base):
    """One bill of a subscription; `paid_on` is set when, and only when, it is paid."""

    __tablename__ = "invoices"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    status: Mapped[str] = mapped_column(one_of("open", "paid", "void", name="status"))
    amount_cents: Mapped[int]
    currency: Mapped[Currency]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    paid_on: Mapped[date | None]
