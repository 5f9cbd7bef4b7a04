"""Whether the service can do its work, which it can't without a migrated database."""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from db.session import DatabaseSession

router = APIRouter(tags=["health"])
log = logging.getLogger("backend")


class Health(BaseModel):
    """`revision` is the migration that the database is at."""

    status: Literal["ok"]
    database: str
    revision: str


@router.get("/health")
def health(session: DatabaseSession) -> Health:
    try:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as error:
        log.exception("the database does not answer")
        raise HTTPException(503, "the database does not answer; see the log") from error
    if revision is None:
        raise HTTPException(503, "the database has no tables; run: alembic upgrade head")
    return Health(status="ok", database=session.get_bind().dialect.name, revision=revision)
