"""A migration, hunk by hunk on a terminal: Bowler's review and its keys, over choices that make sense on their own."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import groupby
from pathlib import Path
from typing import TextIO

from bowler.tool import BowlerTool, prompt_user
from bowler.types import BowlerQuit

from codemods.changes import Change, require_valid
from codemods.deliver.reports.summary import module_of, reason
from codemods.deliver.review.choices import Choice, Choices, choices_of
from codemods.deliver.review.hunks import Hunk, shown
from codemods.knowledge.recipes import Recipe
from codemods.terminal.text import printable, show

# How a choice's number stands above its hunks: lines of a patch never begin like this.
_NUMBER = "# Hunk {} of {}"
_NUMBERED = re.compile(r"^# Hunk (\d+) of ", re.MULTILINE)
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review came to: the changes to write, how much of what was offered they are, what was left out, and why.

    has_quit: the user stopped before the end.
    """

    changes: tuple[Change, ...]
    taken: int
    offered: int
    left_out: tuple[str, ...]
    has_quit: bool

    @property
    def sentence(self) -> str:
        """What became of it, once the changes are written."""
        if not self.offered:
            return "Nothing to change."
        if not self.changes:
            return "Nothing was written."
        hunks = f"{self.taken} of {_count(self.offered, 'hunk')}"
        rest = "" if self.taken == self.offered else ", 'tenantize review' offers the rest"
        them = "it" if len(self.changes) == 1 else "them"
        return f"Wrote {_count(len(self.changes), 'file')}, {hunks}: 'tenantize undo' takes {them} back{rest}."


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def review(root: Path, changes: Sequence[Change], recipes: Sequence[Recipe]) -> Reviewed:
    """Ask about every choice of some changes to the checkout at `root`, and write nothing. `recipes`: all, in order.

    Raises KeyboardInterrupt at Ctrl-C; the end of the input is like 'q'.
    """
    choices = choices_of(changes, recipes)
    session = _Session(choices, {recipe.name: recipe for recipe in recipes})
    with _end_of_input_quits():
        _forget_what_was_typed()
        has_quit = session.run()
    show([""])
    taken, left_out = settled(root, choices, session.taken)
    return Reviewed(choices.changed(taken), len(taken), len(choices.order), tuple(left_out), has_quit)


class _Session(BowlerTool):  # type: ignore[misc]
    """Bowler's loop over the hunks of a file. It is given text to show and tells what was taken; it writes nothing."""

    def __init__(self, choices: Choices, recipes: Mapping[str, Recipe]) -> None:
        super().__init__([], in_process=True, hunk_processor=self._is_offered)
        self.choices = choices
        self.recipes = recipes
        self.taken: set[Choice] = set()
        self.left: set[Choice] = set()
        # The choices of the file that is asked about.
        self.current: Sequence[Choice] = ()

    def run(self) -> bool:
        """Ask about everything; whether the user quit before the end."""
        files = [
            tuple(choices)
            for _, choices in groupby(self.choices.order, key=lambda choice: (choice.recipe, choice.path))
        ]
        sizes = Counter(map(_group, files))
        group = None
        try:
            for (missing, _), some in groupby(enumerate(files, 1), key=lambda item: self._why_not_offered(item[1])):
                if missing:
                    self._tell_of_skipped([choices for _, choices in some], missing)
                    continue
                for number, choices in some:
                    if _group(choices) != group:
                        group = _group(choices)
                        self._open_group(*group, sizes[group])
                    self._ask_until_meant(choices, f"File {number} of {len(files)}", files[number:])
        except BowlerQuit:
            return True
        return False

    def _ask_until_meant(self, choices: Sequence[Choice], where: str, later: Sequence[Sequence[Choice]]) -> None:
        """Ask about a file, and again where what was skipped of it takes later files along and that is not meant."""
        offered = [other for other in later if self._missing(other) is None]
        taken, left = set(self.taken), set(self.left)
        while True:
            self._ask(choices, where)
            lost = [other for other in offered if self._missing(other) is not None]
            if not lost or self._is_meant(lost):
                return
            self.taken, self.left = set(taken), set(left)

    def _is_meant(self, lost: Sequence[Sequence[Choice]]) -> bool:
        show([""])
        show(_wrapped(f"{_count(len(lost), 'later file')} cannot be taken without what you skipped here:"))
        for name, size in Counter(other[0].recipe for other in lost).items():
            show([f"  {name}: {_count(size, 'file')}"])
        answer = prompt_user("Skip it all the same", "ynq", "n")
        if answer == "q":
            raise BowlerQuit()
        return bool(answer == "y")

    def _open_group(self, name: str, module: str, size: int) -> None:
        show([""])
        show(_wrapped(f"{name} in {module} ({_count(size, 'file')})"), bold=True)
        show(_wrapped(f"Why: {reason(self.recipes[name])}.", "  "))

    def _ask(self, choices: Sequence[Choice], where: str) -> None:
        show([""])
        show(_wrapped(f"{where}: {', '.join(_paths(choices))}"), bold=True)
        if choices[0].is_prerequisite:
            show(_wrapped("Whatever else this recipe does stands on it.", "  "))
        self.current = choices
        self.process_hunks(printable(choices[0].path), list(self._texts(choices)))

    def _tell_of_skipped(self, files: Sequence[Sequence[Choice]], missing: Choice) -> None:
        """One line for files that cannot be taken any more."""
        self.left.update(*files)
        recipe = files[0][0].recipe
        what = f"{_count(len(files), 'file')} of {recipe} {'is' if len(files) == 1 else 'are'} not offered"
        show([""])
        show(_wrapped(f"{what}, for want of {missing.place}, which you skipped."))

    def _why_not_offered(self, choices: Sequence[Choice]) -> tuple[Choice | None, str]:
        """What makes it useless to ask about a file, and whose the file is; alike for files to speak of as one."""
        missing = self._missing(choices)
        return missing, choices[0].recipe if missing else ""

    def _missing(self, choices: Sequence[Choice]) -> Choice | None:
        """What was left and is needed by every one of these choices; one of that, the first."""
        needed = frozenset.intersection(*(self.choices.needs[choice] for choice in choices)) & self.left
        return next((choice for choice in self.choices.order if choice in needed), None)

    def _texts(self, choices: Sequence[Choice]) -> Iterator[list[str]]:
        """What Bowler shows for each choice. An import comes with the first that brings it along."""
        seen: set[Hunk] = set()
        for number, choice in enumerate(choices, 1):
            following = {hunk for hunk, needed in self.choices.followers.items() if choice.hunks[-1] in needed} - seen
            new = {*choice.imports, *following} - seen
            above = len({hunk for hunk in choice.imports if hunk in seen})
            note = f", with the import{'s' * (above > 1)} above" if above else ""
            seen |= new
            title = _NUMBER.format(number, len(choices)) + note
            hunks = sorted({*choice.hunks, *new}, key=lambda hunk: hunk.path)
            parts = [self._file_lines(path, list(part)) for path, part in groupby(hunks, key=lambda hunk: hunk.path)]
            first, *others = parts
            yield [*first[:2], title, *first[2:], *(line for part in others for line in part)]

    def _file_lines(self, path: str, hunks: Sequence[Hunk]) -> list[str]:
        change = self.choices.changes[path]
        encoding = tokenize.detect_encoding(BytesIO(change.after).readline)[0]
        lines = [line.rstrip(b"\r\n").decode(encoding, "replace") for line in shown(change, hunks)]
        names = [f"--- {'/dev/null' if change.before is None else 'a/' + path}", f"+++ b/{path}"]
        return [printable(line) for line in (*names, *lines)]

    def _is_offered(self, _path: str, hunk: Sequence[str]) -> bool:
        """Whether a hunk is worth asking about: not where something that it stands on was left."""
        choice = self._choice(hunk[2])
        missing = self._missing([choice])
        if missing is None:
            return True
        show(_wrapped(f"{hunk[2].removeprefix('# ')} is not offered: it needs {missing.place}, which you skipped."))
        return False

    def apply_hunks(self, accepted_hunks: str, filename: str) -> None:
        """Where Bowler would write a file: note what was taken of it. What was not asked about is left."""
        accepted = {self.current[int(number) - 1] for number in _NUMBERED.findall(accepted_hunks)}
        self.taken |= accepted
        self.left |= set(self.current) - accepted

    def _choice(self, title: str) -> Choice:
        return self.current[int(_NUMBERED.findall(title)[0]) - 1]


# What may be written


def settled(root: Path, choices: Choices, taken: set[Choice]) -> tuple[set[Choice], list[str]]:
    """What was taken without all that cannot be written on its own, and a sentence for each of that."""
    taken, said = set(taken), []
    for path in sorted({path for choice in taken for path in _paths([choice])}):
        if _on_disk(root / path) != choices.changes[path].before:
            said.append(f"{path} was edited during the review and stays as it is: run 'tenantize review' again.")
            taken -= {choice for choice in taken if path in _paths([choice])}
    while True:
        lacking = choices.lacking(taken)
        for choice, missing in sorted(lacking.items(), key=lambda item: item[0].place):
            said.append(f"{choice.place} was left out: it needs {missing.place}, which was not taken.")
        taken -= lacking.keys()
        broken = [] if lacking else [(change, error) for change in choices.changed(taken) if (error := _error(change))]
        for change, error in broken:
            missing_lines = [
                choice for choice in choices.order if change.path in _paths([choice]) and choice not in taken
            ]
            said.append(
                f"{change.path} stays as it was: what you took of it does not compile ({error.msg}) without "
                f"{', '.join(choice.place for choice in missing_lines)}."
            )
            taken -= {choice for choice in taken if change.path in _paths([choice])}
        if not lacking and not broken:
            return taken, said


def _error(change: Change) -> SyntaxError | None:
    try:
        require_valid(change.path, change.after)
    except SyntaxError as error:
        return error
    return None


def _on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # it is not there, or no longer a file that can be read
        return None


# How it is shown


def _group(choices: Sequence[Choice]) -> tuple[str, str]:
    return choices[0].recipe, module_of(choices[0].path)


def _paths(choices: Sequence[Choice]) -> list[str]:
    return list(dict.fromkeys(hunk.path for choice in choices for hunk in choice.hunks))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    width = max(min(shutil.get_terminal_size((80, 24)).columns, _WIDEST), 20)
    follow = indent + "  "
    return textwrap.wrap(
        printable(text), width, initial_indent=indent, subsequent_indent=follow, break_on_hyphens=False
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """A keyboard, where the end of the input reads as 'q', so that what was taken is kept."""

    keyboard: TextIO

    def readline(self, _limit: int = -1) -> str:
        return self.keyboard.readline() or "q\n"


def _forget_what_was_typed() -> None:
    """Nobody answers a question before it is asked."""
    if sys.platform != "win32":
        import termios

        termios.tcflush(sys.__stdin__ or 0, termios.TCIFLUSH)


@contextmanager
def _end_of_input_quits() -> Iterator[None]:
    keyboard = sys.stdin
    if isinstance(keyboard, TextIOWrapper):
        keyboard.reconfigure(errors="replace")
    sys.stdin = _Keys(keyboard)
    try:
        yield
    finally:
        sys.stdin = keyboard
