"""PartitionMappings: a first value that is an empty mapping, and its annotation."""

from __future__ import annotations

import pytest

from codemods.commands.partition_mappings import PartitionMappings
from codemods.places import Imported, Member
from tests.commands.edited import edited

IMPORTED = "from a.b import Map\n\n"


def partitioned(code: str, place: str = "A.x") -> tuple[str, list[str]]:
    return edited(PartitionMappings, code, [Member(place)], map=Imported("a.b", "Map"))


# What must not change

STAYS = {
    "another class": "class B:\n    def __init__(self):\n        self.x = {}\n",
    "another attribute": "class A:\n    def __init__(self):\n        self.y = {}\n",
    "another method": "class A:\n    def reset(self):\n        self.x = {}\n",
    "something in it": "class A:\n    def __init__(self):\n        self.x = {1: 2}\n",
    "no mapping": "class A:\n    def __init__(self):\n        self.x = []\n",
    "two targets": "class A:\n    def __init__(self):\n        self.x = y = {}\n",
    "the module's": "x = {}\n",
    "the name taken": "Map = 1\n\n\nclass A:\n    x = {}\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = partitioned(code)
    assert after == code
    assert len(warnings) == 1


# What changes

BECOMES = {
    "in __init__": ("class A:\n    def __init__(self):\n        self.x = {}\n", "{}", "Map()", "A.x"),
    "dict()": ("class A:\n    def __init__(self):\n        self.x = dict()\n", "dict()", "Map()", "A.x"),
    "in the class": ("class A:\n    x = {}  # by chat\n", "{}", "Map()", "A.x"),
    "in brackets": ("x = (  # here\n    {}  # and there\n)\n", "{}", "Map()", "x"),
    "in the module": ("x = {}\ny = 1\n", "{}", "Map()", "x"),
    "with an annotation": (
        "class A:\n    x: dict[str, int] = {}\n",
        "dict[str, int] = {}",
        "Map[str, int] = Map()",
        "A.x",
    ),
}


@pytest.mark.parametrize(("code", "old", "new", "place"), BECOMES.values(), ids=BECOMES)
def test_what_becomes_one_for_each_tenant(code: str, old: str, new: str, place: str) -> None:
    after, warnings = partitioned(code, place)
    assert after == IMPORTED + code.replace(old, new)
    assert warnings == []


def test_an_import_that_nothing_needs_goes() -> None:
    code = "from typing import Any, Dict\n\nclass A:\n    x: Dict[str, Any] = {}\n"
    assert (
        partitioned(code)[0]
        == "from typing import Any\nfrom a.b import Map\n\nclass A:\n    x: Map[str, Any] = Map()\n"
    )


# What it no longer needs

IMPORTS = {
    "of the module": "from t import Dict\n\n\nclass A:\n    def __init__(self):\n        self.x: Dict = {}\n",
    "of the function": "class A:\n    def __init__(self):\n        from t import Dict\n\n        self.x: Dict = {}\n",
    "of one around it": "def f():\n    from t import Dict\n\n    class A:\n        x: Dict = {}\n",
    "a module": "import typing\n\n\nclass A:\n    def __init__(self):\n        self.x: typing.Dict[str, int] = {}\n",
}


@pytest.mark.parametrize("code", IMPORTS.values(), ids=IMPORTS)
def test_what_only_the_annotation_needed_is_no_longer_imported(code: str) -> None:
    after, _ = partitioned(code, "f.<locals>.A.x" if code.startswith("def") else "A.x")
    assert "Dict" not in after and "import t" not in after and ": Map" in after


def test_what_was_imported_for_nothing_stays() -> None:
    code = "from t import Dict\n\n\nclass A:\n    x = {}\n"
    assert partitioned(code)[0].startswith("from t import Dict\n")
