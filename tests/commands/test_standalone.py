"""Every command runs by itself, as `python -m libcst.tool codemod` starts it, and decides from the one file alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codemods.recipe import recipes_folder
from tests.conftest import SAMPLE

COMMANDS = Path(__file__).parents[2] / "codemods" / "commands"


def run(command: str, *arguments: str) -> str:
    """What the command makes of its files; fails the test when it ends badly."""
    tool = [sys.executable, "-m", "libcst.tool", "codemod", "-x", "--no-format", f"codemods.commands.{command}"]
    done = subprocess.run([*tool, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat_routes.py"
    path.write_bytes((SAMPLE / "src/webui/chat_routes.py").read_bytes())
    return path


def test_decorate_functions(chat: Path) -> None:
    run("decorate_functions.DecorateFunctions", "--decorator", "src.webui.tenant:webui_tenant", str(chat))
    text = chat.read_text(encoding="utf-8")
    assert text.count("@webui_tenant\n") == 5
    assert "from src.webui.tenant import webui_tenant\n" in text


def test_filter_collections(chat: Path) -> None:
    run("filter_collections.FilterCollections", "--filter", "src.webui.tenant:own_connections", str(chat))
    assert "list(own_connections(self.active_connections).keys())" in chat.read_text(encoding="utf-8")


def test_add_definitions(tmp_path: Path) -> None:
    path = tmp_path / "tenant_context.py"
    path.write_bytes((SAMPLE / "src/common/message/tenant_context.py").read_bytes())
    source = recipes_folder() / "support" / "tenant_context.py"
    run("add_definitions.AddDefinitions", str(path), "--source", str(source), "--names", "TenantContextError")
    assert "class TenantContextError(RuntimeError):" in path.read_text(encoding="utf-8")


def test_every_command_describes_itself() -> None:
    listed = {path.stem for path in COMMANDS.glob("*.py")} - {"__init__", "scoped"}
    tested = {"decorate_functions", "filter_collections", "add_definitions"}
    assert listed == tested
