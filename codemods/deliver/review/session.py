"""A migration, hunk by hunk on a terminal: what is asked, in which order, and what the answers mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from pathlib import Path

from codemods.changes import Change
from codemods.deliver.reports.summary import module_of, reason
from codemods.deliver.review.choices import Choice, Choices, choices_of, paths_of
from codemods.deliver.review.screen import Answer, Screen, opened
from codemods.deliver.review.settle import settled
from codemods.deliver.review.texts import Reasons, files_of, name_of, texts_of, wrapped
from codemods.knowledge.recipes import Recipe
from codemods.messages import counted, listed, phrase
from codemods.terminal.text import printable, show


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
            return phrase("Nothing to change.")
        if not self.changes:
            return phrase("Nothing was written.")
        hunks = counted(self.offered, "{taken} of {count} hunk", "{taken} of {count} hunks", taken=self.taken)
        rest = "" if self.taken == self.offered else phrase(", 'tenantize review' offers the rest")
        return counted(
            len(self.changes),
            "Wrote {count} file, {hunks}: 'tenantize undo' takes it back{rest}.",
            "Wrote {count} files, {hunks}: 'tenantize undo' takes them back{rest}.",
            hunks=hunks,
            rest=rest,
        )


def review(root: Path, changes: Sequence[Change], recipes: Sequence[Recipe], reasons: Reasons) -> Reviewed:
    """Ask about every choice of some changes to the checkout at `root`, and write nothing. `recipes`: all, in order.

    Raises KeyboardInterrupt at Ctrl-C; the end of the input is like 'q'.
    """
    choices = choices_of(changes, recipes)
    with opened() as screen:
        session = _Session(choices, {recipe.name: recipe for recipe in recipes}, reasons, screen)
        has_quit = session.run()
    show([""])
    taken, left_out = settled(root, choices, set(session.so_far.taken))
    return Reviewed(choices.changed(taken), len(taken), len(choices.order), tuple(left_out), has_quit)


@dataclass(frozen=True, slots=True)
class _SoFar:
    """Where a review is: the file and the hunk of it that come next, what was taken, and what was left."""

    file: int = 0
    hunk: int = 0
    taken: frozenset[Choice] = frozenset()
    left: frozenset[Choice] = frozenset()


class _Session:
    """One review. What was so far before each question is kept, so that there is a way back."""

    def __init__(self, choices: Choices, recipes: Mapping[str, Recipe], reasons: Reasons, screen: Screen) -> None:
        self.choices, self.recipes, self.reasons, self.screen = choices, recipes, reasons, screen
        by_file = groupby(choices.order, key=lambda choice: (choice.recipe, choice.path))
        self.files = [tuple(of_file) for _, of_file in by_file]
        self.sizes = Counter(map(_group, self.files))
        self.so_far = _SoFar()
        self.before: list[_SoFar] = []
        # What stands above the question: a group, and a file of it.
        self.headed: tuple[tuple[str, str], int] | None = None
        self.texts: dict[int, list[list[str]]] = {}

    def run(self) -> bool:
        """Ask about everything; whether the user quit before the end."""
        while self.so_far.file < len(self.files):
            of_file = self.files[self.so_far.file]
            if self.so_far.hunk == len(of_file):
                answer = self._end_file()
            elif self.so_far.hunk == 0 and self._missing(of_file):
                self._pass_over_files()
                continue
            else:
                answer = self._ask(of_file)
            if answer is Answer.QUIT:
                return True
        return False

    # Questions

    def _ask(self, of_file: Sequence[Choice]) -> Answer | None:
        """Ask about the next hunk of a file; the answer, None where nothing was asked."""
        number, so_far = self.so_far.hunk, self.so_far
        choice = of_file[number]
        if missing := self._missing([choice]):
            name = name_of(number + 1, of_file)
            needing = phrase(
                "{name} is not offered: it needs {place}, which you skipped.", name=name, place=missing.place
            )
            show(wrapped(needing))
            self._go_on(left=[choice])
            return None
        self._show_headings(of_file)
        self.screen.show_hunk(printable(choice.path), self._texts(so_far.file)[number])
        answer = self.screen.ask()
        match answer:
            case Answer.BACK:
                self._go_back()
            case Answer.TAKE:
                self._go_on(taken=[choice])
            case Answer.SKIP:
                self._go_on(left=[choice])
            case Answer.TAKE_REST:
                self._take_rest(of_file[number:])
            case Answer.SKIP_REST | Answer.QUIT:
                self._go_on(left=of_file[number:])
        if answer is not Answer.BACK:
            self.before.append(so_far)
        return answer

    def _go_on(self, *, taken: Sequence[Choice] = (), left: Sequence[Choice] = ()) -> None:
        self.so_far = replace(
            self.so_far,
            hunk=self.so_far.hunk + len(taken) + len(left),
            taken=self.so_far.taken.union(taken),
            left=self.so_far.left.union(left),
        )

    def _take_rest(self, rest: Sequence[Choice]) -> None:
        """Take what is left of a file, as far as it lacks nothing."""
        for choice in rest:
            fits = self._missing([choice]) is None
            self._go_on(taken=[choice] if fits else (), left=() if fits else [choice])

    def _go_back(self) -> None:
        self.headed = None
        if self.before:
            self.so_far = self.before.pop()
        else:
            show(wrapped(phrase("This is the first hunk: there is none before it.")))

    def _end_file(self) -> Answer | None:
        """Go to the next file; but to this one again where what was skipped takes later ones along and is not meant."""
        number = self.so_far.file
        start = next((so_far for so_far in self.before if so_far.file == number), self.so_far)
        lost = [
            other for other in self.files[number + 1 :] if self._missing(other) and not self._missing(other, start.left)
        ]
        answer = self._confirm(lost) if lost else Answer.TAKE
        if answer is Answer.SKIP:
            self.so_far, self.headed = start, None
            self.before = [so_far for so_far in self.before if so_far.file != number]
        else:
            self.so_far = replace(self.so_far, file=number + 1, hunk=0)
        return answer

    def _confirm(self, lost: Sequence[Sequence[Choice]]) -> Answer:
        show([""])
        losing = counted(
            len(lost),
            "{count} later file cannot be taken without what you skipped here:",
            "{count} later files cannot be taken without what you skipped here:",
        )
        show(wrapped(losing))
        for name, size in Counter(other[0].recipe for other in lost).items():
            show([phrase("  {name}: {files}", name=name, files=files_of(size))])
        return self.screen.confirm(phrase("Skip it all the same"))

    # What is not asked

    def _pass_over_files(self) -> None:
        """One line for files that cannot be taken any more, as many as are alike in that."""
        number = self.so_far.file
        recipe, missing = self.files[number][0].recipe, self._missing(self.files[number])
        ahead = self.files[number:]
        files = list(takewhile(lambda file: (file[0].recipe, self._missing(file)) == (recipe, missing), ahead))
        passed = counted(
            len(files),
            "{count} file of {recipe} is not offered, for want of {place}, which you skipped.",
            "{count} files of {recipe} are not offered, for want of {place}, which you skipped.",
            recipe=recipe,
            place=missing.place if missing else "",
        )
        show([""])
        show(wrapped(passed))
        self.so_far = replace(self.so_far, file=number + len(files), left=self.so_far.left.union(*files))

    def _missing(self, some: Sequence[Choice], left: frozenset[Choice] | None = None) -> Choice | None:
        """What was left and is needed by every one of these choices; one of that, the first."""
        left = self.so_far.left if left is None else left
        needed = frozenset.intersection(*(self.choices.needs[choice] for choice in some)) & left
        return next((choice for choice in self.choices.order if choice in needed), None)

    # What is shown

    def _show_headings(self, of_file: Sequence[Choice]) -> None:
        group, number = _group(of_file), self.so_far.file
        if self.headed == (group, number):
            return
        if self.headed is None or self.headed[0] != group:
            name, module = group
            show([""])
            files = files_of(self.sizes[group])
            show(wrapped(phrase("{name} in {module} ({files})", name=name, module=module, files=files)), bold=True)
            show(wrapped(phrase("Why: {why}.", why=reason(self.recipes[name])), "  "))
        self.headed = (group, number)
        show([""])
        paths = listed(paths_of(of_file))
        title = phrase("File {number} of {all}: {paths}", number=number + 1, all=len(self.files), paths=paths)
        show(wrapped(title), bold=True)
        if of_file[0].is_prerequisite:
            show(wrapped(phrase("Whatever else this recipe does stands on it.")))

    def _texts(self, number: int) -> list[list[str]]:
        if number not in self.texts:
            self.texts = {number: list(texts_of(self.choices, self.files[number], self.recipes, self.reasons))}
        return self.texts[number]


def _group(of_file: Sequence[Choice]) -> tuple[str, str]:
    return of_file[0].recipe, module_of(of_file[0].path)
