"""The reference of recipes/README.md, made from what `tenantize explain` says. `make reference` writes it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from codemods.knowledge.explanations import all_kinds, explained
from codemods.knowledge.recipes import all_recipes

README = Path(__file__).parents[2] / "recipes" / "README.md"


def _item(text: str) -> str:
    return textwrap.fill(f"- {text}", 120, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)


def _recipes() -> Iterator[str]:
    for recipe in all_recipes():
        topic = explained(recipe)
        gets = topic.file.en.gets if topic else recipe.title
        yield _item(f"**[{recipe.name}]({recipe.name}.toml)** ({', '.join(recipe.why)}): {gets}")


def _kinds() -> Iterator[str]:
    for kind in all_kinds():
        names = ", ".join(f"`{name}`" for name in kind.file.explains)
        yield _item(f"{names}: **{kind.file.en.title}.** {kind.file.en.means}")


def with_reference(text: str) -> str:
    """A text with the parts between its marks made anew."""
    for name, made in (("recipes", _recipes()), ("kinds", _kinds())):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        above, _, rest = text.partition(begin)
        text = "\n\n".join([above + begin, "\n".join(made), end + rest.partition(end)[2]])
    return text


if __name__ == "__main__":
    README.write_text(with_reference(README.read_text(encoding="utf-8")), encoding="utf-8")
