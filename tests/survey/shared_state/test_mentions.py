"""Every place where what is kept is written down, and what is done with it there."""

from __future__ import annotations

import pytest

from codemods.analysis.holders import Holders
from codemods.analysis.kept import ATTRIBUTE, NAME, Holder
from codemods.survey.shared_state.mentions import (
    Mention,
    Mentions,
    goes_through,
    is_answered,
    is_kept,
    is_map_use,
    takes_out,
)
from tests.survey.shared_state.small import MODULE, line_of, name, small

OTHER = "src.webui.other"


def mentions(text: str, qualname: str = "kept", kind: str = NAME) -> list[Mention]:
    program = small(text)
    return Mentions(program, Holders(program.program)).of(Holder(kind, name(qualname)))


def use(written: str) -> Mention:
    """The mention of a module's mapping in a function that does this with it."""
    (*_, found) = mentions(f"kept = {{}}\n\n\ndef work(key, other):\n    {written}\n")
    return found


def test_another_thing_of_the_same_name_is_none() -> None:
    text = """
    kept = {}


    def work(kept, it):
        return kept, [kept for kept in it], it.kept
    """
    assert [item.is_stored for item in mentions(text)] == [True]


def test_what_a_function_answers_is_no_name_of_it() -> None:
    text = """
    kept = {}


    def get_kept():
        return kept


    def work():
        kept = get_kept()
        return kept
    """
    assert [item.line for item in mentions(text)] == [
        line_of(small(text), "kept = {}"),
        line_of(small(text), "return kept"),
    ]


def test_an_attribute_of_something_unknown_may_be_one() -> None:
    text = """
    class A:
        def __init__(self):
            self.kept = {}

        def work(self, it):
            return self.kept, it.kept


    class B(A):
        def work(self, it):
            return self.kept
    """
    found = [(item.text, item.is_sure) for item in mentions(text, "A.kept", ATTRIBUTE)]
    assert found == [("self.kept", True), ("self.kept", True), ("it.kept", False), ("self.kept", True)]


def test_an_attribute_of_several_classes_may_be_one() -> None:
    text = """
    class A:
        kept = []


    class B(A):
        pass


    class C:
        kept = ()


    def work():
        for one in (A, B):
            one.kept.append(1)
        for other in (A, C):
            other.kept
    """
    found = [(item.text, item.is_sure) for item in mentions(text, "A.kept", ATTRIBUTE)]
    assert found == [("kept", True), ("one.kept", True), ("other.kept", False)]


@pytest.mark.parametrize(
    "written",
    [
        *("kept[key] = 1", "del kept[key]", "return key in kept", "return kept.get(key)", "return list(kept)"),
        *("return not kept", "return len(kept)", "return [one for one in kept]"),
        "return kept.setdefault(key, []).append(1)",
    ],
)
def test_what_a_map_can_do(written: str) -> None:
    assert is_map_use(use(written))


@pytest.mark.parametrize(
    "written", ["return kept", "other(kept)", "return kept.copy()", "here = kept", "return kept == other", "yield kept"]
)
def test_what_a_map_cannot_do(written: str) -> None:
    assert not is_map_use(use(written))


def test_what_is_looked_up_is_not_gone_through() -> None:
    assert [goes_through(use(text)) for text in ("return kept[key]", "kept.get(key)", "key in kept")] == [False] * 3
    assert [goes_through(use(text)) for text in ("del kept[key]", "kept.pop(key)", "return list(kept)")] == [True] * 3


def test_what_is_taken_out() -> None:
    assert [takes_out(use(text)) for text in ("del kept[key]", "kept.clear()", "kept[key] = 1")] == [True, True, False]


def test_what_is_kept_and_what_is_answered() -> None:
    assert [is_kept(use(text)) for text in ("other.it = kept", "other.append(kept)", "here = kept")] == [
        *(True, True, False)
    ]
    assert [is_answered(use(text)) for text in ("return kept", "return kept[key]")] == [True, False]


def test_ways_around_are_told_with_their_line() -> None:
    program = small("kept = {}\n\n\ndef work():\n    return globals()\n")
    ((module, _, why),) = Mentions(program, Holders(program.program)).dynamic(Holder(NAME, name("kept")))
    assert (module, why) == (MODULE, "may be reached through globals()")


def asked(statement: str) -> list[str]:
    text = (
        f"class A:\n    def __init__(self):\n        self.kept = {{}}\n    def work(self, name):\n        {statement}\n"
    )
    program = small(text)
    found = Mentions(program, Holders(program.program)).dynamic(Holder(ATTRIBUTE, name("A.kept")))
    return [why for _, _, why in found]


@pytest.mark.parametrize("statement", ["return getattr(self, 'other', 'kept')", "print('kept')", "return self.kept"])
def test_what_asks_for_no_attribute_by_its_name(statement: str) -> None:
    assert asked(statement) == []


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("return getattr(self, 'kept')", "getattr"),
        ("return getattr(self, 'ke' 'pt')", "getattr"),
        ("return getattr(self, 'k\\x65pt')", "getattr"),
        ("setattr(self, 'ke' 'pt', [])", "setattr"),
        (
            "return [*map(getattr, [self], ['kept'])] or getattr(\n            self,\n            'kept',\n        )",
            "getattr",
        ),
    ],
)
def test_what_asks_for_an_attribute_by_its_name_however_that_is_put_together(statement: str, word: str) -> None:
    assert asked(statement) == [f"is asked for by its name, by {word}"]
