"""Recipes: what each TOML file of `recipes/` says, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, field, structs

from codemods.errors import TenantizeError, suggestion
from codemods.knowledge.schema import Checked, checked, read_toml
from codemods.messages import phrase

Text = Annotated[str, Meta(min_length=1)]
Names = Annotated[tuple[Text, ...], Meta(min_length=1)]


class Prerequisite(Checked, frozen=True):
    """A file of the tree, and names in it, without which a recipe has nothing to stand on."""

    file: Text
    """Its path from the root of the tree."""
    otherwise: Text
    """What to do where the tree has no such file or name, as the end of a sentence."""
    defines: tuple[Text, ...] = ()
    """Names that it must define: "function", "Class" or "Class.member"."""


# Below the root, wherever that is: by no other name for a folder, and by no way out of it.
PythonFile = Annotated[
    str,
    Meta(
        pattern=r"^(?!/)(?!([^/]*/)*\.{1,2}/)[^\\:]*[^/\\:]\.py$",
        description="the path of a Python file, from the root",
    ),
]


class Support(Checked, frozen=True):
    """A source file that a recipe adds to the tree."""

    source: Path
    """Its name in recipes/support."""
    target: PythonFile
    """Where the tree gets it, from the root."""
    defines: Names
    """The names that it brings."""
    uses: tuple[Text, ...] = ()
    """The names that a module which is there must define for its definitions to join it."""
    merge: bool = False
    """Whether its definitions may join a module that is there."""
    after: str = ""
    """The definition of that module behind which they come."""
    on: Text | None = None
    """The kind of sites whose edits use it: without one of them, the tree does not get it."""


class FixedPlace(Checked, frozen=True):
    """A class or function of the tree, which a recipe names itself."""

    file: PythonFile
    name: Text
    """As Python qualifies it: "function", "Class" or "Class.method"."""


class Codemod(Checked, frozen=True):
    """A command, and the places that it runs on: all sites of a kind, or one fixed place that all else stands on."""

    command: Text
    """The command, as "file.Class" below codemods/commands."""
    on: Text | None = None
    """The kind of the sites that it runs on, as an area of the survey names it."""
    at: FixedPlace | None = None
    """The one fixed place that it runs on."""
    unless: str = ""
    """The name that the fixed place has once this is done."""
    options: dict[str, Any] = field(default_factory=dict)
    """The other arguments of the command."""


class RecipeFile(Checked, frozen=True, kw_only=True):
    """One file of recipes/: what a recipe is for, what it stands on, and what it does."""

    title: Text
    """What a tree has once it has run, in one sentence."""
    title_zh: Text
    """The same, in Chinese."""
    why: Names
    """The sections of the analysis that it answers."""
    requires: tuple[Text, ...] = ()
    """The recipes that must have run before it."""
    after: tuple[Text, ...] = ()
    """The recipes that run before it where they run as well: it closes what they give a tenant."""
    mends: tuple[Text, ...] = ()
    """The kinds of entry points that it makes secure."""
    plugins: bool = False
    """Whether it also makes sense in a plugin's own repository."""
    atomic: bool = False
    """Whether all of its edits are made, or none: one without the others would break the tree."""
    prerequisites: tuple[Prerequisite, ...] = field(default=(), name="prerequisite")
    """What the tree must have."""
    supports: tuple[Support, ...] = field(default=(), name="support")
    """The source files that the tree gets."""
    codemods: tuple[Codemod, ...] = field(default=(), name="codemod")
    """What is edited, in order."""


class Recipe(RecipeFile, frozen=True, kw_only=True):
    """A recipe, by the name of its file."""

    name: str


def brought_by(support: Support) -> bytes:
    """What a support file brings. Raises TenantizeError where that is no Python."""
    from codemods.analysis.parsing import parse  # what lists recipes loads none of it

    data = support.source.read_bytes()
    try:
        parse(data, str(support.source))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise TenantizeError(
            phrase("{source}, line {line}: no Python: mend it, then run again.", source=support.source, line=line)
        ) from error
    return data


def recipes_folder() -> Path:
    """Where the recipes are: inside the package once installed, beside it in a checkout of tenantize."""
    installed = Path(__file__).parent.parent / "recipes"
    return installed if installed.is_dir() else Path(__file__).parent.parent.parent / "recipes"


@cache
def all_recipes() -> tuple[Recipe, ...]:
    """Every recipe, each behind those that it requires or comes after, else by name."""
    return read_recipes(recipes_folder())


def read_recipes(folder: Path) -> tuple[Recipe, ...]:
    """The recipes of a folder, in order. Raises TenantizeError for one that is none, and for a circle."""
    return in_order([read_recipe(path) for path in sorted(folder.glob("*.toml"))], folder)


def read_recipe(path: Path) -> Recipe:
    """The recipe of a file. Raises TenantizeError for what a recipe cannot say."""

    def support_file(_kind: type, name: Any) -> Path:
        source = path.parent / "support" / str(name)
        if not isinstance(name, str) or Path(name).name != name or not source.is_file():
            raise ValueError(phrase("name a file of {parent}", parent=path.parent / "support"))
        return source

    file = checked(read_toml(path), RecipeFile, path, support_file)
    for number, codemod in enumerate(file.codemods, 1):
        if (codemod.on is None) == (codemod.at is None):
            raise TenantizeError(
                phrase(
                    "{path}: `codemod[{number}]` needs one of `on` and `at`: a kind of site, or one place.",
                    path=path,
                    number=number,
                )
            )
        if bool(codemod.unless) != (codemod.at is not None):
            raise TenantizeError(
                phrase(
                    "{path}: `codemod[{number}]`: `at` and `unless` go together: write both, or none.",
                    path=path,
                    number=number,
                )
            )
    return Recipe(name=path.stem, **structs.asdict(file))


def in_order(recipes: Sequence[Recipe], folder: Path) -> tuple[Recipe, ...]:
    """Recipes, each behind those that it requires or comes after, else as they come.

    Raises TenantizeError for a name that is none of theirs, and for a circle.
    """
    found = {recipe.name: recipe for recipe in recipes}
    waits_for = {recipe.name: tuple(dict.fromkeys((*recipe.requires, *recipe.after))) for recipe in recipes}
    for recipe in recipes:
        for key, names in (("requires", recipe.requires), ("after", recipe.after)):
            for name in names:
                if name not in found:
                    source = folder / f"{recipe.name}.toml"
                    raise TenantizeError(
                        phrase(
                            "{source}: `{key}` names no recipe `{name}`: {suggestion}",
                            source=source,
                            key=key,
                            name=name,
                            suggestion=suggestion(name, found),
                        )
                    )
    try:
        TopologicalSorter(waits_for).prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise TenantizeError(
            phrase(
                "{folder}: recipes wait for each other ({circle}): take one `requires` or `after` away.",
                folder=folder,
                circle=circle,
            )
        ) from error
    ordered: dict[str, Recipe] = {}

    def place(name: str) -> None:
        for other in waits_for[name]:
            place(other)
        ordered.setdefault(name, found[name])

    for name in found:
        place(name)
    return tuple(ordered.values())


def chosen_recipes(names: Sequence[str]) -> tuple[Recipe, ...]:
    """The recipes of these names, in order; all when none is named. Raises TenantizeError for an unknown name."""
    every = all_recipes()
    known = [recipe.name for recipe in every]
    for name in sorted(set(names).difference(known)):
        raise TenantizeError(
            phrase("There is no recipe {name!r}: {suggestion}", name=name, suggestion=suggestion(name, known))
        )
    return tuple(recipe for recipe in every if not names or recipe.name in names)


def with_required(recipes: Sequence[Recipe]) -> tuple[Recipe, ...]:
    """Some recipes and those that they require, in order."""
    names = {recipe.name for recipe in recipes}
    for recipe in reversed(all_recipes()):  # what a recipe requires comes before it
        if recipe.name in names:
            names.update(recipe.requires)
    return tuple(recipe for recipe in all_recipes() if recipe.name in names)


def recipe_for(kind: str) -> str | None:
    """The recipe that mends entry points of a kind, or None while there is none."""
    return next((recipe.name for recipe in all_recipes() if kind in recipe.mends), None)
