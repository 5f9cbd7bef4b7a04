"""What all tables share. Money is in cents of its currency, days are days, never text."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import Enum, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Named by rule, so that a migration can drop a constraint on both databases.
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(primary_key=True)]
Currency = Annotated[str, mapped_column(String(3))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


def one_of(*words: str, name: str) -> Enum:
    """A short text held to these words by a check constraint, on every database."""
    return Enum(*words, name=name, native_enum=False, length=16, create_constraint=True)
