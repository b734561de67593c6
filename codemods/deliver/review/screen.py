"""Bowler's screen: hunks in its colours, questions with its keys. Bowler is used here and nowhere else.

What it lacks is added: a way back, a pager for what is longer than the terminal, and an end of the input that keeps
what was taken.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from io import TextIOWrapper
from typing import TextIO

from bowler.tool import PROMPT_HELP, BowlerTool, prompt_user

from codemods.messages import phrase, told
from codemods.terminal import pager

# The lines that a terminal needs for the question below a hunk, and for the last heading above it.
_AROUND = 4
_HELP = {
    "y": phrase("apply this hunk"),
    "n": phrase("skip this hunk"),
    "a": phrase("apply this hunk and all remaining hunks for this file"),
    "d": phrase("skip this hunk and all remaining hunks for this file"),
    "q": phrase("quit; do not apply this hunk or any remaining hunks"),
    "b": phrase("go back to the question before this one"),
    "?": phrase("show help"),
}


class Answer(Enum):
    """What is to become of a hunk, by the key that says so."""

    TAKE = "y"
    SKIP = "n"
    QUIT = "q"
    TAKE_REST = "a"
    SKIP_REST = "d"
    BACK = "b"


class Screen:
    """Shows hunks and asks about them. Ctrl-C raises KeyboardInterrupt; the end of the input is like 'q'."""

    def __init__(self) -> None:
        PROMPT_HELP.update({key: told(text) for key, text in _HELP.items()})
        self._tool = BowlerTool([], in_process=True, interactive=False)

    def show_hunk(self, path: str, lines: Sequence[str]) -> None:
        """Show the lines of a hunk: through the pager where they are more than the terminal has."""
        if len(lines) + _AROUND > shutil.get_terminal_size((80, 24)).lines:
            paged = pager.Screen()
            paged.show_patch((), ["".join(f"{line}\n" for line in lines).encode()])
            paged.close()
        else:
            self._tool.process_hunks(path, [list(lines)])

    def ask(self) -> Answer:
        """What is to become of the hunk above."""
        return Answer(
            prompt_user(told(phrase("Apply this hunk")), "".join(answer.value for answer in Answer), Answer.SKIP.value)
        )

    def confirm(self, question: str) -> Answer:
        """Yes, no, or the end of the review."""
        keys = (Answer.TAKE, Answer.SKIP, Answer.QUIT)
        return Answer(prompt_user(told(question), "".join(answer.value for answer in keys), Answer.SKIP.value))


@contextmanager
def opened() -> Iterator[Screen]:
    """A screen, from its first question to its last. What was typed before answers none of them."""
    keyboard = sys.stdin
    if isinstance(keyboard, TextIOWrapper):
        keyboard.reconfigure(errors="replace")
    sys.stdin = _Keys(keyboard)
    try:
        _forget_what_was_typed()
        yield Screen()
    finally:
        sys.stdin = keyboard


@dataclass(frozen=True, slots=True)
class _Keys:
    """A keyboard, where the end of the input reads as 'q', so that what was taken is kept."""

    keyboard: TextIO

    def readline(self, _limit: int = -1) -> str:
        return self.keyboard.readline() or "q\n"


def _forget_what_was_typed() -> None:
    if sys.platform != "win32":
        import termios

        termios.tcflush(sys.__stdin__ or 0, termios.TCIFLUSH)
