from __future__ import annotations

from datetime import datetime, timezone

from fastapi import APIRouter

from db.session import DatabaseSession
from revenue.dashboard import Dashboard, dashboard

router = APIRouter(prefix="/api/revenue", tags=["revenue"])


@router.get("/dashboard")
def show_dashboard(session: DatabaseSession) -> Dashboard:
    return dashboard(session, today=datetime.now(timezone.utc).date())
