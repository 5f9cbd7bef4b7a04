from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import TODAY
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import License, PaymentEvent, Subscription, User
from seed import NotOursError, seed


def rows(session: Session) -> list[int]:
    tables = (User, Subscription, License)
    return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


def test_a_second_time_makes_it_anew(seeded: Session) -> None:
    before = rows(seeded)
    seeded.add(PaymentEvent(provider="stripe", event_id="evt_1", event_type="x"))
    seed(seeded, TODAY + timedelta(days=1))
    assert rows(seeded) == before == [8, 8, 8]
    assert seeded.scalars(select(PaymentEvent)).all() == []


def test_other_peoples_customers_are_left_alone(seeded: Session) -> None:
    seeded.add(User(email="someone@elsewhere.test", name="Someone", joined_on=TODAY))
    seeded.flush()
    with pytest.raises(NotOursError, match="1 customers"):
        seed(seeded, TODAY)
    assert rows(seeded) == [9, 8, 8]
