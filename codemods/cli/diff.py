"""`tenantize diff`."""

from __future__ import annotations

from functools import partial

import click

from codemods.cli import work
from codemods.cli.exits import DONE, FOUND
from codemods.cli.options import Selection, selecting
from codemods.cli.trees import TREES, Tree, for_each
from codemods.messages import phrase


@click.command()
@TREES
@selecting
@click.option(
    "--stat",
    "only_stat",
    is_flag=True,
    help="Print line counts and a summary by recipe and folder instead of the patch.",
)
@click.option("--check", is_flag=True, help="Exit with 1 when there is anything to change.")
def diff(trees: tuple[Tree, ...], selection: Selection, only_stat: bool, check: bool) -> int:
    """Print what apply would write, as a patch that 'git apply' takes.

    On a terminal it comes in colour and through your pager (git's, else PAGER). Its paths start at the tree; where that
    lies inside a larger repository, git must know, as in the last example. Of several trees, each one's patch
    follows a line '# tree: TREE'.

    \b
    Examples:
      tenantize diff ../MaiMBot
      tenantize diff ../MaiMBot > tenants.patch
      tenantize diff --stat ../MaiMBot
      tenantize diff --recipe tenant-foundation --recipe webui-admin-context
      tenantize diff --path 'src/webui/chat_routes.py' ../MaiMBot
      tenantize diff --check              exit status 1 when something is left to migrate
      tenantize diff plugins/*
      tenantize diff plugins/mine | git apply --directory=plugins/mine
    """
    from codemods.deliver.reports import summary
    from codemods.git_attributes import for_patch
    from codemods.terminal import pager, text

    screen = pager.Screen()

    def diff_one(tree: Tree) -> int:
        checkout, survey = work.read_to_edit(tree, selection)
        failing = work.tests_that_fail(survey) if only_stat else ()
        plan = work.plan(checkout, survey, selection, is_last=True)
        if only_stat:
            text.show([*tree.heading, *summary.stat(plan)])
        elif plan.changes:
            screen.show_patch(tree.heading, (change.diff() for change in for_patch(checkout.root, plan.changes)))
        screen.say(partial(work.say_what_is_left, tree, plan))
        screen.say(partial(work.say_tests_that_fail, tree, failing))
        if not plan.changes:
            screen.say(partial(tree.say, phrase("Nothing to change.")))
        return work.status_of(
            tree, survey, FOUND if check and plan.changes else DONE, is_asked=check, checkout=checkout
        )

    status = for_each(trees, diff_one)
    screen.close()
    return status
