"""The HTML report in a real browser: drawn, filtered, searched, linked into, and deaf to its logs.

Needs a Chromium or Chrome; CI has to have one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_report_hostile import HOSTILE, hostile_run
from test_report_html import many, sheet_of

from tmuxplan.plan.model import Edge
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.html import render
from tmuxplan.report.sheet import Log, LogLine, Sheet

Sample = Callable[..., RunFacts]
Opened = Callable[[str], Page]
NAMES = (
    "chromium", "chromium-browser", "google-chrome-stable", "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip
# The sandbox needs rights that containers lack; the rest keeps it from calling home.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium or Chrome on PATH")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens a report from disk. Afterwards: no complaint, and no request but for the file."""
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda r: said.append(r.url) if not r.url.startswith("file:") else None)

    def opens(text: str, hash_: str = "") -> Page:
        (tmp_path / "report.html").write_text(text, "utf-8")
        page.goto(f"file://{tmp_path}/report.html{hash_}")
        return page

    yield opens
    context.close()
    assert said == []


@pytest.fixture
def report(sample: Sample) -> str:
    run = sample("every_verdict")
    edges = (Edge("T004", "T002", "hard"), Edge("T009", "T004", "hard"))
    lines = tuple(f"line {n}" for n in range(1, 60))
    sheet = sheet_of(run, *lines, edges=edges)
    other = Log((tuple(LogLine(n, f"needle \x1b[31m{n}\x1b[0m") for n in (1, 2)),), 2)
    return render(msgspec.structs.replace(sheet, logs={**sheet.logs, ("T005", 1): other}))


def until(page: Page, condition: str, seconds: float = 20) -> None:
    """Playwright's own waiting is either forbidden by our policy or slow on big pages."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(20)


def visible(page: Page) -> list[str]:
    shown = "all => all.filter(e => e.offsetParent).map(e => e.id)"
    found: list[str] = page.eval_on_selector_all("details.task", shown)
    return found


def test_timeline_and_graph_are_drawn(opened: Opened, report: str) -> None:
    page = opened(report)
    assert page.locator("header .word").inner_text() == "NO GO"
    bars = page.locator(".timeline rect.attempt")
    assert bars.count() == 6
    for n in range(bars.count()):
        box = bars.nth(n).bounding_box()
        assert box is not None
        assert box["width"] >= 1
        assert box["height"] > 5
    failed = page.locator("rect.k-failed").evaluate("e => getComputedStyle(e).fill")
    passed = page.locator("rect.k-passed").first.evaluate("e => getComputedStyle(e).fill")
    assert failed != passed
    assert page.locator(".graph .node").count() == 11
    assert page.locator(".graph .edge").count() == 2


def test_it_is_filtered_by_outcome(opened: Opened, report: str) -> None:
    page = opened(report)
    assert len(visible(page)) == 11
    page.click('button[data-show="blocked"]')
    assert visible(page) == ["T004", "T009"]
    assert page.locator("a.row:visible").count() == 2
    assert page.get_attribute('button[data-show="blocked"]', "aria-pressed") == "true"
    page.click('button[data-show=""]')
    assert len(visible(page)) == 11


def test_it_is_searched_by_keyboard(opened: Opened, report: str) -> None:
    page = opened(report)
    page.keyboard.press("/")
    page.keyboard.type("NEEDLE")
    expect(page.locator("#found")).to_contain_text("2 log lines")
    assert visible(page) == ["T005"]
    assert page.locator(".line.hit").count() == 2
    page.keyboard.type(" that is not there")
    page.locator("#none").wait_for(state="visible")
    page.keyboard.press("Escape")
    assert len(visible(page)) == 11
    assert page.locator(".line.hit").count() == 0


def test_a_link_opens_what_it_points_at(opened: Opened, report: str) -> None:
    page = opened(report, "#T005-1-L2")
    line = page.locator("#T005-1-L2")
    assert page.locator("#T005").get_attribute("open") is not None
    assert "2" in line.inner_text()
    box = line.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800
    page.click('a.row[data-task="T006"]')
    expect(page.locator("#T006")).to_have_attribute("open", "")
    page.click('button[data-show="blocked"]')
    page.evaluate("location.hash = '#T001'")
    expect(page.locator("#T001")).to_be_visible()
    page.evaluate("location.hash = '#%zz'")


def test_colours_of_logs_and_themes(opened: Opened, report: str) -> None:
    page = opened(report, "#T005")
    red = page.locator("#T005-1-L1 i.fg1").evaluate("e => getComputedStyle(e).color")
    assert red == "rgb(255, 123, 114)"
    looks = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        looks.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    page.click("#theme")
    looks.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert looks[0] == looks[2] != looks[1]


def test_a_narrow_page_needs_no_scrolling_sideways(opened: Opened, report: str) -> None:
    page = opened(report)
    page.set_viewport_size({"width": 360, "height": 700})
    page.click("#open-all")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_print_opens_what_did_not_pass(opened: Opened, report: str) -> None:
    page = opened(report)
    page.click("#close-all")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opens = page.eval_on_selector_all("details.task[open]", "all => all.map(e => e.id)")
    assert "T002" in opens
    assert "T001" not in opens
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()


def test_a_hostile_log_stays_text(opened: Opened) -> None:
    lines = [text.replace("\n", " ").encode("utf-8", "replace").decode() for text in HOSTILE]
    lines += [
        "<img src=x onerror=alert(1)>",
        "</span></div><script>alert(2)</script>",
        "'\"><svg onload=alert(3)>",
    ]
    for text in HOSTILE[:4]:
        page = opened(
            render(sheet_of(hostile_run(text), *lines, edges=(Edge("T002", "T001", "hard"),)))
        )
        page.click("#open-all")
        assert page.locator("script, style").count() == 2
        assert page.locator("img, iframe, object, link, base").count() == 0
        assert "<img src=x onerror=alert(1)>" in page.locator(".lines").first.inner_text()


def test_what_the_policy_forbids_does_not_run(
    browser: Browser, tmp_path: Path, report: str
) -> None:
    """Even if markup got in: the second line of defence works."""
    bad = "<script>document.title='owned'</script><img src='http://127.0.0.1:9/x'>"
    (tmp_path / "bad.html").write_text(report.replace("<main>", f"<main>{bad}"), "utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(f"file://{tmp_path}/bad.html")
    assert page.title().startswith("NO GO")
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()


def opening(page: Page) -> float:
    """Seconds until the page was loaded, by the browser's own clock."""
    entry = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    until(page, f"{entry} > 0")
    milliseconds: float = page.evaluate(entry)
    return milliseconds / 1000


def test_a_thousand_tasks_open_soon(opened: Opened, sample: Sample) -> None:
    run = many(sample("every_verdict"), 1000)
    log = Log((tuple(LogLine(n, f"\x1b[32mok\x1b[0m line {n}") for n in range(1, 41)),), 40)
    logs = {(task.id, a.n): log for task in run.tasks for a in task.attempts}
    edges = tuple(Edge(f"X{n}", f"X{n // 10}", "hard") for n in range(1, 1000))
    page = opened(render(Sheet(run=run, logs=logs, edges=edges)))
    assert opening(page) < 15  # 0.7 s on a machine with nothing else to do
    assert page.locator(".graph .node", has_text="tasks").count() >= 3
    page.keyboard.press("/")
    page.keyboard.type("X999")  # and X99, which says that X999 needs it
    until(page, "document.getElementById('found').textContent.startsWith('2 of 1000')")


def test_a_log_of_50_mb_opens_soon_and_is_linked_whole(opened: Opened, tmp_path: Path) -> None:
    """A real run; the page stands where the report was asked for."""
    line = "a line of a long log, as a build prints it, that says nothing of what went wrong"
    (tmp_path / "plan.md").write_text(
        "# LONG\n\n## TASK 1: PRINT\n\n```bash\n"
        f"yes '{line}' | head -c 50000000\necho\necho 'FAIL: at its very end'\n```\n"
    )
    for words in (
        ("launch", "plan.md", "--wait", "--yes", "--backend", "pty"),
        ("collect", "-f", "html", "-o", "collected.html"),
    ):
        command = [sys.executable, "-m", "tmuxplan", *words]
        assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 1
    text = (tmp_path / "collected.html").read_text("utf-8")
    assert len(text) < 1_000_000
    page = opened(text)
    assert opening(page) < 15  # 0.2 s on a machine with nothing else to do
    whole = page.locator(".log a", has_text="The whole log").get_attribute("href") or ""
    assert (tmp_path / whole).stat().st_size >= 50_000_000
    assert "lines left out" in page.locator(".lines .gap").first.inner_text()
    page.click("ul.evidence a")
    found = page.locator(".line:target")
    expect(found).to_contain_text("FAIL: at its very end")
    box = found.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800


NAMELESS = """() => [...document.querySelectorAll("a, button, input, summary, [role], svg, th")]
  .filter((e) => !["presentation"].includes(e.getAttribute("role")) && !e.closest("[aria-hidden]"))
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent || "").trim())
  .filter((e) => !(e.labels && e.labels.length) && !e.closest("[role=img]"))
  .filter((e) => e.getAttribute("role") !== "status")
  .map((e) => e.outerHTML.slice(0, 90))"""


def test_a_screen_reader_has_names_for_everything(opened: Opened, report: str) -> None:
    page = opened(report)
    page.click("#open-all")
    assert page.evaluate(NAMELESS) == []
    for role, name in {
        "navigation": "Report", "search": None, "searchbox": "Search", "main": None,
        "region": "Causes", "group": "Show tasks by outcome", "status": None,
    }.items():  # fmt: skip
        named = page.get_by_role(role, name=name) if name else page.get_by_role(role)  # type: ignore[arg-type]
        assert named.count() >= 1, role
    expect(page.get_by_role("img", name=re.compile("T002: failed"))).to_have_count(1)
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1


def test_it_is_used_by_keyboard_alone(opened: Opened, report: str) -> None:
    page = opened(report)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.locator("#T005 > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#T005")).to_have_attribute("open", "")
    outline = page.locator("#T005 > summary").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"
    page.locator('[data-show="failed"]').focus()
    page.keyboard.press("Space")
    assert visible(page) == ["T002"]


CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const found = rgb(getComputedStyle(e).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const style = getComputedStyle(e);
    if (!own || !e.offsetParent || style.visibility === "hidden" || e.closest("svg")) continue;
    const [a, b] = [light(rgb(style.color)), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(`${e.tagName}.${e.className}: ${style.color}`);
  }
  return [...new Set(bad)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("media", ["screen", "print"])
def test_everything_can_be_read(opened: Opened, report: str, scheme: str, media: str) -> None:
    page = opened(report)
    page.emulate_media(color_scheme=scheme, media=media)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    assert page.evaluate(CONTRAST) == []


def test_it_is_printed_on_pages(opened: Opened, report: str) -> None:
    page = opened(report)
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) >= 2


def test_ci_without_a_browser_fails() -> None:
    """A skip would look like success."""
    env = {**os.environ, "CI": "1", "PATH": os.devnull, "PLAYWRIGHT_BROWSERS_PATH": os.devnull}
    words = ("-q", "-p", "no:cacheprovider", __file__, "-k", "drawn")
    command = [sys.executable, "-m", "pytest", *words]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout
    assert "error" in ran.stdout
    assert "skipped" not in ran.stdout
