"""`tenantize audit`."""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codemods.cli import work
from codemods.cli.exits import DONE, FOUND
from codemods.cli.options import STATE
from codemods.cli.trees import TREES, Tree, for_each
from codemods.terminal import text

if TYPE_CHECKING:
    from codemods.deliver.reports.sections import Audit
    from codemods.terminal.pager import Screen


@click.command()
@TREES
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--strict", is_flag=True, help="Exit with 1 when anything is insecure or left to decide.")
@STATE
def audit(trees: tuple[Tree, ...], form: str, strict: bool, state: Path | None) -> int:
    """List every entry point and plugin API function with its verdict.

    As JSON, one tree is one object, and several are an array of them.

    \b
    Examples:
      tenantize audit ../MaiMBot
      tenantize audit --format json ../MaiMBot > audit.json
      tenantize audit --strict            for CI
      tenantize audit plugins/*
    """
    from codemods.deliver.reports.audit import as_json, audit_document, open_items
    from codemods.deliver.reports.sections import audit_of
    from codemods.terminal.pager import Screen

    screen = Screen()
    documents: list[dict[str, Any]] = []
    gaps = chain([[]], repeat([""]))

    def audit_one(tree: Tree) -> int:
        checkout, survey = work.read(tree, state)
        if form == "json":
            documents.append(audit_document(checkout, survey, tree.name))
        else:
            _show(audit_of(checkout, survey), tree, next(gaps), screen)
        screen.say(partial(work.say_tests_that_fail, tree, survey))
        return work.status_of(
            tree,
            survey,
            FOUND if strict and (open_items(survey) or not survey.profile.is_migratable) else DONE,
            is_asked=strict,
            checkout=checkout,
        )

    status = for_each(trees, audit_one)
    screen.close()
    if form == "json":
        whole = as_json(documents if len(trees) > 1 else documents[0], ascii_only=not text.shows_everything())
        text.show(whole.splitlines())
    return status


def _show(audit: Audit, tree: Tree, gap: list[str], screen: Screen) -> None:
    """Tables on a terminal, lines in a pipe; several trees' have an empty line between."""
    if screen.is_terminal:
        from codemods.deliver.reports.tables import audit_tables

        screen.show_tables(chain(gap, audit_tables(audit)))
    else:
        from codemods.deliver.reports.lines import audit_lines

        text.show([*gap, *audit_lines(audit, f"{tree.name}/" if tree.name else "")])
