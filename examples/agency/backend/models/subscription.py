from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Currency, Id, one_of


class Subscription(Base):
    """What a customer pays again and again: `amount_cents` every `period`."""

    __tablename__ = "subscriptions"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    plan: Mapped[str] = mapped_column(one_of("solo", "team", "agency", name="plan"))
    period: Mapped[str] = mapped_column(one_of("month", "year", name="period"))
    status: Mapped[str] = mapped_column(one_of("active", "paused", "cancelled", name="status"))
    amount_cents: Mapped[int]
    currency: Mapped[Currency]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
