"""What commands do to a tree, and what they say of it on stderr. Rooms are loaded when there is work for them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from codemods.cli.exits import FOUND
from codemods.cli.options import Selection
from codemods.cli.trees import Tree
from codemods.errors import TenantizeError
from codemods.messages import counted, in_short, listed, phrase

if TYPE_CHECKING:
    from codemods.journal.runs import Recovered
    from codemods.knowledge.recipes import Recipe
    from codemods.plan.make import Plan
    from codemods.plan.rewrite import Rewriters
    from codemods.survey.read_files import Known
    from codemods.survey.survey import Survey
    from codemods.tree import Checkout

_REWRITERS = "tenantize: rewriters"


def read(tree: Tree, state: Path | None, paths: Sequence[str] = ()) -> tuple[Checkout, Survey]:
    """A checkout and its survey; says which files do not parse, and whether a run was interrupted.

    Raises TenantizeError for one of `paths` that matches nothing, before anything is worked out.
    """
    from codemods.plan.paths import require_matches
    from codemods.tree import open_checkout

    checkout = open_checkout(tree.path)
    if _is_interrupted(checkout.root):
        tree.say(
            phrase("A run was interrupted half-way: 'tenantize apply' finishes it, 'tenantize undo' takes it back.")
        )
    for unread in checkout.unread:
        tree.say(phrase("{path}: {reason}; not read.", path=unread.path, reason=unread.reason))
    require_matches(checkout, paths)
    surveyed = survey(checkout, state)
    for broken in surveyed.broken:
        tree.say(
            phrase(
                "{path}:{line}:{column}: {message}; left alone.",
                path=broken.path,
                line=broken.line,
                column=broken.column,
                message=broken.message,
            )
        )
    return checkout, surveyed


def read_to_edit(tree: Tree, selection: Selection) -> tuple[Checkout, Survey]:
    """The same, where a selection's recipes are to be planned."""
    begin_rewriting()
    return read(tree, selection.state, selection.paths)


def _is_interrupted(root: Path) -> bool:
    """Whether a run was stopped half-way; where there was none, what tells of it is not loaded."""
    from codemods.tree import STATE_FOLDER

    if not os.path.lexists(root / STATE_FOLDER):
        return False
    from codemods.journal.runs import is_interrupted

    return is_interrupted(root)


def survey(checkout: Checkout, state: Path | None, known: Known | None = None) -> Survey:
    """A checkout's survey, with a bar on a terminal; what an earlier one knows of the same files is not read again."""
    from codemods.knowledge.recipes import all_recipes
    from codemods.knowledge.settings import decisions_of, state_of
    from codemods.plan.known import require_known_kinds
    from codemods.survey.answers import users_caches
    from codemods.survey.decided import Decisions
    from codemods.survey.shared_state.partitions import require_holders
    from codemods.survey.survey import survey_files
    from codemods.terminal.progress import shown_on_terminal

    require_known_kinds(all_recipes())
    tenant_state, decisions = state_of(checkout, state), Decisions(decisions_of(checkout))
    caches = users_caches(checkout)
    with shown_on_terminal() as tell:
        surveyed = survey_files(
            checkout.files, tenant_state, workers(), tell, known, decisions, checkout.shipped, caches
        )
    if not surveyed.is_known:
        require_holders(surveyed.plain)
    if caches is not None and (context := click.get_current_context(silent=True)) is not None:
        context.call_on_close(surveyed.keeping(caches.answers))
    return surveyed


def plan(
    checkout: Checkout, surveyed: Survey, selection: Selection, *, stages: bool = False, is_last: bool = False
) -> Plan:
    """What of the migration was asked for (`stages`: recipe by recipe as well), with a bar on a terminal.

    `is_last`: the survey is asked for nothing more. Raises TenantizeError for a tree of a kind that no recipe is for.
    """
    from codemods.plan.make import make_plan
    from codemods.terminal.progress import shown_on_terminal

    require_migratable(surveyed)
    with shown_on_terminal() as tell:
        made = make_plan(
            checkout,
            surveyed,
            recipes_of(checkout, selection),
            named=bool(selection.names),
            paths=selection.paths,
            all_handlers=selection.all_handlers,
            stages=stages,
            is_last=is_last,
            by=begin_rewriting(),
            tell=tell,
        )
    return _with_what_came_along(made, selection) if selection.names else made


def begin_rewriting() -> Rewriters | None:
    """Who rewrites the files of a command's trees, until the command ends: begun before a tree is read, it stays as
    small as this process is then."""
    from codemods.plan.rewrite import rewriters

    if workers() < 2:
        return None
    context = click.get_current_context()
    if _REWRITERS not in context.meta:
        context.meta[_REWRITERS] = context.with_resource(rewriters(workers()))
    return cast("Rewriters", context.meta[_REWRITERS])


def require_migratable(surveyed: Survey) -> None:
    """Raises TenantizeError for a tree of a kind that no recipe is for."""
    if not surveyed.profile.is_migratable:
        raise TenantizeError(surveyed.profile.lack)


def recipes_of(checkout: Checkout, selection: Selection) -> tuple[Recipe, ...]:
    """The recipes that are asked for, with those that they require; what a plugin's require is its host's."""
    from codemods.knowledge.recipes import chosen_recipes, with_required

    chosen = chosen_recipes(selection.names)
    return chosen if checkout.plugin is not None else with_required(chosen)


def _with_what_came_along(made: Plan, selection: Selection) -> Plan:
    """A plan that says which recipes it has besides those that were named; nothing of it where these do nothing."""
    edited = dict.fromkeys(edit.recipe for change in made.changes for edit in change.edits)
    if edited.keys().isdisjoint(selection.names):
        return replace(made, changes=())
    return replace(made, brought=tuple(name for name in edited if name not in selection.names))


def workers() -> int:
    """How many processes work at once."""
    return min(os.cpu_count() or 1, 8)


def recover(tree: Tree) -> Recovered | None:
    """Finish what an interrupted run left, and say so."""
    from codemods.journal import runs

    recovered = runs.recover(tree.path.resolve())
    if recovered:
        tree.say(recovered.value)
    return recovered


def require_committed(root: Path, paths: Collection[str]) -> None:
    """Raises TenantizeError when a file that is to be written has changes that are not committed."""
    from codemods.uncommitted import uncommitted

    if dirty := uncommitted(root, sorted(paths)) if paths else []:
        raise TenantizeError(
            counted(
                len(dirty),
                "{dirty} has uncommitted changes: commit or stash them, or say --allow-dirty. Nothing was changed.",
                "{dirty} have uncommitted changes: commit or stash them, or say --allow-dirty. Nothing was changed.",
                dirty=in_short(dirty),
            )
        )


def refuse_dirty(checkout: Checkout, surveyed: Survey, selection: Selection) -> None:
    """Raises TenantizeError where the migration changes a file with uncommitted changes.

    Only those files are planned, which takes a moment where the whole takes many.
    """
    from codemods.plan.paths import path_matches
    from codemods.uncommitted import uncommitted

    dirty: set[str] = set()
    with suppress(TenantizeError):  # where git cannot tell of every file, those that are written are asked for later
        dirty.update(uncommitted(checkout.root, list(checkout.by_path)))
    wanted = tuple(sorted(path for path in dirty if path_matches(path, selection.paths)))
    if wanted:
        alone = plan(checkout, surveyed, replace(selection, paths=tuple(map(escape, wanted))))
        require_committed(checkout.root, dirty & {change.path for change in alone.changes})


def say_what_is_left(tree: Tree, planned: Plan) -> None:
    """Say which recipes were passed over, and what a person must decide."""
    from codemods.survey.brief import in_full

    for name in planned.brought:
        tree.say(phrase("{name} comes along: what was asked for stands on it.", name=name))
    for sentence in planned.passed_over:
        tree.say(phrase("Passed over: {sentence}", sentence=sentence))
    for finding in map(in_full, planned.findings):
        tree.say(phrase("{path}:{line}: {reason}", path=finding.path, line=finding.line, reason=finding.reason))
        for detail in finding.details:
            tree.say(phrase("    {detail}", detail=detail))


def tests_that_fail(surveyed: Survey) -> tuple[str, ...]:
    """Which of the tree's own tests call what raises without a tenant once it is migrated: "path:line"."""
    return surveyed.failing_tests if surveyed.profile.is_migratable else ()


def say_tests_that_fail(tree: Tree, places: Sequence[str]) -> None:
    """Say in a line which of the tree's own tests will fail."""
    if not places:
        return
    tree.say(
        phrase(
            "{places}: the tree's own tests call here what raises without a tenant once it is "
            "migrated: run them in tenant_scope(...).",
            places=in_short(places),
        )
    )


def require_no_conflict(surveyed: Survey, allowed: bool) -> None:
    """Raises TenantizeError when a file is in the middle of a merge, unless the user knows."""
    from codemods.survey.broken import CONFLICT

    if found := [] if allowed else [broken for broken in surveyed.broken if broken.message == CONFLICT]:
        places = listed(f"{broken.path}:{broken.line}" for broken in found)
        raise TenantizeError(
            counted(
                len(found),
                "{places} has an unresolved merge conflict: resolve it, or say --allow-conflicts to leave it out. "
                "Nothing was changed.",
                "{places} have an unresolved merge conflict: resolve it, or say --allow-conflicts to leave it out. "
                "Nothing was changed.",
                places=places,
            )
        )


def without_others(tree: Tree, checkout: Checkout, planned: Plan) -> Plan:
    """A plan without what belongs to other repositories, and what goes with that; says so."""
    groups = {name for change in planned.changes if checkout.is_anothers(change.path) for name in change.atomic_groups}
    kept = [
        change
        for change in planned.changes
        if not checkout.is_anothers(change.path) and groups.isdisjoint(change.atomic_groups)
    ]
    if withheld := [change.path for change in planned.changes if change not in kept]:
        tree.say(
            phrase(
                "{withheld} left alone: other repositories' files are written with --other-repositories only.",
                withheld=listed(withheld),
            )
        )
    return replace(planned, changes=tuple(kept))


def status_of(
    tree: Tree, surveyed: Survey, status: int, *, is_asked: bool = False, checkout: Checkout | None = None
) -> int:
    """The exit status for a tree; `is_asked`: what of the app could not be read counts as something left."""
    if is_asked and checkout is not None and any(unread.is_of_the_app for unread in checkout.unread):
        status = max(status, FOUND)
    say_unparsed(tree, len(surveyed.broken))
    return max(status, FOUND) if is_asked and surveyed.broken and surveyed.is_incomplete else status


def say_unparsed(tree: Tree, count: int) -> None:
    """Say how many files did not parse, in a line."""
    if count:
        tree.say(
            counted(
                count,
                "{count} file did not parse; the others were done.",
                "{count} files did not parse; the others were done.",
            )
        )
