"""`uvicorn main:app`, in this folder."""

from application import create_app
from settings import Settings

app = create_app(Settings())
