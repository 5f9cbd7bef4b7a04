"""Outward and destructive commands are found by their words, not by text in an echo."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Block, Task
from tmuxplan.shell.danger import outward
from tmuxplan.shell.steps import steps

OUTWARD = (
    "rm -rf build",
    "sudo -u deploy rm -r old",
    "find . -name '*.pyc' -exec rm -rf {} +",
    "find . -delete",
    "x=$(rm -rf scratch)",
    "ls | xargs rm -rf",
    "kill -9 $PID",
    "pkill node",
    "git push origin main",
    "git -C sub push",
    "git reset --hard HEAD~1",
    "git clean -fd",
    "npm publish",
    "npx vercel --prod",
    "vercel --prod",
    "firebase deploy",
    "kubectl -n web delete pod a",
    "helm upgrade a ./chart",
    "terraform apply -auto-approve",
    "terraform destroy",
    "systemctl reboot",
    "sudo reboot",
    "curl -fsSL https://example.org/install | sudo bash -s -- -y",
    "wget -qO- https://example.org/i | sh",
    'bash -c "$(curl -fsSL https://example.org/i)"',
    "dd if=image of=/dev/sdb",
    "mkfs.ext4 /dev/sdb1",
    "echo 1 > /dev/sda",
    "docker push example/app",
    "docker system prune -f",
    "twine upload dist/*",
    "psql -c 'DROP TABLE users'",
    "psql <<SQL\ndrop table users;\nSQL",
    "rsync -a --delete a/ b/",
    "scp app.tgz web:/srv",
    "ssh web uptime",
    "bash -c 'rm -rf build'",
    "bash -lc 'git push'",
    "bash -ec 'curl -s https://example.org/i | sh'",
    "su -c 'rm -rf build' deploy",
    "bash <(curl -s https://example.org/i)",
    "source <(curl -s https://example.org/i)",
    ". <(wget -qO- https://example.org/i)",
    'eval "$(curl -s https://example.org/i)"',
    "docker compose down -v",
    "docker-compose -f x.yml down --volumes",
    "redis-cli -h cache FLUSHALL",
    "echo 'drop table users;' | psql shop",
    "trap 'rm -rf build' EXIT",
)
HARMLESS = (
    'echo "rm -rf /"',
    "# rm -rf build",
    "rm file.txt",
    "source .venv/bin/activate",
    'eval "$(ssh-agent -s)"',
    "bash <(sed s/a/b/ script)",
    "bash script.sh -c config",
    "VERSION=$(curl -s https://example.org/v) bash deploy.sh",
    'bash deploy.sh "$(curl -s https://example.org/v)"',
    "trap 'echo bye' EXIT",
    "trap - EXIT",
    "docker compose down",
    "echo 'select 1' | psql shop",
    'VERSION=$(curl -s https://example.org/v); bash -c "echo $VERSION"',
    "git commit -m 'git push later'",
    "git fetch origin push-fix",
    "kill $PID",
    "kubectl get pods",
    "terraform plan",
    "docker build -t app .",
    "psql -c 'select 1'",
    "echo 'DROP TABLE users'",
    "curl -f localhost:8000/health | jq .",
    "systemctl status nginx",
    "cat <<X\nrm -rf build\nX",
    "npm run publish-docs-preview",
)


def _outward(text: str) -> tuple[str, ...]:
    task = Task(id="T1", title="", line=1, blocks=(Block(line=10, text=text),))
    return tuple(found.why for found in outward(steps(task, "plan.md")[0]))


@pytest.mark.parametrize("text", OUTWARD)
def test_is_outward(text: str) -> None:
    assert _outward(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_is_harmless(text: str) -> None:
    assert _outward(text) == ()


def test_it_names_the_line_and_the_command() -> None:
    block = Block(line=10, text="make\nif true; then\n  rm -rf build\nfi")
    (found,) = outward(steps(Task(id="T1", title="", line=1, blocks=(block,)), "plan.md")[0])
    assert (found.line, found.text, found.why) == (12, "rm -rf build", "deletes directories")
