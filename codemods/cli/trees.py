"""The TREEs of the command line: each by itself, with messages that say whose they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from codemods.cli.exits import UNUSABLE, is_about_a_file, sentence
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.terminal import text


@dataclass(frozen=True, slots=True)
class Tree:
    """One TREE of the command line; `name` says whose all that is printed is, None when it is the only one."""

    path: Path
    name: str | None

    @property
    def heading(self) -> list[str]:
        """The line above this tree's part of the output, if any. What takes a patch passes over it."""
        return [f"# tree: {self.name}"] if self.name else []

    def say(self, message: str) -> None:
        text.say(phrase("{tree}: {message}", tree=self.name, message=message) if self.name else message)


def for_each(trees: Sequence[Tree], do: Callable[[Tree], int]) -> int:
    """Do something to each tree; the worst exit status. One of several that cannot be used does not stop the others."""
    return do(trees[0]) if len(trees) == 1 else max(_attempt(tree, do) for tree in trees)


def _attempt(tree: Tree, do: Callable[[Tree], int]) -> int:
    try:
        return do(tree)
    except TenantizeError as error:
        tree.say(sentence(error))
    except OSError as error:
        if not is_about_a_file(error):
            raise
        tree.say(sentence(error))
    return UNUSABLE


# The argument


def _each_once(_context: click.Context, _option: click.Parameter, paths: tuple[Path, ...]) -> tuple[Tree, ...]:
    """The trees in the order given, each by the first of its names."""
    once: dict[str, Path] = {}
    folders = tuple(path for path in paths if not _is_file(path))  # a glob such as plugins/* names files as well
    for path in folders or paths or (Path(),):
        once.setdefault(_real(path), path)
    return tuple(Tree(path, str(path) if len(once) > 1 else None) for path in once.values())


def _real(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except FileNotFoundError:
        raise TenantizeError(phrase("The current folder does not exist any more: run it in another one.")) from None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, say: what is wrong with it is said when it is read
        return False


def _only(_context: click.Context, _option: click.Parameter, path: Path) -> Tree:
    _real(path)
    return Tree(path, None)


class _Folder(click.Path):
    """A folder; a name that is empty, as a variable that is not set, is none, and not the current folder."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if value == "":
            self.fail(phrase("it is empty: name the folder of a MaiMBot checkout or of a plugin."), param, ctx)
        return Path(str(super().convert(value, param, ctx)))  # type: ignore[arg-type]


def _folders(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(begun, type="dir")]


TREES = click.argument(
    "trees",
    nargs=-1,
    type=_Folder(path_type=Path),
    metavar="[TREE]...",
    callback=_each_once,
    shell_complete=_folders,
)
TREE = click.argument(
    "tree",
    default=Path(),
    type=_Folder(path_type=Path),
    metavar="[TREE]",
    callback=_only,
    shell_complete=_folders,
)
