"""The tutorial of recipes/README.md, followed from its text: it adds files, edits none, and does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
README = HOME / "recipes" / "README.md"
# A file of the tutorial: its path, alone on a line, and its text in a fence of three or more.
_FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n(`{3,})\w+\n(.*?)^\2\n", re.MULTILINE | re.DOTALL)
PACKAGE = "codemods/survey/printing/__init__.py"
# Its text is made from the recipes that are there.
REFERENCE = "tests/knowledge/test_explanations.py::test_the_reference_of_the_recipes_says_the_same"
GREETING = "plugins/greeting/plugin.py"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with the files of the tutorial in it."""
    house = tmp_path_factory.mktemp("house")
    for name in ("codemods", "recipes", "snapshots", "tests", "pyproject.toml", "README.md"):
        source = HOME / name
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
        shutil.copytree(source, house / name, ignore=ignored) if source.is_dir() else shutil.copy(source, house / name)
    text = README.read_text(encoding="utf-8")
    assert PACKAGE in text
    for path, content in [(PACKAGE, ""), *((path, content) for path, _, content in _FILE.findall(text))]:
        target = house / path
        assert not target.exists(), f"the tutorial edits {path}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return house


def run(house: Path, *arguments: str | Path) -> str:
    """What Python says when it runs something in the copy; fails the test when it ends badly."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**inherited, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=house, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_its_own_tests_and_those_of_the_house_pass(house: Path) -> None:
    own = ("tests/recipes/test_printed_lines.py", "tests/commands/test_replace_calls.py", "tests/survey/printing")
    explained = ("tests/knowledge/test_explanations.py", "--deselect", REFERENCE)
    tests = (*own, *explained, "tests/survey/test_area.py", "tests/test_house.py")
    said = run(house, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)
    assert "1 snapshot passed" in said


def test_it_is_written_as_the_house_is(house: Path) -> None:
    made = [path for path, _, _ in _FILE.findall(README.read_text(encoding="utf-8")) if path.endswith(".py")]
    run(house, "-m", "ruff", "check", "--no-cache", *made)
    run(house, "-m", "ruff", "format", "--check", "--no-cache", *made)
    run(house, "-m", "mypy", "--cache-dir", os.devnull, *(path for path in made if path.startswith("codemods/")))


def test_the_command_line_knows_it(house: Path, sample: Path) -> None:
    (sample / GREETING).parent.mkdir(parents=True)
    (sample / GREETING).write_text("def greet(name):\n    print(name)\n", encoding="utf-8")
    assert "printed-lines" in run(house, "-m", "codemods.cli", "recipes")
    chosen = ("--recipe", "tenant-foundation", "--recipe", "printed-lines")
    diff = run(house, "-m", "codemods.cli", "diff", *chosen, sample)
    assert "+    tenant_print(name)\n" in diff
    audit = run(house, "-m", "codemods.cli", "audit", sample)
    assert f"{GREETING}:1: insecure greet: line 2 prints, and does not say for whom" in audit


def test_the_command_runs_by_itself(house: Path, tmp_path: Path) -> None:
    path = tmp_path / "words.py"
    path.write_text("def greet(name):\n    print(name)\n", encoding="utf-8")
    by = ("--call", "print", "--by", "src.common.message.tenant_print:tenant_print", "--places", "greet")
    command = "codemods.commands.replace_calls.ReplaceCalls"
    run(house, "-m", "libcst.tool", "codemod", "-x", "--no-format", command, path, *by)
    assert "tenant_print(name)" in path.read_text(encoding="utf-8")
