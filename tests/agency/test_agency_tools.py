"""The example workspace's own command line and checks, on small workspaces made here."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "examples" / "agency"
CC = (sys.executable, "-c", "from agency.cli.main import main; main(prog_name='cc')")
SKILL = "---\nname: logging\ndescription: Logs.\n---\n\nOne event, one line.\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The tools and a database with two subscriptions; no front end is built."""
    shutil.copytree(SOURCES / "tools" / "agency", tmp_path / "tools" / "agency")
    (tmp_path / "var").mkdir()
    with sqlite3.connect(tmp_path / "var" / "agency.db") as database:
        database.executescript("""
            CREATE TABLE users (id, name);
            CREATE TABLE subscriptions (id, user_id, plan, period, status, amount_cents);
            CREATE TABLE licenses (subscription_id, seats, expires_on);
            CREATE TABLE invoices
                (number, subscription_id, status, amount_cents, issued_on, due_on, paid_on);
            INSERT INTO users VALUES (1, 'Anh');
            INSERT INTO subscriptions VALUES (1, 1, 'solo', 'month', 'active', 2900),
                (2, 1, 'team', 'year', 'active', 99000), (3, 1, 'solo', 'month', 'paused', 2900);
            INSERT INTO licenses VALUES (1, 1, '2999-01-01'), (2, 5, '2999-01-01');
            INSERT INTO invoices VALUES
                ('INV-0001', 1, 'paid', 1000, '2026-10-01', '2026-10-15', '2026-11-02'),
                ('INV-0002', 1, 'paid', 3000, '2026-12-01', '2026-12-15', '2027-01-02'),
                ('INV-0003', 1, 'open', 2900, '2027-01-01', '2027-01-15', NULL);
        """)
    database.close()
    return tmp_path


def run(workspace: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {"PYTHONPATH": str(workspace / "tools"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run(
        command, cwd=workspace, env=env, capture_output=True, text=True, check=False
    )


def cc(workspace: Path, *arguments: str) -> str:
    done = run(workspace, *CC, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(workspace: Path, name: str) -> list[str]:
    """What is wrong, a line each."""
    done = run(workspace, sys.executable, "-m", f"agency.checks.{name}")
    assert not done.stderr
    wrong = [line for line in done.stdout.splitlines() if line.startswith("FAIL: ")]
    assert done.returncode == bool(wrong)
    return wrong


def test_recurring_revenue_counts_active_subscriptions(workspace: Path) -> None:
    out = cc(workspace, "revenue", "dashboard")
    assert "yearly recurring revenue: $1,338.00" in out
    assert "monthly recurring revenue: $111.50" in out
    assert "outstanding: $29.00 in 1 invoices" in out
    assert (workspace / "var" / "reports" / "dashboard.json").is_file()


def test_a_dry_run_writes_nothing(workspace: Path) -> None:
    for command in ("revenue dashboard", "revenue forecast", "content generate --topic T"):
        assert "dry run: " in cc(workspace, *command.split(), "--dry-run")
    assert [path.name for path in (workspace / "var").iterdir()] == ["agency.db"]


def test_a_forecast_goes_on_with_the_line_through_all_months(workspace: Path) -> None:
    out = cc(workspace, "revenue", "forecast", "--months", "2").split("forecast\n")
    assert "2026-12   $0.00" in out[0]  # nothing was paid in it, and it counts
    assert out[1].split()[:4] == ["2027-02", "$33.33", "2027-03", "$43.33"]


def test_invoices_are_listed_by_status(workspace: Path) -> None:
    out = cc(workspace, "finance", "invoice-list", "--status", "open")
    assert "INV-0003" in out
    assert "INV-0001" not in out
    assert out.endswith("1 invoices, $29.00\n")


def test_without_a_database_the_way_to_one_is_said(workspace: Path) -> None:
    (workspace / "var" / "agency.db").unlink()
    done = run(workspace, *CC, "sales", "products-list")
    assert done.returncode == 1
    assert "there is no database" in done.stderr
    assert "backend/install makes it" in done.stderr


def test_the_backend_s_database_url_is_ours(workspace: Path) -> None:
    (workspace / "backend").mkdir()
    (workspace / "backend" / ".env").write_text("# DATABASE_URL=no\nDATABASE_URL=mysql://h/db\n")
    done = run(workspace, *CC, "sales", "products-list")
    assert "DATABASE_URL is mysql://" in done.stderr


def test_one_broken_group_breaks_no_other(workspace: Path) -> None:
    with (workspace / "tools" / "agency" / "cli" / "content.py").open("a") as module:
        module.write("import nowhere\n")
    assert run(workspace, *CC, "content", "generate").returncode == 1
    assert "finance" in cc(workspace, "--help")
    assert "2 products" in cc(workspace, "sales", "products-list")


def skills(workspace: Path) -> Path:
    """All of them, in both places."""
    for place in (".claude-skills", ".agencyos/skills"):
        shutil.copytree(SOURCES / ".claude-skills", workspace / place)
    return workspace / ".claude-skills"


def test_the_skills_that_are_checked_in_are_well(workspace: Path) -> None:
    skills(workspace)
    assert check(workspace, "skills") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (SKILL.replace("---\n", "", 1), "SKILL.md does not begin with front matter"),
        (SKILL.replace("description: Logs.\n", ""), "its front matter has no description"),
        (SKILL.replace("Logs.", "''"), "its front matter has no description"),
        (SKILL.replace("name: logging", "name: Logging"), "its front matter's name is 'Logging'"),
        (SKILL.replace("name: logging", "name: [logging"), "its front matter is no YAML"),
        (SKILL.replace("One event, one line.", ""), "it has no text"),
        (SKILL.replace("Logs.", "x" * 1025), "its description has more than 1024 characters"),
    ],
)
def test_an_invalid_skill_is_named_with_the_reason(workspace: Path, text: str, wrong: str) -> None:
    skills(workspace)
    for place in (".claude-skills", ".agencyos/skills"):
        (workspace / place / "logging" / "SKILL.md").write_text(text)
    [line] = check(workspace, "skills")
    assert line.startswith(f"FAIL: logging: {wrong}")


def test_skills_that_are_in_one_place_only_are_named(workspace: Path) -> None:
    ours = skills(workspace)
    shutil.rmtree(ours / "logging")
    (ours / "deployment" / "steps.md").write_text("more")
    wrong = check(workspace, "skills")
    assert "FAIL: logging: there is no .claude-skills/logging/SKILL.md" in wrong
    assert any("deployment: not in sync" in line and "steps.md" in line for line in wrong)
    assert "FAIL: 48 skills in .claude-skills: there are 47" in wrong


def build(workspace: Path, app: str) -> Path:
    """As Vite leaves it."""
    folder = workspace / "apps" / app
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.ts").write_text("export {}\n")
    assets = folder / "dist" / "assets"
    assets.mkdir(parents=True)
    (assets / "index-Bra9eUwM.js").write_text("1")
    (assets / "index-CkJtQ0mc.css").write_text("2")
    page = '<script src="/assets/index-Bra9eUwM.js"></script>'
    page += '<link href="/assets/index-CkJtQ0mc.css">'
    (folder / "dist" / "index.html").write_text(page)
    return folder


def test_built_front_ends_are_well(workspace: Path) -> None:
    for app in ("dashboard", "docs", "web"):
        build(workspace, app)
    assert check(workspace, "frontend") == []


def test_what_is_wrong_with_a_front_end_is_said(workspace: Path) -> None:
    (build(workspace, "dashboard") / "dist" / "index.html").unlink()
    (build(workspace, "docs") / "dist" / "assets" / "index-Bra9eUwM.js").unlink()
    web = build(workspace, "web") / "dist" / "index.html"
    web.write_text(web.read_text().replace("index-Bra9eUwM.js", "index.js"))
    dashboard, docs, site = check(workspace, "frontend")
    assert "there is no apps/dashboard/dist/index.html; run pnpm build" in dashboard
    assert "assets/index-Bra9eUwM.js is not there, or empty" in docs
    assert "assets/index.js has no hash in its name" in site


def test_an_older_build_is_not_this_one(workspace: Path) -> None:
    for app in ("dashboard", "docs", "web"):
        build(workspace, app)
    later = (workspace / "apps" / "web" / "dist" / "index.html").stat().st_mtime + 1
    source = workspace / "apps" / "web" / "src" / "main.ts"
    os.utime(source, (later, later))
    [line] = check(workspace, "frontend")
    assert "apps/web/src/main.ts is newer" in line
