"""What a provider's event says, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Provider = Literal["paypal", "stripe"]


class BadSignatureError(Exception):
    """Not proved to come from the provider; the message says why and holds no secret."""


class BadEventError(Exception):
    """Proved to come from the provider, and not what we understand."""


@dataclass(frozen=True)
class Notice:
    """One event. `paid` says that money arrived; the amount is missing where none is involved."""

    provider: Provider
    event_id: str
    event_type: str
    paid: bool
    amount_cents: int | None
    currency: str | None
    invoice_number: str | None
