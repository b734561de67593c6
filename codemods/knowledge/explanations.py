"""What there is to explain: each kind of finding, and each recipe, in English and Chinese, from recipes/explained.

Explanations are found there, not registered: a new kind or recipe brings its file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from codemods.errors import TenantizeError, suggestion
from codemods.knowledge.recipes import Names, Recipe, Text, all_recipes, recipes_folder
from codemods.knowledge.schema import Checked, checked, read_toml
from codemods.messages import phrase


class KindWords(Checked, frozen=True):
    """What is said of a kind, in one language."""

    title: Text
    """What is wrong, in one line."""
    means: Text
    """What the finding says."""
    exploited: Text
    """How it does harm: an example."""
    by_hand: Text
    """How a person mends it."""
    accept: Text
    """When it may be accepted as it is."""


class RecipeWords(Checked, frozen=True):
    """What is said of a recipe, in one language."""

    gets: Text
    """What a tree has once it has run."""
    changes: Names
    """The behaviour that changes, a sentence each."""
    risk: Text
    """How much a maintainer dares by merging it, and where to look first."""


class KindFile(Checked, frozen=True, kw_only=True):
    """A file of recipes/explained/kinds."""

    explains: Names
    """The kinds of what is judged, and the first words of what findings are about."""
    before: Text
    """Code that has it."""
    after: Text
    """The same, mended."""
    en: KindWords
    zh: KindWords


class RecipeFile(Checked, frozen=True, kw_only=True):
    """A file of recipes/explained/recipes."""

    before: Text
    after: Text
    en: RecipeWords
    zh: RecipeWords


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding, explained, by the name of its file."""

    name: str
    file: KindFile

    def words(self, lang: str) -> KindWords:
        return self.file.zh if lang == "zh" else self.file.en


@dataclass(frozen=True, slots=True)
class ExplainedRecipe:
    """A recipe, explained."""

    recipe: Recipe
    file: RecipeFile

    def words(self, lang: str) -> RecipeWords:
        return self.file.zh if lang == "zh" else self.file.en

    def title(self, lang: str) -> str:
        return self.recipe.title_zh if lang == "zh" else self.recipe.title


def _folder() -> Path:
    return recipes_folder() / "explained"


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Every kind that is explained, by name."""
    paths = sorted((_folder() / "kinds").glob("*.toml"))
    return tuple(Kind(path.stem, checked(read_toml(path), KindFile, path)) for path in paths)


@cache
def _file_of(name: str) -> RecipeFile | None:
    path = _folder() / "recipes" / f"{name}.toml"
    return checked(read_toml(path), RecipeFile, path) if path.is_file() else None


def explained(recipe: Recipe) -> ExplainedRecipe | None:
    """A recipe with its explanation, None where it brings none."""
    file = _file_of(recipe.name)
    return ExplainedRecipe(recipe, file) if file else None


def kind_of(what: str) -> Kind | None:
    """The explanation of a kind, or of what a finding is about ("unique person_id"); None where there is none."""
    word = what.partition(" ")[0]
    return next((kind for kind in all_kinds() if word in kind.file.explains or word == kind.name), None)


def topics_of(what: str) -> tuple[Kind | ExplainedRecipe, ...]:
    """What there is to say of a kind, of a recipe (both may have one name), or of what the audit names "place#kind".

    Raises TenantizeError where that is nothing.
    """
    _, is_named, word = what.rpartition("#")
    recipes = [explained(recipe) for recipe in all_recipes() if recipe.name == word and not is_named]
    found = tuple(topic for topic in (*recipes, kind_of(word)) if topic)
    if not found:
        raise TenantizeError(
            phrase(
                "There is nothing to explain called {what!r}: {suggestion}",
                what=what,
                suggestion=suggestion(word, topics()),
            )
        )
    return found


def topics() -> tuple[str, ...]:
    """The names of all that can be explained."""
    recipes = (recipe.name for recipe in all_recipes() if explained(recipe))
    return tuple(dict.fromkeys([*recipes, *(name for kind in all_kinds() for name in kind.file.explains)]))
