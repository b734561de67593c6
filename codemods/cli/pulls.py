"""`tenantize pulls`."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path
from typing import Any

import click

from codemods.cli import work
from codemods.cli.exits import DONE
from codemods.cli.options import Selection, selecting
from codemods.cli.trees import TREE, Tree
from codemods.messages import spoken
from codemods.terminal import text


@click.command()
@TREE
@selecting
@click.option("--group", "groups", multiple=True, metavar="NAME=GLOB", help="Make files that match a module of theirs.")
@click.option("--plan", "only_plan", is_flag=True, help="Print the list, its order, and a graph; make nothing.")
@click.option("--status", "only_status", is_flag=True, help="Say how each branch stands; change nothing.")
@click.option("--patches", type=click.Path(path_type=Path), metavar="DIR", help="Write patches there, not branches.")
@click.option("--push", metavar="REMOTE", help="Push the branches as well.")
@click.option("--open", "open", is_flag=True, help="Push, and open or update a draft pull request for each branch.")
@click.option("--api", metavar="URL", help="Where the server's API is, when it is not github.com's.")
@click.option("--allow-conflicts", is_flag=True, help="Go on where HEAD has files in the middle of a merge.")
def pulls(tree: Tree, selection: Selection, groups: tuple[str, ...], allow_conflicts: bool, **more: Any) -> int:
    """Make the migration a branch a module, from HEAD, for one pull request after another.

    What is checked out stays as it is. The branches are named tenantize/MODULE; all of them merged, in any order in
    which none comes before one that it waits for, give what apply writes. Run it again after merges, or when HEAD has
    moved: merged ones are named, the others are made anew on top of HEAD, and those that a person has committed to are
    left alone. Modules of your own are named with --group, or in the tree's pyproject.toml:

    \b
      [tool.tenantize.pulls]
      groups = { memory = ["src/memory_system/*"] }

    --open reads its token from GITHUB_TOKEN or GH_TOKEN.

    \b
    Examples:
      tenantize pulls --plan ../MaiMBot
      tenantize pulls ../MaiMBot          local branches, each with its description
      tenantize pulls --status ../MaiMBot
      tenantize pulls --lang zh --patches ../patches ../MaiMBot
      tenantize pulls --push origin ../MaiMBot
      tenantize pulls --open ../MaiMBot
      tenantize pulls --open --api https://git.example.org/api/v3 ../MaiMBot
    """
    from codemods.deliver.pulls.preflight import Options, preflight
    from codemods.deliver.pulls.repository import Repository
    from codemods.deliver.pulls.run import Output, Planned, make_pulls
    from codemods.deliver.pulls.verdicts import audit_rows
    from codemods.plan.paths import require_matches

    repository = Repository(tree.path)
    options = Options(groups, is_whole=selection.is_whole, lang=spoken(), **more)
    ready = preflight(repository, options)
    work.begin_rewriting()
    checkout = repository.checkout()
    require_matches(checkout, selection.paths)
    survey = work.survey(checkout, selection.state)
    work.require_no_conflict(survey, allow_conflicts)
    work.require_migratable(survey)
    today = audit_rows(survey) if options.describes else ()
    plan = work.plan(checkout, survey, selection, stages=True, is_last=True)
    known, unparsed = survey.known(but={change.path for change in plan.changes}), len(survey.broken)
    del survey
    gc.collect()  # there will be another one, of what the tree becomes
    planned = Planned(checkout, today, plan, partial(work.survey, state=selection.state, known=known))
    output = Output(show=text.show, say=tree.say)
    make_pulls(repository, planned, work.recipes_of(checkout, selection), options, ready, output)
    work.say_what_is_left(tree, plan)
    work.say_unparsed(tree, unparsed)
    return DONE
