"""The service, put together from settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

import health
import logfile
import payments.routes
import revenue.routes
from db.engine import engine_for
from revenue.dashboard import MixedCurrenciesError
from settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """An application that opens its log and its database when it is started."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        log = logfile.open_log(settings.log_folder)
        app.state.settings = settings
        app.state.engine = engine_for(settings.database_url)
        yield
        app.state.engine.dispose()
        logfile.close_log(log)

    app = FastAPI(title="Agency backend", lifespan=running)
    app.middleware("http")(number_requests)
    app.add_exception_handler(MixedCurrenciesError, mixed_currencies)
    for router in (health.router, revenue.routes.router, payments.routes.router):
        app.include_router(router)
    return app


async def number_requests(
    request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    """The answer's X-Request-ID finds its line in the log."""
    request.state.request_id = uuid4().hex
    response = await answer(request)
    response.headers["X-Request-ID"] = request.state.request_id
    return response


async def mixed_currencies(_request: Request, error: Exception) -> JSONResponse:
    health.log.error("no dashboard: %s", error)
    return JSONResponse({"detail": str(error)}, status_code=500)
