"""`tenantize audit`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codemods.cli import work
from codemods.cli.exits import DONE, FOUND
from codemods.cli.narrow import Wanted, narrowing
from codemods.cli.options import STATE
from codemods.cli.trees import TREES, Tree, for_each
from codemods.terminal import text

if TYPE_CHECKING:
    from codemods.deliver.reports.document import AuditDocument
    from codemods.deliver.reports.sections import Audit
    from codemods.survey.survey import Survey
    from codemods.terminal.pager import Screen


FORMATS = ("text", "json", "sarif", "github", "junit")


@click.command()
@TREES
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to print it.")
@click.option("--strict", is_flag=True, help="Exit with 1 when anything is insecure or left to decide.")
@narrowing
@click.option("--decisions", "as_blocks", is_flag=True, help="Print a block for tenantize.toml for all that is open.")
@STATE
def audit(
    trees: tuple[Tree, ...],
    form: str,
    strict: bool,
    wanted: Wanted,
    as_blocks: bool,
    state: Path | None,
) -> int:
    """List every entry point and plugin API function with its verdict.

    --only, --path, --recipe (what a recipe mends) and --baseline (what is new) narrow what is listed, and counted by
    --strict. As JSON, one tree is one object, several are an array. sarif, github and junit are for servers.

    \b
    Examples:
      tenantize audit ../MaiMBot
      tenantize audit --format json ../MaiMBot > audit.json
      tenantize audit --only insecure --path 'src/webui/*' ../MaiMBot
      tenantize audit --format sarif > tenantize.sarif
      tenantize audit --strict --baseline audit.json       what was open in it is no matter
      tenantize audit plugins/*
      tenantize audit --decisions ../MaiMBot >> ../MaiMBot/tenantize.toml     then say `is` and `why` of each
    """
    from codemods.deliver.reports.sections import audit_of, open_items
    from codemods.terminal.pager import Screen

    screen = Screen()
    documents: list[AuditDocument] = []
    gaps = chain([[]], repeat([""]))

    def audit_one(tree: Tree) -> int:
        checkout, survey = work.read(tree, state, wanted.paths)
        shown = wanted.of(survey, tree, screen)
        if as_blocks:
            _show_blocks(shown, tree)
        elif form != "text":
            from codemods.deliver.reports.audit import audit_document

            documents.append(audit_document(checkout, shown, tree.name))
        else:
            _show(audit_of(checkout, shown), tree, next(gaps), screen)
        screen.say(partial(work.say_tests_that_fail, tree, work.tests_that_fail(survey)))
        is_found = strict and (open_items(shown) or not survey.profile.is_migratable)
        return work.status_of(tree, survey, FOUND if is_found else DONE, is_asked=strict, checkout=checkout)

    status = for_each(trees, audit_one)
    screen.close()
    if form != "text" and not as_blocks:
        _show_documents(form, documents, is_one=len(trees) == 1)
    return status


def _show_documents(form: str, documents: Sequence[AuditDocument], *, is_one: bool) -> None:
    from codemods.deliver.reports.formats import as_format

    text.show(as_format(form, documents, is_one=is_one, ascii_only=not text.shows_everything()))


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
