"""The running backend answers, with the status codes and the JSON that its users count on."""

from __future__ import annotations

from ask import Answer, ask
from report import expect, finish

HEALTH = {"status", "database", "revision"}
DASHBOARD = {
    "currency",
    "active_subscriptions",
    "mrr_cents",
    "arr_cents",
    "paid_cents",
    "outstanding_cents",
    "overdue_invoices",
    "plans",
    "months",
}
WEBHOOKS = ("/api/payments/paypal/webhook", "/api/payments/stripe/webhook")


def answers_with(path: str, keys: set[str]) -> Answer:
    answer = ask(path)
    if expect(answer.status == 200, f"GET {path} answers 200", str(answer)):
        missing = keys - set(answer.json or {})
        expect(not missing, f"GET {path} has its {len(keys)} keys", f"without {sorted(missing)}")
    return answer


def main() -> None:
    answers_with("/health", HEALTH)
    dashboard = answers_with("/api/revenue/dashboard", DASHBOARD)
    if dashboard.status == 200:
        total = sum(plan["arr_cents"] for plan in dashboard.json["plans"])
        expect(0 < total == dashboard.json["arr_cents"], "the dashboard's plans add up to its ARR")
    for path in WEBHOOKS:
        answer = ask(path, b'{"test": true}')
        # Which it is depends on the signature, and checks/webhooks looks at that.
        refused = answer.status in {401, 422}
        expect(refused, f"POST {path} refuses what is no event", str(answer))
    unknown = ask("/api/nothing")
    expect(unknown.status == 404, "GET /api/nothing answers 404", str(unknown))
    finish()


if __name__ == "__main__":
    main()
