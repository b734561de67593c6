"""What a kind or a recipe means, for somebody who reads it on a terminal, and for whom a finding is new."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.knowledge.explanations import ExplainedRecipe, Kind, all_kinds, explained
from codemods.knowledge.recipes import all_recipes
from codemods.messages import listed, phrase, spoken, told
from codemods.terminal.layout import wrapped


def topic_lines(topic: Kind | ExplainedRecipe) -> Iterator[str]:
    """All that there is to say of a kind or a recipe."""
    yield from kind_lines(topic) if isinstance(topic, Kind) else recipe_lines(topic, code=True)


def kind_lines(kind: Kind) -> Iterator[str]:
    """What a kind of finding means, how it does harm, and what to do about it."""
    words = kind.words(spoken())
    yield f"{', '.join(kind.file.explains)}: {words.title}"
    yield from ("", *wrapped(words.means))
    yield from ("", told(phrase("For example:")), *wrapped(words.exploited, "  "))
    yield from _example(kind.file.before, kind.file.after)
    yield from ("", told(phrase("By hand:")), *wrapped(words.by_hand, "  "))
    yield from ("", told(phrase("Accept it:")), *wrapped(words.accept, "  "))
    mending = [recipe.name for recipe in all_recipes() if not set(recipe.mends).isdisjoint(kind.file.explains)]
    if mending:
        yield from ("", told(phrase("Mended by: {recipes}", recipes=listed(mending))))


def recipe_lines(topic: ExplainedRecipe, *, code: bool) -> Iterator[str]:
    """What a tree gets from a recipe, and what a maintainer dares with it."""
    recipe, words = topic.recipe, topic.words(spoken())
    yield f"{recipe.name}: {topic.title(spoken())}"
    yield from ("", *wrapped(words.gets))
    yield from ("", told(phrase("What behaves differently:")))
    for change in words.changes:
        yield from wrapped(change, "  - ", "    ")
    yield from ("", told(phrase("Risk:")), *wrapped(words.risk, "  "))
    if code:
        yield from (
            "",
            told(phrase("Before:")),
            *_code(topic.file.before),
            told(phrase("After:")),
            *_code(topic.file.after),
        )
    yield ""
    if recipe.supports:
        yield from wrapped(
            told(phrase("New files: {files}", files=listed(support.target for support in recipe.supports))), "", "  "
        )
    if recipe.mends:
        yield from wrapped(told(phrase("Mends: {kinds}", kinds=listed(recipe.mends))), "", "  ")
    if recipe.requires:
        yield from wrapped(told(phrase("Requires: {recipes}", recipes=listed(recipe.requires))), "", "  ")
    if recipe.plugins:
        yield told(phrase("For: MaiMBot checkouts, and plugins on their own"))
    yield told(phrase("Answers in the analysis: {sections}", sections=listed(recipe.why)))


def topic_list() -> Iterator[str]:
    """A line for all that can be explained."""
    rows = [(topic.recipe.name, topic.title(spoken())) for recipe in all_recipes() if (topic := explained(recipe))]
    rows += [(listed(kind.file.explains), kind.words(spoken()).title) for kind in all_kinds()]
    for names, title in rows:
        yield names
        yield from wrapped(title, "    ")


def _example(before: str, after: str) -> list[str]:
    return ["", told(phrase("Before:")), *_code(before), told(phrase("After:")), *_code(after)]


def _code(text: str) -> list[str]:
    return [f"    {line}".rstrip() for line in text.strip("\n").splitlines()]
