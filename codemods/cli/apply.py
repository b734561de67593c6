"""`tenantize apply`."""

from __future__ import annotations

import click

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.options import Selection, selecting
from codemods.cli.trees import TREES, Tree, for_each
from codemods.messages import counted


@click.command()
@TREES
@selecting
@click.option("--allow-dirty", is_flag=True, help="Also write files that have uncommitted changes.")
@click.option("--allow-conflicts", is_flag=True, help="Go on where files are in the middle of a merge.")
@click.option("--other-repositories", is_flag=True, help="Also write plugins that are repositories of their own.")
def apply(
    trees: tuple[Tree, ...], selection: Selection, allow_dirty: bool, allow_conflicts: bool, other_repositories: bool
) -> int:
    """Write the migration into the checkout: every file of it, or none.

    Refuses when a file that it would write has uncommitted changes. 'tenantize undo' takes it back. Several trees are
    written in the order given, each of them whole or not at all, whatever becomes of the others.

    \b
    Examples:
      tenantize apply ../MaiMBot
      tenantize apply --recipe tenant-foundation ../MaiMBot
      tenantize apply --path 'src/webui/*' ../MaiMBot
      tenantize apply plugins/*
    """
    from codemods.deliver.reports import summary
    from codemods.git_attributes import checked_out
    from codemods.journal import runs
    from codemods.terminal import text

    def apply_one(tree: Tree) -> int:
        work.recover(tree)
        checkout, survey = work.read_to_edit(tree, selection)
        work.require_no_conflict(survey, allow_conflicts)
        if not allow_dirty:
            work.refuse_dirty(checkout, survey, selection)
        failing = work.tests_that_fail(survey)
        plan = work.plan(checkout, survey, selection, is_last=True)
        if not other_repositories:
            plan = work.without_others(tree, checkout, plan)
        if plan.changes:
            if not allow_dirty:
                work.require_committed(checkout.root, [change.path for change in plan.changes])
            runs.apply_changes(checkout.root, checked_out(checkout.root, plan.changes))
        text.report([*tree.heading, *summary.plan_summary(plan)])
        work.say_what_is_left(tree, plan)
        work.say_tests_that_fail(tree, failing)
        if plan.changes:
            count = len(plan.changes)
            tree.say(
                counted(
                    count,
                    "Wrote {count} file; 'tenantize undo' takes them back.",
                    "Wrote {count} files; 'tenantize undo' takes them back.",
                )
            )
        return work.status_of(tree, survey, DONE)

    return for_each(trees, apply_one)
