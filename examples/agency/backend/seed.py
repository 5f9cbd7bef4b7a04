"""`python -m seed`: the demo's customers, subscriptions, invoices and licenses, made anew.

Days count back from today, so that "overdue" stays true. A database with anybody else's
customers in it is refused.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta, timezone
from itertools import count

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.engine import engine_for
from models import Invoice, License, PaymentEvent, Subscription, User
from settings import DatabaseSettings

DOMAIN = "@example.test"
# name, plan, period, status, amount in cents
CUSTOMERS = [
    ("Anh Nguyen", "solo", "month", "active", 2_900),
    ("Bao Tran", "solo", "month", "active", 2_900),
    ("Chi Le", "team", "month", "active", 9_900),
    ("Dung Pham", "team", "year", "active", 99_000),
    ("Emma Stone-Carver", "agency", "month", "active", 39_900),
    ("Farid Haddad", "agency", "year", "active", 399_000),
    ("Grace Okafor", "team", "month", "paused", 9_900),
    ("Hana Suzuki", "solo", "year", "cancelled", 29_000),
]
SEATS = {"solo": 1, "team": 5, "agency": 25}
MONTHS = 3


class NotOursError(Exception):
    """The database holds customers that are not the demo's."""


def seed(session: Session, today: date) -> None:
    """Replaces everything, in the caller's transaction; raises NotOursError instead of that."""
    refuse_others(session)
    for table in (PaymentEvent, License, Invoice, Subscription, User):
        session.execute(delete(table))
    numbers = count(1)
    for n, (name, plan, period, status, cents) in enumerate(CUSTOMERS, 1):
        joined = today - timedelta(days=30 * MONTHS + n)
        user = User(email=email(name), name=name, joined_on=joined)
        session.add(user)
        session.flush()
        subscription = Subscription(
            user_id=user.id,
            plan=plan,
            period=period,
            status=status,
            amount_cents=cents,
            currency="USD",
            started_on=joined,
            ended_on=today if status == "cancelled" else None,
        )
        session.add(subscription)
        session.flush()
        session.add_all(invoices(subscription, numbers, today))
        session.add(license_of(subscription, n, today))


def invoices(subscription: Subscription, numbers: count[int], today: date) -> list[Invoice]:
    """One a period, the last one open, and overdue for a paused subscription."""
    periods = MONTHS if subscription.period == "month" else 1
    return [invoice(subscription, next(numbers), back, today) for back in reversed(range(periods))]


def invoice(subscription: Subscription, number: int, back: int, today: date) -> Invoice:
    """`back` periods ago; the newest is open."""
    grace = -5 if subscription.status == "paused" else 14
    issued = today - timedelta(days=30 * back + 10)
    paid = back > 0 or subscription.period == "year"
    return Invoice(
        number=f"INV-{number:04}",
        subscription_id=subscription.id,
        status="paid" if paid else "open",
        amount_cents=subscription.amount_cents,
        currency=subscription.currency,
        issued_on=issued,
        due_on=today + timedelta(days=grace),
        paid_on=issued + timedelta(days=3) if paid else None,
    )


def license_of(subscription: Subscription, n: int, today: date) -> License:
    return License(
        key=f"AGCY-{n:04}-{SEATS[subscription.plan]:04}",
        subscription_id=subscription.id,
        seats=SEATS[subscription.plan],
        expires_on=today + timedelta(days=365),
    )


def refuse_others(session: Session) -> None:
    others = select(func.count()).select_from(User).where(User.email.not_like(f"%{DOMAIN}"))
    if number := session.scalar(others):
        raise NotOursError(f"{number} customers are not the demo's; nothing was changed")


def email(name: str) -> str:
    return name.lower().replace(" ", ".") + DOMAIN


def seed_database(database_url: str) -> None:
    engine = engine_for(database_url)
    with Session(engine) as session, session.begin():
        seed(session, datetime.now(timezone.utc).date())
    engine.dispose()


if __name__ == "__main__":
    try:
        seed_database(DatabaseSettings().database_url)
    except NotOursError as error:
        sys.exit(f"seed: {error}")
