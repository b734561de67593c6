"""`tenantize review`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.options import Selection, selecting
from codemods.cli.trees import TREES, Tree, for_each
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.terminal import text

if TYPE_CHECKING:
    from codemods.survey.survey import Survey


_NO_TERMINAL = phrase("review asks on a terminal, and this is none: 'tenantize diff' prints the same changes.")


@click.command()
@TREES
@selecting
@click.option("--allow-dirty", is_flag=True, help="Also offer files that have uncommitted changes.")
@click.option("--allow-conflicts", is_flag=True, help="Go on where files are in the middle of a merge.")
@click.option("--other-repositories", is_flag=True, help="Also offer plugins that are repositories of their own.")
def review(
    trees: tuple[Tree, ...], selection: Selection, allow_dirty: bool, allow_conflicts: bool, other_repositories: bool
) -> int:
    """Go through the migration hunk by hunk on a terminal, and write what you take.

    Keys: y takes a hunk, n skips it, a and d take or skip the rest of its file, b goes back to the question before, q
    ends the review, ? explains. A hunk that is longer than the terminal comes through your pager.
    What you took is written at the end, or at q, as one apply that 'tenantize undo' takes back; Ctrl-C writes nothing.
    The next review offers what is left.

    \b
    Examples:
      tenantize review ../MaiMBot
      tenantize review --path 'src/webui/*' ../MaiMBot
    """
    from codemods.deliver.review.session import review as ask
    from codemods.git_attributes import checked_out
    from codemods.journal import runs
    from codemods.knowledge.recipes import all_recipes

    if not text.is_terminal():
        raise TenantizeError(_NO_TERMINAL)
    has_quit = False

    def review_one(tree: Tree) -> int:
        nonlocal has_quit
        if has_quit:
            return DONE
        work.recover(tree)
        checkout, survey = work.read_to_edit(tree, selection)
        work.require_no_conflict(survey, allow_conflicts)
        plan = work.plan(checkout, survey, selection, stages=True)
        if not other_repositories:
            plan = work.without_others(tree, checkout, plan)
        if not allow_dirty:
            changed = [change.path for change in plan.changes]
            # What an earlier review wrote is no reason to stop.
            work.require_committed(checkout.root, set(changed) - set(runs.as_written(checkout.root, changed)))
        text.show(tree.heading)
        reviewed = ask(checkout.root, plan.changes, all_recipes(), _reasons(survey))
        has_quit = reviewed.has_quit
        for sentence in reviewed.left_out:
            tree.say(sentence)
        if reviewed.changes:
            runs.apply_changes(checkout.root, checked_out(checkout.root, reviewed.changes))
        work.say_what_is_left(tree, plan)
        tree.say(reviewed.sentence)
        return work.status_of(tree, survey, DONE)

    return for_each(trees, review_one)


def _reasons(survey: Survey) -> dict[tuple[str, str], str]:
    """What the audit says of each function, by its file and name."""
    from codemods.deliver.reports.words import VERDICT_WORDS

    judged = [*survey.entry_points(), *survey.api_functions]
    return {
        (item.path, item.name): phrase("{verdict}: {reason}", verdict=VERDICT_WORDS[item.verdict], reason=item.reason)
        for item in judged
    }
