"""`uvicorn main:app`, in this folder."""

import sys

from application import create_app
from settings import SettingsError, load

try:
    app = create_app(load())
except SettingsError as error:
    sys.exit(f"backend: {error}")
