"""Which servers there are, where, and a call of each one's tool with what it must answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True, eq=False)
class Entry:
    """One server; its module has its name. `answer` is what the example call's result contains."""

    name: str
    port: int
    tool: str
    example: Mapping[str, object]
    answer: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


SERVERS = (
    Entry(
        "agency_server",
        8081,
        "capacity",
        {"people": 3, "hours_a_week": 30, "booked_hours": 72},
        '"free_hours": 18',
    ),
    Entry(
        "revenue_server",
        8082,
        "recurring",
        {"charges": [{"cents": 4900, "months": 1}, {"cents": 120000, "months": 12}]},
        '"monthly_cents": 14900',
    ),
    Entry(
        "security_server",
        8083,
        "find_secrets",
        {"text": "retries=3\nkey=" + "AKIA" + "ABCDEFGHIJ012345"},  # in parts: it looks real
        "line 2: AWS access key",
    ),
    Entry(
        "orchestrator_server",
        8084,
        "waves",
        {"needs": {"build": [], "test": ["build"], "lint": [], "release": ["test", "lint"]}},
        "release",
    ),
    Entry(
        "quota_server",
        8085,
        "remaining",
        {"limit": 1000, "used": 250, "days_gone": 10, "days": 30},
        '"lasts": true',
    ),
    Entry(
        "coding_server",
        8086,
        "outline",
        {"source": "class Invoice:\n    def total(self): ...\n"},
        "line 2: def Invoice.total",
    ),
    Entry(
        "marketing_server",
        8087,
        "campaign_link",
        {"url": "https://example.com/?a=1", "source": "letter", "campaign": "Spring sale"},
        "a=1&utm_source=letter&utm_medium=email&utm_campaign=spring-sale",
    ),
    Entry("network_server", 8088, "subnet", {"cidr": "10.20.0.0/22"}, '"usable_addresses": 1022'),
    Entry(
        "solo_revenue_server",
        8089,
        "break_even",
        {"fixed_cents": 250000, "price_cents": 5000, "cost_cents": 1000},
        "63",
    ),
    Entry(
        "recovery_server",
        8090,
        "backoff",
        {"attempts": 5, "first_s": 2, "longest_s": 20},
        "20",
    ),
    Entry(
        "sync_server",
        8091,
        "differences",
        {"left": {"a.md": "1f", "b.md": "2e"}, "right": {"a.md": "1f", "b.md": "77"}},
        "changed: b.md",
    ),
    Entry(
        "ui_server",
        8092,
        "contrast",
        {"foreground": "#767676", "background": "#ffffff"},
        '"ratio": 4.54',
    ),
    Entry(
        "workflow_server",
        8093,
        "critical_path",
        {"minutes": {"a": 10, "b": 5, "c": 20}, "needs": {"c": ["a", "b"]}},
        '"minutes": 30',
    ),
    Entry(
        "commander_server",
        8094,
        "route",
        {"request": "Is the contrast of these two colours readable?"},
        "ui_server",
    ),
)
