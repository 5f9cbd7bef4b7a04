from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class License(Base):
    """A key that a subscription's people work with, until the day it expires on."""

    __tablename__ = "licenses"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(29), unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    seats: Mapped[int]
    expires_on: Mapped[date]
