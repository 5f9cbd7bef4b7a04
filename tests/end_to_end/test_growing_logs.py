"""What leaves a run that goes on holds no secret: the journal names one after it is printed."""

from __future__ import annotations

import gzip

import pytest
from e2e import Site, end_process, plan, task, until

from tmuxplan.errors import UsageError
from tmuxplan.library.assisting.pages import Asked, log_page

SECRET = "hunter2secret"
TALKS = plan(task(1, 'while [ ! -e stop ]; do echo "token $API_TOKEN"; sleep 0.001; done'))


def talking(site: Site) -> None:
    site.env["API_TOKEN"] = SECRET
    site.write(TALKS)
    assert site.launch("plan.md", "--yes").code == 0
    log = site.runs[-1] / "tasks/T001/1/log"
    until(lambda: log.exists() and log.read_bytes().count(SECRET.encode()) > 100)
    del site.env["API_TOKEN"]  # who looks does not know it


def bundled(site: Site) -> str:
    assert site.run("collect", "--bundle", "run.tar.gz").code == 3
    return gzip.decompress((site.folder / "run.tar.gz").read_bytes()).decode()


def test_of_a_run_that_goes_on(each_site: Site) -> None:
    site = each_site
    talking(site)
    for _ in range(2):
        explained = site.run("explain", "T001").out
        html = site.run("collect", "-f", "html").out
        packed = bundled(site)
        for text in (explained, html, packed):
            assert "token ***" in text
            assert SECRET not in text
    (site.folder / "stop").touch()
    until(lambda: site.status()["run"]["state"] == "ended")
    site.run("collect", "--bundle", "run.tar.gz")
    text = gzip.decompress((site.folder / "run.tar.gz").read_bytes()).decode()
    whole = (site.runs[-1] / "tasks/T001/1/log").read_text()
    assert text.count("token ***") >= whole.count(SECRET)
    assert SECRET not in text


@pytest.mark.tmux
def test_of_what_a_task_leaves_up(tmux_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stays prints into its task's log after the verdict, when nobody looks."""
    site = tmux_site
    talks = 'while [ ! -e stop ]; do echo "token $API_TOKEN"; sleep 0.001; done'
    site.env["API_TOKEN"] = SECRET
    site.write(plan(task(1, f"echo begun\n({talks}) &", meta=("**Keep:** yes",))))
    assert site.launch("plan.md", "--wait", "--yes").code == 0
    del site.env["API_TOKEN"]
    log = site.runs[-1] / "tasks/T001/1/log"
    before = log.stat().st_size
    until(lambda: log.stat().st_size > before + 1000)
    monkeypatch.chdir(site.folder)
    monkeypatch.delenv("API_TOKEN", raising=False)
    page = "\n".join(log_page("T001", None, Asked()).lines)
    site.run("collect", "--bundle", "run.tar.gz")
    packed = gzip.decompress((site.folder / "run.tar.gz").read_bytes()).decode()
    for text in (packed, page, site.run("collect", "-f", "html").out):
        assert "begun" in text
        assert SECRET not in text
    (site.folder / "stop").touch()


@pytest.mark.tmux
def test_of_a_run_that_nobody_watches_any_more(
    tmux_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it printed since is not known, so that nothing of its log is in what leaves."""
    site = tmux_site
    talking(site)
    end_process(site.supervisor.pid)
    log = site.runs[-1] / "tasks/T001/1/log"
    before = log.stat().st_size
    until(lambda: log.stat().st_size > before + 1000)
    for text in (bundled(site), site.run("collect", "-f", "html").out):
        assert SECRET not in text
    said = site.run("collect", "--bundle", "run.tar.gz").err
    assert "T001" in said
    assert "resume" in said
    monkeypatch.chdir(site.folder)
    with pytest.raises(UsageError, match="nobody watches"):
        log_page("T001", None, Asked())
