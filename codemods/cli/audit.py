"""`tenantize audit`."""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codemods.cli import work
from codemods.cli.exits import DONE, FOUND
from codemods.cli.options import RECIPE, STATE
from codemods.cli.trees import TREES, Tree, for_each
from codemods.errors import TenantizeError, suggestion
from codemods.terminal import text

if TYPE_CHECKING:
    from codemods.deliver.reports.document import AuditDocument
    from codemods.deliver.reports.sections import Audit
    from codemods.survey.survey import Survey
    from codemods.survey.verdicts import Finding, Judged
    from codemods.terminal.pager import Screen


def _verdicts(_context: click.Context, _option: click.Parameter, only: tuple[str, ...]) -> tuple[str, ...]:
    from codemods.survey.verdicts import VERDICTS

    for verdict in only:
        if verdict not in VERDICTS:
            raise TenantizeError(f"There is no verdict {verdict!r}: {suggestion(verdict, VERDICTS)}")
    return only


@click.command()
@TREES
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--strict", is_flag=True, help="Exit with 1 when anything is insecure or left to decide.")
@click.option("--only", multiple=True, metavar="VERDICT", callback=_verdicts, help="Only what has this verdict.")
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Only what is in files that match.")
@RECIPE
@click.option("--decisions", "as_blocks", is_flag=True, help="Print a block for tenantize.toml for all that is open.")
@STATE
def audit(
    trees: tuple[Tree, ...],
    form: str,
    strict: bool,
    only: tuple[str, ...],
    paths: tuple[str, ...],
    names: tuple[str, ...],
    as_blocks: bool,
    state: Path | None,
) -> int:
    """List every entry point and plugin API function with its verdict.

    --only, --path and --recipe (what a recipe mends) narrow what is listed, and counted by --strict. As JSON, one tree
    is one object, and several are an array of them.

    \b
    Examples:
      tenantize audit ../MaiMBot
      tenantize audit --format json ../MaiMBot > audit.json
      tenantize audit --strict            for CI
      tenantize audit --only insecure --path 'src/webui/*' ../MaiMBot
      tenantize audit plugins/*
      tenantize audit --decisions ../MaiMBot >> ../MaiMBot/tenantize.toml     then say `is` and `why` of each
    """
    from codemods.deliver.reports.audit import audit_document, open_items
    from codemods.deliver.reports.sections import audit_of
    from codemods.terminal.pager import Screen

    screen = Screen()
    documents: list[AuditDocument] = []
    gaps = chain([[]], repeat([""]))

    def audit_one(tree: Tree) -> int:
        checkout, survey = work.read(tree, state, paths)
        shown = survey.only(partial(_is_wanted, only=only, paths=paths, names=names))
        if as_blocks:
            _show_blocks(shown, tree)
        elif form == "json":
            documents.append(audit_document(checkout, shown, tree.name))
        else:
            _show(audit_of(checkout, shown), tree, next(gaps), screen)
        screen.say(partial(work.say_tests_that_fail, tree, survey))
        is_found = strict and (open_items(shown) or not survey.profile.is_migratable)
        return work.status_of(tree, survey, FOUND if is_found else DONE, is_asked=strict, checkout=checkout)

    status = for_each(trees, audit_one)
    screen.close()
    if form == "json" and not as_blocks:
        _show_json(documents if len(trees) > 1 else documents[0])
    return status


def _is_wanted(
    item: Judged | Finding, *, only: tuple[str, ...], paths: tuple[str, ...], names: tuple[str, ...]
) -> bool:
    """Whether an item is among what was asked for. No recipe mends what is left to a person."""
    from codemods.knowledge.recipes import chosen_recipes
    from codemods.plan.paths import path_matches
    from codemods.survey.verdicts import Judged

    mended = {kind for recipe in chosen_recipes(names) for kind in recipe.mends}
    is_mended = not names or (isinstance(item, Judged) and item.kind in mended)
    return path_matches(item.path, paths) and is_mended and (not only or item.verdict in only)


def _show_json(whole: Any) -> None:
    from codemods.deliver.reports.audit import as_json

    text.show(as_json(whole, ascii_only=not text.shows_everything()).splitlines())


def _show_blocks(shown: Survey, tree: Tree) -> None:
    from codemods.deliver.decide.blocks import blocks

    text.show([*tree.heading, *blocks(shown.undecided)])


def _show(audit: Audit, tree: Tree, gap: list[str], screen: Screen) -> None:
    """Tables on a terminal, lines in a pipe; several trees' have an empty line between."""
    if screen.is_terminal:
        from codemods.deliver.reports.tables import audit_tables

        screen.show_tables(chain(gap, audit_tables(audit)))
    else:
        from codemods.deliver.reports.lines import audit_lines

        text.show([*gap, *audit_lines(audit, f"{tree.name}/" if tree.name else "")])
