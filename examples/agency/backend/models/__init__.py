"""The tables; importing this package makes all of them known to `Base.metadata`."""

from models.base import Base
from models.invoice import Invoice
from models.license import License
from models.payment_event import PaymentEvent
from models.subscription import Subscription
from models.user import User

__all__ = ["Base", "Invoice", "License", "PaymentEvent", "Subscription", "User"]
