"""Recipes: what each TOML file of `recipes/` says, and their order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from codemods.errors import TenantizeError
from codemods.knowledge.state import STATE_FILE


@dataclass(frozen=True, slots=True)
class Need:
    """A file of the tree, and names in it ("Class.member"), without which a recipe has nothing to stand on."""

    file: str
    otherwise: str
    defines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    """A source file that a recipe adds to the tree.

    `merge`: its definitions may join a module that is there, when that module defines what they use.
    """

    source: Path
    target: str
    defines: tuple[str, ...]
    uses: tuple[str, ...]
    merge: bool
    after: str


@dataclass(frozen=True, slots=True)
class Codemod:
    """A command, and the sites it runs on.

    The sites are those of a kind that the survey finds (`on`), or one fixed place "path:name" that all else stands on
    (`at`); it is done there once the place has the name `unless`.
    """

    command: str
    on: str | None
    at: str | None
    unless: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    name: str
    title: str
    title_zh: str
    why: tuple[str, ...]
    requires: tuple[str, ...]
    # The recipes that run before it where they run as well: it closes what they give a tenant.
    after: tuple[str, ...]
    mends: tuple[str, ...]
    needs: tuple[Need, ...]
    supports: tuple[Support, ...]
    codemods: tuple[Codemod, ...]
    # Whether it also makes sense in a plugin's own repository.
    plugins: bool
    # Whether all of its edits are made, or none: one without the others would break the tree.
    whole: bool


def recipes_folder() -> Path:
    """Where the recipes are: inside the package once installed, beside it in a checkout of tenantize."""
    installed = Path(__file__).parent.parent / "recipes"
    return installed if installed.is_dir() else Path(__file__).parent.parent.parent / "recipes"


@cache
def all_recipes() -> tuple[Recipe, ...]:
    """Every recipe, each behind those that it requires or comes after, else by name."""
    folder = recipes_folder()
    found = {path.stem: _read(path) for path in sorted(folder.glob("*.toml")) if path.name != STATE_FILE}
    ordered: dict[str, Recipe] = {}

    def place(recipe: Recipe) -> None:
        for name in (*recipe.requires, *recipe.after):
            place(found[name])
        ordered.setdefault(recipe.name, recipe)

    for recipe in found.values():
        place(recipe)
    return tuple(ordered.values())


def chosen_recipes(names: Sequence[str]) -> tuple[Recipe, ...]:
    """The recipes of these names, in order; all when none is named. Raises TenantizeError for an unknown name."""
    every = all_recipes()
    unknown = sorted(set(names) - {recipe.name for recipe in every})
    if unknown:
        known = ", ".join(recipe.name for recipe in every)
        raise TenantizeError(f"There is no recipe {unknown[0]!r}: choose from {known}.")
    return tuple(recipe for recipe in every if not names or recipe.name in names)


def recipe_for(kind: str) -> str | None:
    """The recipe that mends entry points of a kind, or None while there is none."""
    return next((recipe.name for recipe in all_recipes() if kind in recipe.mends), None)


def _read(path: Path) -> Recipe:
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    support_folder = path.parent / "support"
    return Recipe(
        name=path.stem,
        title=raw["title"],
        title_zh=raw.get("title_zh", raw["title"]),
        why=tuple(raw["why"]),
        requires=tuple(raw.get("requires", ())),
        after=tuple(raw.get("after", ())),
        mends=tuple(raw.get("mends", ())),
        needs=tuple(
            Need(need["file"], need["otherwise"], tuple(need.get("defines", ()))) for need in raw.get("needs", ())
        ),
        supports=tuple(
            Support(
                support_folder / item["source"],
                item["target"],
                tuple(item["defines"]),
                tuple(item.get("uses", ())),
                item.get("merge", False),
                item.get("after", ""),
            )
            for item in raw.get("support", ())
        ),
        codemods=tuple(
            Codemod(
                item["command"],
                item.get("on"),
                item.get("at"),
                item.get("unless", ""),
                item.get("options", {}),
            )
            for item in raw.get("codemod", ())
        ),
        plugins=raw.get("plugins", False),
        whole=raw.get("whole", False),
    )
