"""What a plan does, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codemods.changes import Change, Edit
from codemods.knowledge.recipes import Recipe, all_recipes
from codemods.messages import counted, either, joined, phrase, told
from codemods.plan.make import Plan
from codemods.terminal.layout import wrapped


def plan_summary(plan: Plan) -> Iterator[str]:
    """What a plan does, per recipe and file: two to a few lines."""
    if not plan.changes:
        yield phrase("Nothing to change.")
    recipes = sorted({edit.recipe for change in plan.changes for edit in change.edits})
    for recipe in recipes:
        yield recipe
        for change in plan.changes:
            edits = [edit for edit in change.edits if edit.recipe == recipe]
            if edits:
                new = phrase(" (new file)") if change.before is None else ""
                yield f"  {change.path}{told(new)}: {told(_what(edits))}"


def reason(recipe: Recipe) -> str:
    """Why a recipe is there: its title, and the sections of the analysis that it answers."""
    return counted(
        len(recipe.why),
        "{title} (section {sections} of the analysis)",
        "{title} (sections {sections} of the analysis)",
        title=either(recipe.title, recipe.title_zh),
        sections=joined(phrase(" and "), recipe.why),
    )


def module_of(path: str) -> str:
    """The part of a tree that a file belongs to, for people: its plugin, else its folder, at most three deep."""
    *folders, _ = path.split("/")
    return "/".join(folders[: 2 if folders[:1] == ["plugins"] else 3]) or "."


def _what(edits: Sequence[Edit]) -> str:
    return ", ".join(edits[0].names) if len(edits) == 1 else phrase("{places} places", places=len(edits))


def stat(plan: Plan) -> list[str]:
    """Lines added and removed a file, as `git diff --stat` counts them; then what each recipe changes, and where."""
    return [*_counts(plan.changes), *_by_recipe_and_module(plan.changes)]


def _by_recipe_and_module(changes: Sequence[Change]) -> Iterator[str]:
    """For each recipe, in order, the parts of the tree that it edits."""
    width = max((len(module_of(change.path)) for change in changes), default=0)
    for recipe in all_recipes():
        modules: dict[str, list[int]] = {}
        for change in changes:
            if places := sum(edit.recipe == recipe.name for edit in change.edits):
                modules.setdefault(module_of(change.path), []).append(places)
        if modules:
            yield from ("", recipe.name, *wrapped(told(reason(recipe)), "  "))
        for module, places_by_file in sorted(modules.items()):
            places, files = sum(places_by_file), len(places_by_file)
            where = counted(files, "in {count} file", "in {count} files")
            yield counted(
                places,
                "  {module}  {count:>4} place {where}",
                "  {module}  {count:>4} places {where}",
                module=f"{module:<{width}}",
                where=where,
            )


def _counts(changes: Sequence[Change]) -> Iterator[str]:
    width = max((len(change.path) for change in changes), default=0)
    total_added = total_removed = 0
    for change in changes:
        added, removed = change.counts
        total_added, total_removed = total_added + added, total_removed + removed
        yield f" {change.path:<{width}} | {added:>4} + {removed:>4} -"
    yield counted(
        len(changes),
        " {count} file changed, {added} lines added, {removed} removed",
        " {count} files changed, {added} lines added, {removed} removed",
        added=total_added,
        removed=total_removed,
    )
