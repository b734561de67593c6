"""What needs no tree: the help, the list of recipes, and how little is loaded for them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from codemods.cli import main as cli
from tests.cli.running import (
    Tenantize,
    assert_one_sentence,
    environment,
)

HEAVY = ("libcst", "rich", "git", "bowler", "github", "codemods.plan", "codemods.survey", "codemods.analysis")


AT_MOST = 0.15  # seconds of processor time


@pytest.mark.parametrize(
    ("arguments", "shell", "expected"),
    [
        (["--help"], {}, "tenantize apply"),
        (["recipes"], {}, "tenant-foundation"),
        (
            [],
            {
                "COMP_WORDS": "tenantize diff --recipe ",
                "COMP_CWORD": "3",
                "_TENANTIZE_COMPLETE": "bash_complete",
            },
            "tenant-foundation",
        ),
    ],
    ids=["help", "recipes", "a TAB behind --recipe"],
)
def test_what_needs_no_tree_comes_at_once_and_loads_nothing_heavy(
    arguments: list[str], shell: dict[str, str], expected: str
) -> None:
    code = (
        f"import sys; sys.argv = {['tenantize', *arguments]}\n"
        "from codemods.cli.main import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules], time.process_time(), file=sys.stderr)"
    )
    took = []
    for _ in range(3):  # the best of a few, for the machine has other work too
        done = subprocess.run(
            [sys.executable, "-c", f"import time; {code}"],
            capture_output=True,
            text=True,
            env=environment(**shell),
            check=True,
        )
        loaded, _, seconds = done.stderr.strip().rpartition(" ")
        took.append(float(seconds))
    assert loaded == "[]"
    assert expected in done.stdout
    assert min(took) < AT_MOST


@pytest.mark.parametrize("name", cli.COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_subcommands_help_has_an_example(name: str, flag: str, tenantize: Tenantize) -> None:
    answer = tenantize(name, flag)
    assert answer.status == 0
    assert re.search(rf"Examples?:\n\s+tenantize {name}\b", answer.out)


def test_an_unknown_command_or_option_is_exit_2_and_says_so(tenantize: Tenantize) -> None:
    for arguments in (["migrate"], ["diff", "--frobnicate"], ["audit", "--format", "xml"]):
        answer = tenantize(*arguments)
        assert answer.status == 2
        assert answer.out == ""
        assert arguments[-1] in answer.err


def test_recipes_are_listed_in_their_order_and_shown_one_by_one(tenantize: Tenantize) -> None:
    listed = [line.split("  ")[0] for line in tenantize("recipes").out.splitlines()]
    assert listed.index("tenant-foundation") < listed.index("webui-admin-context")
    for name in listed:
        answer = tenantize("recipes", name)
        assert answer.status == 0
        assert answer.out.startswith(f"{name}: ") and "Answers in the analysis: " in answer.out
    described = tenantize("recipes", "webui-admin-context").out
    assert "Requires: tenant-foundation" in described and "New files: src/webui/tenant.py" in described
    assert "DecorateFunctions" not in described  # what the tree gets, and not which commands run
    assert_one_sentence(tenantize("recipes", "nope"), "'nope'", "tenant-foundation")
