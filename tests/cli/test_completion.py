"""What the shells complete, and that the lines of the README make them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.cli.main import COMMANDS
from codemods.knowledge.recipes import all_recipes
from tests.cli.running import HOME, environment

SHELLS = ("bash", "zsh", "fish")
NAMES = [recipe.name for recipe in all_recipes()]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `tenantize` is this one."""
    program = tmp_path / "bin/tenantize"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(HOME)!r})\n"
        "from codemods.cli.main import main\nmain()\n"
    )
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


def completed(path: str, words: str, begun: str) -> list[str]:
    """What is offered for the last word of a line, as bash is told."""
    more = {
        "COMP_WORDS": f"{words} {begun}",
        "COMP_CWORD": str(len(words.split())),
        "_TENANTIZE_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        ["tenantize"], capture_output=True, text=True, env=environment(PATH=path, **more), check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_commands_and_options_are_completed(path: str) -> None:
    assert completed(path, "tenantize", "") == [f"plain,{name}" for name in COMMANDS]
    assert completed(path, "tenantize diff", "--all") == ["plain,--all-handlers"]


@pytest.mark.parametrize("words", ["tenantize diff --recipe", "tenantize review --recipe", "tenantize recipes"])
def test_names_of_recipes_are_completed(words: str, path: str) -> None:
    assert completed(path, words, "") == [f"plain,{name}" for name in NAMES]
    assert completed(path, words, "tenant-fou") == ["plain,tenant-foundation"]
    assert completed(path, words, "nope") == []


def test_trees_are_folders(path: str) -> None:
    assert completed(path, "tenantize diff --stat", "../Mai") == ["dir,../Mai"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_line_of_the_readme_works_in_each_shell(shell: str, path: str, tmp_path: Path) -> None:
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in readme.splitlines() if f"_TENANTIZE_COMPLETE={shell}_source tenantize" in line]
    line = line.partition("  #")[0].strip()
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    ask = {
        "bash": "COMP_WORDS=(tenantize recipes tena) COMP_CWORD=2; _tenantize_completion tenantize; echo $COMPREPLY",
        "zsh": "functions _tenantize_completion > /dev/null && echo $_comps[tenantize]",
        "fish": "complete --do-complete 'tenantize recipes tenant-fou'",
    }
    before = {"zsh": "autoload -U compinit; compinit -u -d $HOME/dump\n"}.get(shell, "")
    script = f"{before}{line}\n{ask[shell]}\n"
    done = subprocess.run(
        [shell, "-c", script],
        capture_output=True,
        text=True,
        env=environment(PATH=path, HOME=str(tmp_path)),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    expected = "_tenantize_completion" if shell == "zsh" else "tenant-foundation"
    assert done.stdout.startswith(expected)
