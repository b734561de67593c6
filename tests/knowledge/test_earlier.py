"""Support files as earlier releases wrote them."""

from __future__ import annotations

from codemods.knowledge.earlier import digest, is_current, is_earlier
from codemods.knowledge.recipes import all_recipes, recipes_folder
from codemods.knowledge.schema import read_toml

NOTED = read_toml(recipes_folder() / "support" / "earlier.toml")
SUPPORTS = [support for recipe in all_recipes() for support in recipe.supports]


def test_what_is_noted_is_a_support_file_that_there_is() -> None:
    assert NOTED.keys() <= {path.name for path in (recipes_folder() / "support").glob("*.py")}
    assert all(len(text) == 64 for digests in NOTED.values() for text in digests)


def test_a_file_is_current_also_with_other_ends_of_lines() -> None:
    for support in SUPPORTS:
        data = support.source.read_bytes()
        assert is_current(support, data) and is_current(support, data.replace(b"\n", b"\r\n"))
        assert not is_earlier(support, data)


def test_what_anybody_changed_is_neither() -> None:
    data = SUPPORTS[0].source.read_bytes() + b"# mine\n"
    assert not is_current(SUPPORTS[0], data) and not is_earlier(SUPPORTS[0], data)
    assert digest(data) not in {text for digests in NOTED.values() for text in digests}


def test_what_a_formatter_laid_out_otherwise_is_current() -> None:
    for support in SUPPORTS:
        data = support.source.read_bytes()
        assert is_current(support, data.replace(b"\n\n\n", b"\n\n\n\n").replace(b"):\n", b") :\n"))
    data = next(data for item in SUPPORTS if b" == " in (data := item.source.read_bytes()))
    assert not any(is_current(support, data.replace(b" == ", b" != ")) for support in SUPPORTS)
