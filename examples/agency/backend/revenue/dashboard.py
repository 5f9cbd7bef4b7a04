"""The revenue dashboard, added up by the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, case, extract, func, select, union
from sqlalchemy.orm import Session

from models import Invoice, Subscription

# What a subscription brings in a year: exact in cents, which a twelfth of it need not be.
YEARLY_CENTS = func.coalesce(
    func.sum(
        case(
            (Subscription.period == "year", Subscription.amount_cents),
            else_=Subscription.amount_cents * 12,
        )
    ),
    0,
)
INVOICED_CENTS = func.coalesce(func.sum(Invoice.amount_cents), 0)


class PlanRevenue(BaseModel):
    plan: str
    subscriptions: int
    arr_cents: int


class MonthRevenue(BaseModel):
    month: str
    paid_cents: int


class Dashboard(BaseModel):
    """Money in cents of `currency`; MRR and ARR are of active subscriptions."""

    currency: str
    active_subscriptions: int
    mrr_cents: int
    arr_cents: int
    paid_cents: int
    outstanding_cents: int
    overdue_invoices: int
    plans: list[PlanRevenue]
    months: list[MonthRevenue]


class MixedCurrenciesError(Exception):
    """Sums over several currencies would be wrong, so there are none."""


def dashboard(session: Session, today: date) -> Dashboard:
    """Raises MixedCurrenciesError; `today` decides what is overdue."""
    currency = only_currency(session)
    plans = revenue_of_plans(session)
    arr_cents = sum(plan.arr_cents for plan in plans)
    overdue = select(func.count()).where(Invoice.status == "open", Invoice.due_on < today)
    return Dashboard(
        currency=currency,
        active_subscriptions=sum(plan.subscriptions for plan in plans),
        mrr_cents=round(arr_cents / 12),
        arr_cents=arr_cents,
        paid_cents=number(session, select(INVOICED_CENTS).where(Invoice.status == "paid")),
        outstanding_cents=number(session, select(INVOICED_CENTS).where(Invoice.status == "open")),
        overdue_invoices=number(session, overdue),
        plans=plans,
        months=revenue_of_months(session),
    )


def only_currency(session: Session) -> str:
    used = session.scalars(union(select(Subscription.currency), select(Invoice.currency))).all()
    if len(used) > 1:
        raise MixedCurrenciesError(f"amounts in {', '.join(sorted(used))} can't be added up")
    return used[0] if used else "USD"


def revenue_of_plans(session: Session) -> list[PlanRevenue]:
    query = (
        select(Subscription.plan, func.count(), YEARLY_CENTS)
        .where(Subscription.status == "active")
        .group_by(Subscription.plan)
        .order_by(Subscription.plan)
    )
    return [
        PlanRevenue(plan=plan, subscriptions=count, arr_cents=cents)
        for plan, count, cents in session.execute(query)
    ]


def revenue_of_months(session: Session) -> list[MonthRevenue]:
    year, month = extract("year", Invoice.paid_on), extract("month", Invoice.paid_on)
    query = (
        select(year, month, INVOICED_CENTS)
        .where(Invoice.status == "paid")
        .group_by(year, month)
        .order_by(year, month)
    )
    return [
        MonthRevenue(month=f"{y:04.0f}-{m:02.0f}", paid_cents=cents)
        for y, m, cents in session.execute(query)
    ]


def number(session: Session, query: Select[Any]) -> int:
    return int(session.scalar(query) or 0)
