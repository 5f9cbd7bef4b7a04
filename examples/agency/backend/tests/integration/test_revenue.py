from __future__ import annotations

from datetime import date, timedelta

import pytest
from conftest import TODAY
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Invoice, Subscription
from revenue.dashboard import MixedCurrenciesError, dashboard


def test_nothing_sold_yet(session: Session) -> None:
    empty = dashboard(session, TODAY)
    assert (empty.currency, empty.arr_cents, empty.paid_cents) == ("USD", 0, 0)
    assert (empty.plans, empty.months) == ([], [])


def test_active_subscriptions_make_the_recurring_revenue(seeded: Session) -> None:
    now = dashboard(seeded, TODAY)
    assert [(plan.plan, plan.subscriptions, plan.arr_cents) for plan in now.plans] == [
        ("agency", 2, 39_900 * 12 + 399_000),
        ("solo", 2, 2 * 2_900 * 12),
        ("team", 2, 9_900 * 12 + 99_000),
    ]
    assert now.active_subscriptions == 6
    assert now.arr_cents == sum(plan.arr_cents for plan in now.plans)
    assert now.mrr_cents == round(now.arr_cents / 12)


def test_paid_months_add_up_to_what_was_paid(seeded: Session) -> None:
    now = dashboard(seeded, TODAY)
    assert [month.month for month in now.months] == ["2026-01", "2026-02", "2026-03"]
    assert sum(month.paid_cents for month in now.months) == now.paid_cents > 0


@pytest.mark.parametrize(("days", "overdue"), [(0, 1), (14, 1), (15, 5)])
def test_open_invoices_are_overdue_after_their_day(
    seeded: Session, days: int, overdue: int
) -> None:
    then = dashboard(seeded, TODAY + timedelta(days=days))
    assert then.overdue_invoices == overdue
    assert then.outstanding_cents == 2 * 2_900 + 2 * 9_900 + 39_900


def test_a_cancelled_subscription_counts_no_more(seeded: Session) -> None:
    before = dashboard(seeded, TODAY).arr_cents
    cancel = update(Subscription).where(Subscription.plan == "team").values(status="cancelled")
    seeded.execute(cancel)
    after = dashboard(seeded, TODAY)
    assert [plan.plan for plan in after.plans] == ["agency", "solo"]
    assert after.arr_cents == before - (9_900 * 12 + 99_000)


def test_two_currencies_are_not_added_up(seeded: Session) -> None:
    seeded.execute(update(Invoice).where(Invoice.number == "INV-0001").values(currency="EUR"))
    with pytest.raises(MixedCurrenciesError, match="EUR, USD"):
        dashboard(seeded, TODAY)


def test_the_endpoint(client: TestClient, seeded: Session) -> None:
    answer = client.get("/api/revenue/dashboard")
    assert answer.status_code == 200
    assert answer.json()["arr_cents"] == dashboard(seeded, date.today()).arr_cents


def test_the_endpoint_says_why_it_can_not(client: TestClient, seeded: Session) -> None:
    seeded.execute(update(Invoice).where(Invoice.number == "INV-0001").values(currency="EUR"))
    seeded.commit()
    answer = client.get("/api/revenue/dashboard")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "amounts in EUR, USD can't be added up"
