"""How far a run is: on a terminal, on stderr, when it takes long, and gone at the end."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from codemods.knowledge.recipes import all_recipes
from codemods.plan.make import make_plan
from codemods.plan.rewrite import rewriters
from codemods.terminal import progress
from codemods.tree import Checkout, open_checkout
from tests.cli import running
from tests.cli.running import environment
from tests.conftest import survey_of

# Its fixtures.
prototype = running.prototype

SLOWLY = """
import time
from codemods.terminal import progress
with progress.shown_on_terminal() as tell:
    for done in range(1, 4):
        time.sleep({pause})
        tell("Reading", done, 3)
print("done")
"""


@pytest.fixture(scope="module")
def checkout(prototype: Path) -> Checkout:
    return open_checkout(prototype)


def progress_of(checkout: Checkout, workers: int) -> list[tuple[str, int, int]]:
    """What a run tells of its progress."""
    said: list[tuple[str, int, int]] = []
    survey = survey_of(checkout)
    with rewriters(workers) if workers > 1 else nullcontext() as by:
        make_plan(checkout, survey, all_recipes(), by=by, tell=lambda *how: said.append(how))
    return said


@pytest.mark.parametrize("workers", [1, 2])
def test_every_file_that_is_rewritten_is_counted(workers: int, checkout: Checkout) -> None:
    assert progress_of(checkout, workers) == [("Rewriting", number, 3) for number in (1, 2, 3)]


def on_a_terminal(pause: float, **more: str) -> str:
    pexpect = pytest.importorskip("pexpect")
    code = SLOWLY.format(pause=pause)
    child = pexpect.spawn(
        sys.executable, ["-c", code], env=environment(TERM="xterm-256color", **more), encoding="utf-8", timeout=30
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return str(child.before)


def test_a_long_run_shows_how_far_it_is_and_takes_that_away() -> None:
    shown = on_a_terminal(0.6)
    assert re.search(r"Reading .*3/3", shown)
    # The line is erased, and the cursor is back.
    assert shown.rindex("\x1b[2K") > shown.rindex("3/3")
    assert shown.rindex("\x1b[?25h") > shown.rindex("3/3")
    assert shown.endswith("done\r\n")


def test_a_short_run_shows_nothing() -> None:
    assert on_a_terminal(0.0) == "done\r\n"


def test_no_color_is_honoured() -> None:
    shown = on_a_terminal(0.6, NO_COLOR="1")
    assert "3/3" in shown
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]", shown)


def test_in_a_pipe_there_is_nothing_and_rich_is_not_loaded() -> None:
    code = SLOWLY.format(pause=0.6) + "import sys; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert (done.stdout, done.stderr) == ("done\nFalse\n", "")


def test_it_is_gone_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = []

    class Bar:
        task_ids = (0,)

        def update(self, *_: object, **__: object) -> None: ...

        def stop(self) -> None:
            stopped.append(True)

    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_bar", lambda _what, _count: Bar())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with pytest.raises(KeyboardInterrupt), progress.shown_on_terminal() as tell:
        tell("Reading", 1, 2)
        raise KeyboardInterrupt
    assert stopped == [True]
