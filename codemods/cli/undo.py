"""`tenantize undo`."""

from __future__ import annotations

import click

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.trees import TREES, Tree, for_each
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.terminal import text


@click.command()
@TREES
def undo(trees: tuple[Tree, ...]) -> int:
    """Take back the last apply, to the byte.

    Refuses when someone has edited one of its files since. Each further undo takes back the apply before.

    \b
    Examples:
      tenantize undo ../MaiMBot
      tenantize undo plugins/*
    """
    return for_each(trees, _undo_one)


def _undo_one(tree: Tree) -> int:
    from codemods.journal import runs

    if not tree.path.is_dir():
        raise TenantizeError(
            phrase("{path} is no folder: name the checkout whose last apply is to be undone.", path=tree.path)
        )
    if work.recover(tree) is not runs.Recovered.UNDO:
        text.report([*tree.heading, *runs.undo(tree.path.resolve())])
        tree.say(phrase("Taken back."))
    return DONE
