"""The command as the tests run it, in this process and in one of its own, and the small tree that it works on."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from codemods.cli import main as cli
from codemods.cli import work
from codemods.knowledge.recipes import read_recipe, recipes_folder
from tests.conftest import SAMPLE, commit_all

HOME = Path(__file__).parent.parent.parent


HANDLERS = '''"""Handlers that need a tenant."""
from fastapi import APIRouter

from src.common.message.tenant_context import get_current_tenant_id

router = APIRouter()


@router.get("/{name}")
async def get_{name}():
    return get_current_tenant_id()


@router.get("/{name}/health")
async def {name}_health():
    return "ok"
'''


CONTEXT, CHAT, PERSON = (
    "src/common/message/tenant_context.py",
    "src/webui/chat_routes.py",
    "src/webui/person_routes.py",
)


SUPPORT = "src/webui/tenant.py"


def small_tree(root: Path, *, git: bool = True) -> Path:
    """A MaiMBot of a few files, two of which need a tenant; of support files it lacks but the WebUI's own one."""
    packages = ("src", "src/common", "src/common/message", "src/chat", "src/webui")
    files = {f"{package}/__init__.py": b"" for package in packages}
    files |= {
        "bot.py": b"",
        "src/common/logger.py": b"",
        "src/webui/token_manager.py": b"class TokenManager:\n    pass\n",
        CONTEXT: (SAMPLE / CONTEXT).read_bytes(),
        CHAT: HANDLERS.replace("{name}", "chat").encode(),
        PERSON: HANDLERS.replace("{name}", "person").encode(),
    }
    recipe = read_recipe(recipes_folder() / "webui-admin-context.toml")
    files |= {item.target: item.source.read_bytes() for item in recipe.supports if item.target != SUPPORT}
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    if git:
        commit_all(root)
    return root


def python_files(root: Path | str) -> int:
    return sum(1 for _ in Path(root).rglob("*.py"))


@pytest.fixture(scope="module")
def prototype(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree, committed once: a copy is quicker to have than a repository."""
    root = small_tree(tmp_path_factory.mktemp("prototype") / "tree")
    shutil.rmtree(root / ".git/hooks")
    return root


@pytest.fixture
def tree(prototype: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prototype, tmp_path / "tree")


@dataclass(frozen=True)
class Answer:
    status: int | str | None
    out: str
    err: str
    raw: bytes


Tenantize = Callable[..., Answer]


@pytest.fixture
def tenantize(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Tenantize:
    """The command, run in this process, and in this one alone: to start another takes longer than these trees do."""
    monkeypatch.setattr(work, "workers", lambda: 1)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["tenantize", *map(str, arguments)])
        capsysbinary.readouterr()
        try:
            with pytest.raises(SystemExit) as exit_:
                cli.main()
        finally:
            gc.enable()
        out, err = capsysbinary.readouterr()
        return Answer(exit_.value.code, out.decode(errors="replace"), err.decode(errors="replace"), out)

    return run


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "codemods.cli", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**plain, "PYTHONPATH": str(HOME), **more}


def process(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, its output in pipes."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, env=environment(**more), check=False)


def assert_one_sentence(answer: Answer, *words: str) -> None:
    """An error: nothing on stdout, one line on stderr, and in it what it has to say."""
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("tenantize: ") and answer.err.endswith((".\n", "?\n")) and answer.err.count("\n") == 1
    for word in words:
        assert word in answer.err


def on_a_terminal(*arguments: object, **more: str) -> str:
    """What the command prints on a terminal of 80 columns."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(*arguments),
        stdout=theirs,
        stderr=theirs,
        env=environment(**{"TERM": "xterm-256color", "GIT_PAGER": "cat", **more}),
    )
    os.close(theirs)
    printed = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        printed += part
    os.close(ours)
    assert running.wait(30) == 0
    return printed.decode()


def git_status(root: Path) -> str:
    asked = ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def interrupted(root: Path, name: str) -> None:
    """Make the last apply look as kill -9 leaves it after its first file: `name` is what the run was at."""
    run = max((root / ".tenantize/applied").iterdir())
    manifest = json.loads((run / "manifest.json").read_text())["entries"]
    run.rename(root / ".tenantize" / name)
    run = root / ".tenantize" / name
    if name == "undoing":
        (run / "old" / "0").replace(root / manifest[0]["path"])
        return
    for index, entry in enumerate(manifest[1:], 1):
        (root / entry["path"]).replace(run / "new" / str(index))
        if entry["old"] is not None:
            shutil.copyfile(run / "old" / str(index), root / entry["path"])
