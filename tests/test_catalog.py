"""Everything that is said can be told in Chinese, and what is compiled is what the translators wrote."""

from __future__ import annotations

import ast
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor

import pytest
from babel.messages import Message

from tests.tools.catalog import HOUSE, OF_CLICK, PO, Wording, compiled, known, said

# Words that fill a wording: names, with how they are shown.
_FILLED = re.compile(r"(?<!\{)\{(\w+)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def messages() -> dict[Wording, Message]:
    return {
        message.id if isinstance(message.id, str) else (message.id[0], message.id[1]): message
        for message in known()
        if message.id
    }


@pytest.fixture(scope="module")
def said_afresh() -> set[Wording]:
    """What the code says: asked in a process of its own, for commands keep the language that they are loaded in."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return set(pool.submit(said).result())


def texts_of(message: Message) -> list[str]:
    strings = [message.string] if isinstance(message.string, str) else message.string or ()
    return [str(string or "") for string in strings]


def test_the_catalog_has_what_is_said_and_nothing_else(
    messages: dict[Wording, Message], said_afresh: set[Wording]
) -> None:
    assert said_afresh - messages.keys() == set(), "run `make catalog`, and translate what is new"
    assert messages.keys() - said_afresh == set(), "run `make catalog`"


def test_a_wording_stands_where_it_is_said() -> None:
    """Where it comes in a variable, nobody finds it for the catalog; the form of a setting comes from its Meta."""
    for path in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("phrase", "counted"):
                wordings = node.args[:1] if node.func.id == "phrase" else node.args[1:3]
                unfound = [ast.unparse(item) for item in wordings if not isinstance(item, ast.Constant)]
                assert unfound in ([], ["form"]), f"{path}:{node.lineno}"


def test_every_text_is_told_in_chinese(messages: dict[Wording, Message]) -> None:
    untold = [wording for wording, message in messages.items() if not all(texts_of(message))]
    assert untold == []


def test_what_has_words_has_chinese_ones(messages: dict[Wording, Message]) -> None:
    for wording, message in messages.items():
        words = re.sub(r"\{[^}]*\}|'[^']*'|`[^`]*`|\W", "", wording if isinstance(wording, str) else wording[0])
        if len(words) > 20:
            assert all(map(_CHINESE.search, texts_of(message))), wording


def test_a_text_is_filled_with_the_same_in_both_languages(messages: dict[Wording, Message]) -> None:
    for wording, message in messages.items():
        english = [set(_FILLED.findall(each)) for each in ((wording,) if isinstance(wording, str) else wording)]
        # Chinese has one text for however many, which the names of that for many fill.
        assert [set(_FILLED.findall(each)) for each in texts_of(message)] == english[-1:], wording
        # click's wordings for one are filled with other names.
        assert english[0] <= english[-1] or wording in OF_CLICK, wording


def test_what_is_compiled_is_what_is_written() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(known())
