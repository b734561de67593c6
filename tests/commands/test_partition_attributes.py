"""PartitionAttributes: a plain first value moves to the class, with the comments above it."""

from __future__ import annotations

import ast

import pytest

from codemods.commands.partition_attributes import PartitionAttributes
from codemods.places import Imported, Member
from tests.commands.edited import edited

IMPORTED = "from a.b import Own\n\n"


def partitioned(code: str) -> tuple[str, list[str]]:
    return edited(PartitionAttributes, code, [Member("A.x")], attribute=Imported("a.b", "Own"))


# What must not change

STAYS = {
    "another class": "class B:\n    def __init__(self):\n        self.x = 0\n",
    "another attribute": "class A:\n    def __init__(self):\n        self.y = 0\n",
    "another method": "class A:\n    def reset(self):\n        self.x = 0\n",
    "a value that is worked out": "class A:\n    def __init__(self, x):\n        self.x = x\n",
    "two targets": "class A:\n    def __init__(self):\n        self.x = self.y = 0\n",
    "several on a line": "class A:\n    def __init__(self):\n        self.x = 0; self.y = 0\n",
    "below a condition": "class A:\n    def __init__(self, a):\n        if a:\n            self.x = 0\n",
    "the name taken": "Own = 1\n\n\nclass A:\n    x = 0\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = partitioned(code)
    assert after == code
    assert len(warnings) == 1


# What changes

FACTORIES = {"0": "int", "[]": "list", "set()": "set", "False": "bool", "None": "lambda: None", "'a'": "lambda: 'a'"}


@pytest.mark.parametrize(("value", "factory"), FACTORIES.items())
def test_a_value_of_the_class(value: str, factory: str) -> None:
    after, warnings = partitioned(f"class A:\n    x = {value}\n")
    assert after == f"{IMPORTED}class A:\n    x = Own({factory})\n"
    assert warnings == []


def test_a_value_of_init_moves_with_its_comment_and_annotation() -> None:
    head = 'class A:\n    """a"""\n\n    def __init__(self):\n'
    code = f"{head}        # how many\n        self.x: int = 0\n        self.y = 1\n"
    after, _ = partitioned(code)
    assert (
        '    """a"""\n\n    # how many\n    x: "int" = Own(int)\n\n    def __init__(self):\n        self.y = 1\n'
        in after
    )


HINTS = {
    "List[int]": '"List[int]"',
    "'List[int]'": '"List[int]"',
    'Dict[str, "Message"]': "\"Dict[str, 'Message']\"",
    "Literal['\"']": "'Literal[\\'\"\\']'",
    "Dict[\n            str, int\n        ]": '"Dict[str, int]"',
}


@pytest.mark.parametrize(("hint", "text"), HINTS.items())
def test_an_annotation_becomes_one_text(hint: str, text: str) -> None:
    after, _ = partitioned(f"class A:\n    def __init__(self):\n        self.x: {hint} = 0\n        self.y = 1\n")
    assert f"    x: {text} = Own(int)\n" in after
    ast.parse(after)


def test_an_annotation_that_only_init_understands_stays_behind() -> None:
    head = "class A:\n    def __init__(self):\n        from c import Count\n\n"
    after, _ = partitioned(f"{head}        self.x: Count = 0\n        self.y = 1\n")
    assert "    x = Own(int)\n" in after


def test_what_only_its_annotation_needed_is_no_longer_imported() -> None:
    head = "class A:\n    def __init__(self):\n"
    code = f"{head}        from t import List\n\n        self.x: List = []\n        self.y = 1\n"
    after = "class A:\n    x = Own(list)\n\n    def __init__(self):\n        self.y = 1\n"
    assert partitioned(code)[0] == IMPORTED + after
