"""Files that cannot be read, and values that their schema does not allow: one sentence each, with the file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from msgspec import Meta, field

from codemods.errors import TenantizeError, suggestion
from codemods.knowledge.schema import Checked, checked, read_toml

SOURCE = Path("some.toml")


class Leaf(Checked, frozen=True):
    name: Annotated[str, Meta(min_length=1)]
    at: Annotated[str, Meta(pattern=r"^\w+:\w+$", description="module:name")] = "a:b"
    scope: Literal["guard", "filter"] = "guard"
    words: Annotated[tuple[str, ...], Meta(min_length=1)] | None = None


class Top(Checked, frozen=True):
    title: str
    leaves: tuple[Leaf, ...] = field(default=(), name="leaf")
    globs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    one: Leaf | None = None
    is_on: bool = False


WRONG: dict[str, tuple[object, str]] = {
    "an unknown key": ({"titel": "x"}, "unknown key `titel`: did you mean `title`?"),
    "a key like no other": ({"qqq": 1}, "unknown key `qqq`: known: globs, is_on, leaf, one, title."),
    "a missing key": ({}, "there is no key `title`: add it."),
    "another type": ({"title": 3}, "`title` is a whole number: write a text."),
    "a list for a text": ({"title": ["x"]}, "`title` is a list: write a text."),
    "a text for a switch": ({"title": "x", "is_on": "yes"}, "`is_on` is a text: write true or false."),
    "a text for a table": ({"title": "x", "leaf": ["x"]}, "`leaf[1]` is a text: write a table."),
    "a table for a list": ({"title": "x", "leaf": {"name": "x"}}, "`leaf` is a table: write a list."),
    "deep: an unknown key": (
        {"title": "x", "leaf": [{"name": "x"}, {"name": "x", "scop": "guard"}]},
        "unknown key `scop` in `leaf[2]`: did you mean `scope`?",
    ),
    "deep: a missing key": ({"title": "x", "leaf": [{}]}, "`leaf[1]` has no key `name`: add it."),
    "deep: a wrong choice": (
        {"title": "x", "leaf": [{"name": "x", "scope": "gard"}]},
        '`leaf[1].scope` is "gard": choose from "filter", "guard".',
    ),
    "a choice of another type": (
        {"title": "x", "leaf": [{"name": "x", "scope": 3}]},
        '`leaf[1].scope` is 3: choose from "filter", "guard".',
    ),
    "another form": (
        {"title": "x", "leaf": [{"name": "x", "at": "nowhere"}]},
        '`leaf[1].at` is "nowhere": write module:name.',
    ),
    "an empty text": (
        {"title": "x", "leaf": [{"name": ""}]},
        "`leaf[1].name` is empty: write what it is for, or leave it out.",
    ),
    "an empty list": (
        {"title": "x", "one": {"name": "x", "words": []}},
        "`one.words` is empty: write what it is for, or leave it out.",
    ),
    "in what may be left out": ({"title": "x", "one": {"name": "x", "word": 1}}, "did you mean `words`?"),
    "a text for what may be left out": ({"title": "x", "one": "x"}, "`one` is a text: write a table."),
    "below a key of one's own": ({"title": "x", "globs": {"memory": "src/*"}}, "`globs.*` is a text: write a list."),
    "an item below one": ({"title": "x", "globs": {"memory": ["a", 2]}}, "`globs.*[2]` is a whole number"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_what_a_schema_does_not_allow_is_told_in_a_sentence(mistake: str) -> None:
    raw, sentence = WRONG[mistake]
    with pytest.raises(TenantizeError) as error:
        checked(raw, Top, SOURCE)
    assert str(error.value).startswith("some.toml: ")
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_allowed_is_a_value_of_the_type() -> None:
    assert checked({"title": "x", "leaf": [{"name": "y"}]}, Top, SOURCE) == Top("x", (Leaf("y"),))


UNREADABLE = {
    "no TOML": (b"name = \n", "is no TOML"),
    "the same key twice": (b"a = 1\na = 2\n", "is no TOML"),
    "no UTF-8": (b'name = "\xff"\n', "is no UTF-8 (byte 8)"),
    "nested without end": (b"a = " + b"[" * 50_000 + b"]" * 50_000, "nested too deep"),
    "a key without end": (b"a" + b".a" * 50_000 + b" = 1", "nested too deep"),
    "a table without end": (b"[a" + b".a" * 50_000 + b"]", "nested too deep"),
    "many long keys": (
        b"".join(b"b%d" % number + b".a" * 100 + b" = 1\n" for number in range(1_000)),
        "nested too deep",
    ),
    "tables in tables": (b"a" + b".a" * 900 + b" = 1", "unknown key `a`"),
    "a null byte": (b"a = \0", "is no TOML"),
}


@pytest.mark.parametrize("mistake", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(mistake: str, tmp_path: Path) -> None:
    data, sentence = UNREADABLE[mistake]
    path = tmp_path / "some.toml"
    path.write_bytes(data)
    with pytest.raises(TenantizeError, match=r"some\.toml") as error:
        checked(read_toml(path), Top, path)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TenantizeError, match="cannot be read"):
        read_toml(tmp_path / "some.toml")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(b"\xef\xbb\xbftitle = 'x'\r\n")
    assert read_toml(path) == {"title": "x"}


def test_a_name_like_none_gets_all_of_them() -> None:
    assert suggestion("zzz", ["b", "a"]) == "known: a, b."
    assert suggestion("zzz", []) == ""
