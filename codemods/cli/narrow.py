"""Options that narrow an audit: verdicts, files, what a recipe mends, and what is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codemods.cli.options import RECIPE
from codemods.cli.trees import Tree
from codemods.errors import TenantizeError, suggestion
from codemods.messages import counted, phrase

if TYPE_CHECKING:
    from codemods.deliver.reports.baseline import Baseline
    from codemods.survey.survey import Survey
    from codemods.survey.verdicts import Finding, Judged
    from codemods.terminal.pager import Screen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an audit was asked for."""

    only: tuple[str, ...]
    paths: tuple[str, ...]
    names: tuple[str, ...]
    known: Baseline | None

    def of(self, survey: Survey, tree: Tree, screen: Screen) -> Survey:
        """A survey with that alone; says how much the baseline knows of it."""
        narrowed = survey.only(self._is_among)
        if (known := self.known) is None:
            return narrowed
        from codemods.deliver.reports.sections import open_items

        new = narrowed.only(lambda item: not known.knows(item, tree.name))
        count = open_items(narrowed) - open_items(new)
        left_out = counted(count, "{count} is in the baseline.", "{count} are in the baseline.")
        screen.say(partial(tree.say, left_out))
        return new

    def _is_among(self, item: Judged | Finding) -> bool:
        """Whether an item is among what was named. No recipe mends what is left to a person."""
        from codemods.knowledge.recipes import chosen_recipes
        from codemods.plan.paths import path_matches
        from codemods.survey.verdicts import Judged

        mended = {kind for recipe in chosen_recipes(self.names) for kind in recipe.mends}
        is_mended = not self.names or (isinstance(item, Judged) and item.kind in mended)
        return path_matches(item.path, self.paths) and is_mended and (not self.only or item.verdict in self.only)


def _verdicts(_context: click.Context, _option: click.Parameter, only: tuple[str, ...]) -> tuple[str, ...]:
    from codemods.survey.verdicts import VERDICTS

    for verdict in only:
        if verdict not in VERDICTS:
            raise TenantizeError(
                phrase(
                    "There is no verdict {verdict!r}: {suggestion}",
                    verdict=verdict,
                    suggestion=suggestion(verdict, VERDICTS),
                )
            )
    return only


_NARROWING = (
    click.option("--only", multiple=True, metavar="VERDICT", callback=_verdicts, help="Only what has this verdict."),
    click.option("--path", "paths", multiple=True, metavar="GLOB", help="Only what is in files that match."),
    RECIPE,
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Only what is new since an audit that was written as JSON.",
    ),
)


def _known(path: Path) -> Baseline:
    from codemods.deliver.reports.baseline import read_baseline

    return read_baseline(path)


def narrowing(command: Callable[..., int]) -> Callable[..., Any]:
    """Give a command the options that make up what is `wanted`."""

    @wraps(command)
    def narrowed(
        *, only: tuple[str, ...], paths: tuple[str, ...], names: tuple[str, ...], baseline: Path | None, **others: Any
    ) -> int:
        return command(wanted=Wanted(only, paths, names, _known(baseline) if baseline else None), **others)

    with_options: Callable[..., Any] = narrowed
    for option in reversed(_NARROWING):
        with_options = option(with_options)
    return with_options
