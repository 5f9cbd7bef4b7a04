"""action.yml and the snippets of docs/ci.md: their scripts run, on the example, as CI runs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import junitparser
import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
PAGE = (ROOT / "docs/ci.md").read_text("utf-8")
SNIPPETS: list[dict[str, Any]] = [
    yaml.safe_load(text) for text in re.findall(r"(?ms)^```yaml\n(.*?)^```$", PAGE)
]
USES, BARE, GITLAB = SNIPPETS
# The example sleeps where a release would work.
EXAMPLE = re.sub(r"sleep [\d.]+", "true", (ROOT / "docs/example-release.md").read_text("utf-8"))
BROKEN = '{"/": 200, "/cart": 200, "/checkout": 500}.items()'
ANNOTATION = re.compile(r"::(error|warning|notice) (?:file=[^,:]+,line=\d+,)?title=[^,:]*::\S.*")
LIMIT = 2**20


class Job:
    """A job of CI in a clean directory: the files that its steps are given, and what they did."""

    def __init__(self, base: Path, plan: str) -> None:
        self.at = base / "checkout"
        (self.at / "plans").mkdir(parents=True)
        (self.at / "plans/release.md").write_text(plan, "utf-8")
        self.temp = base / "runner temp"
        self.temp.mkdir()
        self.outputs: dict[str, dict[str, str]] = {}
        self.status = 0
        self.said = ""
        mine = ("CI", "GITHUB_", "RUNNER_", "TMUXPLAN_RUN")
        env = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        self.env = env | {
            "CI": "true",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_WORKSPACE": str(self.at),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    @property
    def summary(self) -> str:
        return Path(self.env["GITHUB_STEP_SUMMARY"]).read_text("utf-8")

    @property
    def annotations(self) -> list[str]:
        return [line for line in self.said.splitlines() if line.startswith("::")]

    def script(self, text: str, where: str = ".", **env: str) -> dict[str, str]:
        """One script, as a step of GitHub's with `shell: bash`; what it put into its outputs."""
        output = self.temp / "output"
        output.write_text("")
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
            cwd=self.at / where, env=self.env | env | {"GITHUB_OUTPUT": str(output)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        self.status = ran.returncode
        self.said += ran.stdout
        return dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())

    def steps(self, steps: list[dict[str, Any]], inputs: dict[str, str] | None = None) -> None:
        """Steps after each other; one that failed keeps those from running that don't say
        `always()`. The job's status is that of the last that failed."""
        failed = 0
        for step in steps:
            condition = step.get("if", "success()")
            if "run" not in step or not self._is(condition, failed):
                continue
            env = {name: self._filled(value, inputs) for name, value in step.get("env", {}).items()}
            where = self._filled(step.get("working-directory", "."), inputs)
            self.outputs[step.get("id", "")] = self.script(step["run"], where, **env)
            failed = self.status or failed
        self.status = failed

    def _filled(self, text: str, inputs: dict[str, str] | None) -> str:
        def value(found: re.Match[str]) -> str:
            kind, _, name = found[1].partition(".")
            if kind == "inputs":
                default: str = ACTION["inputs"][name].get("default", "")
                return (inputs or {}).get(name, default)
            step, _, output = name.partition(".outputs.")
            return self.outputs.get(step, {}).get(output, "")

        return re.sub(r"\$\{\{ ([\w.]+) \}\}", value, text)

    def _is(self, condition: str, failed: int) -> bool:
        always, _, rest = condition.partition(" && ")
        if always not in ("always()", "success()") or (failed and always == "success()"):
            return False
        found = re.fullmatch(r"steps\.(\w+)\.outputs\.(\w+) != '(.*)'", rest)
        return not rest or (
            found is not None and self.outputs.get(found[1], {}).get(found[2], "") != found[3]
        )


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    one = Job(tmp_path, EXAMPLE)
    yield one
    stop = [sys.executable, "-m", "tmuxplan", "stop", "--now"]
    subprocess.run(stop, cwd=one.at, env=one.env, capture_output=True, check=False)


def is_reported(report: Path) -> None:
    """The whole report is there, and nothing of it was altered."""
    html = (report / "report.html").read_text("utf-8")
    links = re.findall(r'href="([^"#][^"]*)"', html)
    assert links
    assert all((report / link).is_file() for link in links), links
    assert len(list(next(iter(junitparser.JUnitXml.fromfile(str(report / "junit.xml")))))) == 6
    digest = (report / "run.sha256").read_text("utf-8").split()[0]
    command = [sys.executable, "-m", "tmuxplan", "verify", "run.tar.gz", "--digest", digest]
    subprocess.run(command, cwd=report, check=True, capture_output=True)


def is_annotated(job: Job, plan: str = "plans/release.md") -> None:
    assert job.annotations
    for said in job.annotations:
        assert ANNOTATION.fullmatch(said), said
    line = EXAMPLE.splitlines().index("python3 smoke.py | tee smoke.log") + 1
    assert any(f"::error file={plan},line={line}," in said for said in job.annotations)
    assert len(job.summary.encode()) < LIMIT
    assert job.summary.startswith("## ❌ NO GO: SHOP 2.4")


def test_the_action_installs_and_ends_by_the_verdict(job: Job, tmp_path: Path) -> None:
    """With nothing on its PATH that it did not install; the packages that it needs are lent."""
    here = tmp_path / "the action"
    here.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, here)
    shutil.copytree(ROOT / "tmuxplan", here / "tmuxplan", ignore=shutil.ignore_patterns("*.pyc"))
    lent = [path for path in sys.path if path.endswith("-packages")]
    job.env |= {
        "GITHUB_ACTION_PATH": str(here),
        "GITHUB_PATH": str(job.temp / "path"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # read as --no-build-isolation
        "PYTHONPATH": ":".join(lent),
    }
    install, *rest = STEPS
    job.steps([install])
    assert job.status == 0, job.said
    bin_ = Path((job.temp / "path").read_text().strip())
    assert (bin_ / "tmuxplan").is_file()
    job.env["PATH"] = f"{bin_}:{os.environ['PATH']}"
    (job.at / "app").mkdir()
    (job.at / "plans").rename(job.at / "app/plans")
    asked = {"plan": "plans/release.md", "options": "--jobs=4\n--set=NOTE=a b\n"}
    job.steps(rest, {**asked, "directory": "app"})
    assert job.status == 1, job.said
    is_annotated(job, "app/plans/release.md")
    report = job.outputs["report"]
    assert report == {"verdict": "NO GO", "report": f"{job.at}/app/tmuxplan-report"}
    is_reported(Path(report["report"]))
    said = Path(report["report"], "report.md").read_text("utf-8")
    assert "'--set=NOTE=a b' --jobs=4" in said


def test_the_action_says_what_is_wrong_with_a_plan(job: Job) -> None:
    (job.at / "plans/release.md").write_text("# NOTHING TO RUN\n", "utf-8")
    job.steps(STEPS[1:], {"plan": "plans/release.md"})
    assert job.status == 2
    assert "plans/release.md:" in job.said
    assert not (job.at / "tmuxplan-report").exists()


def test_the_action_without_a_run_says_nothing_of_a_report(job: Job) -> None:
    """As where tmuxplan could not be installed."""
    job.env["PATH"] = os.defpath
    job.steps(STEPS[1:], {"plan": "plans/release.md"})
    assert job.status == 127
    assert job.outputs["report"] == {}
    assert not job.annotations


def test_a_gate_leaves_it_pending(job: Job) -> None:
    mended = EXAMPLE.replace(BROKEN, BROKEN.replace("500", "200")).replace("200, 500))", "200))")
    (job.at / "plans/release.md").write_text(mended, "utf-8")
    job.steps(STEPS[1:], {"plan": "plans/release.md"})
    assert job.status == 4, job.said
    assert job.outputs["report"]["verdict"] == "PENDING"
    assert job.annotations[-1].startswith("::warning title=PENDING::")


def test_an_action_takes_no_script_from_its_inputs() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")
    (step,) = (s for s in USES["jobs"]["release"]["steps"] if "tmuxplan" in s["uses"])
    assert set(step["with"]) <= set(ACTION["inputs"])
    for name, spec in ACTION["inputs"].items():
        assert f"| `{name}` |" in PAGE
        assert spec.get("required") or "default" in spec


def test_the_steps_for_github(job: Job) -> None:
    job.steps(BARE["jobs"]["release"]["steps"])
    assert job.status == 1, job.said
    is_annotated(job)
    is_reported(job.at / "report")


def test_the_job_for_gitlab(job: Job) -> None:
    """GitLab joins the lines of a part to one script; what comes after runs in another shell."""
    del job.env["GITHUB_STEP_SUMMARY"]
    release = GITLAB["release"]
    job.script("\n".join(release["script"]))
    assert job.status == 1, job.said
    job.script("\n".join(release["after_script"]))
    assert job.status == 0
    is_reported(job.at / release["artifacts"]["paths"][0])
    assert (job.at / release["artifacts"]["reports"]["junit"]).is_file()
