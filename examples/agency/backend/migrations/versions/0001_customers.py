"""Customers, what they pay for, their bills and their keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_users()
    create_subscriptions()
    create_invoices()
    create_licenses()


def downgrade() -> None:
    for table in ("licenses", "invoices", "subscriptions", "users"):
        op.drop_table(table)


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )


def create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("plan", sa.String(16), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("amount_cents", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_subscriptions_user_id_users"),
        one_of("subscriptions", "plan", "solo", "team", "agency"),
        one_of("subscriptions", "period", "month", "year"),
        one_of("subscriptions", "status", "active", "paused", "cancelled"),
    )
    op.create_index("ix_subscriptions_user_id", "subscriptions", ["user_id"])


def create_invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("subscription_id", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("amount_cents", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("paid_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_invoices"),
        sa.UniqueConstraint("number", name="uq_invoices_number"),
        of_subscription("invoices"),
        one_of("invoices", "status", "open", "paid", "void"),
    )
    op.create_index("ix_invoices_subscription_id", "invoices", ["subscription_id"])


def create_licenses() -> None:
    op.create_table(
        "licenses",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(29), nullable=False),
        sa.Column("subscription_id", sa.Integer, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licenses"),
        sa.UniqueConstraint("key", name="uq_licenses_key"),
        of_subscription("licenses"),
    )
    op.create_index("ix_licenses_subscription_id", "licenses", ["subscription_id"])


def one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_{table}_{column}"))


def of_subscription(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_subscription_id_subscriptions"
    return sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name=name)
