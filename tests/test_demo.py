"""`make demo`, the first of the README's two commands: its chat fails before, and answers after."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_chat_fails_before_and_answers_after() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    before, after = (part.split("──")[0] for part in done.stdout.split("and the answer is\n")[1:])
    assert before.startswith("error: ")
    assert after.startswith("bot_message: ")
    assert done.stdout.count("Taken back.") == 1
