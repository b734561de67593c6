"""What functions change of what they are handed, however many hand it on, and also where these call each other."""

from __future__ import annotations

import pytest

from codemods.analysis.holders import Holders
from tests.analysis.test_holders import program_of

_HANDED = "kept, other = [], []\ndef first():\n    {first}(other)\ndef second():\n    {second}(kept)\n"
_LONG = "".join(f"def f{number}(box):\n    f{number + 1}(box)\n" for number in range(14)) + "def f14(box):\n"
_TOGETHER = """
def one(box):
    two(box)
    three(box)
def two(box):
    one(box)
def three(box):
"""


def changed(code: str) -> dict[str, int]:
    found = Holders(program_of(m=code)).changes
    return {holder.name: len(changes) for holder, changes in found.items()}


@pytest.mark.parametrize("functions", [_LONG + "    box.copy()\n", _TOGETHER + "    len(box)\n"])
def test_what_only_hands_on_changes_nothing(functions: str) -> None:
    first, second = ("f0", "f5") if functions.startswith(_LONG) else ("one", "two")
    assert changed(functions + _HANDED.format(first=first, second=second)) == {}


@pytest.mark.parametrize("second", ["f0", "f5", "f14"])
def test_what_the_last_of_many_changes_the_first_does(second: str) -> None:
    code = _LONG + "    box.append(1)\n" + _HANDED.format(first="f0", second=second)
    assert changed(code) == {"kept": 1, "other": 1}


@pytest.mark.parametrize(("first", "second"), [("one", "two"), ("two", "one"), ("two", "three")])
def test_what_functions_change_that_call_each_other_is_the_same_whichever_is_asked_first(
    first: str, second: str
) -> None:
    code = _TOGETHER + "    box.append(1)\n" + _HANDED.format(first=first, second=second)
    assert changed(code) == {"kept": 1, "other": 1}


def test_what_goes_through_a_tree_in_many_ways_changes_each_of_them_once() -> None:
    calls = "".join(f"    walk(node.part{number})\n" for number in range(20))
    code = "kept = {}\ndef walk(node):\n    node.seen = 1\n" + calls + "def first():\n    walk(kept)\n"
    assert changed(code) == {"kept": 21}


_OBJECTS = """
kept = []
def add(box, item):
    box.append(item)
    return box
class Made:
    def __init__(self, box):
        box.append(self)
class Reader:
    def __init__(self, box):
        self.box = box
        self.own = []
    def all(self):
        self.own.append(1)
        return list(self.box)
    def other(self):
        self.box = []
class Base:
    def __init__(self, box=None, other=None):
        self.box = box or other
class Keeper(Base):
    def add(self, item):
        self.box.append(item)
def keeper():
    return Keeper(kept)
def work(item):
    {call}
"""


@pytest.mark.parametrize(
    "call",
    ["Reader(kept).all()", "Keeper([]).add(kept)", "Keeper().add(1)", "Base(kept)"],
)
def test_what_an_object_only_reads_or_is_not_made_with_stays_as_it_is(call: str) -> None:
    code = _OBJECTS.replace("def keeper():\n    return Keeper(kept)\n", "")
    if call == "Base(kept)":
        code = code.replace("self.box.append", "self.own.append")
    assert "kept" not in changed(code.format(call=call))


@pytest.mark.parametrize(
    "call",
    [
        "Keeper(kept).add(item)",
        "Keeper(box=kept).add(item)",
        "Keeper(item, kept).add(item)",
        "found = Keeper(kept)\n    found.add(item)",
        "keeper().add(item)",
        "Made(kept)",
        "add(kept, item).sort()",
        "add(box=kept, item=item).sort()",
    ],
)
def test_what_an_object_is_made_with_is_changed_as_its_methods_change_what_they_keep_of_it(call: str) -> None:
    assert changed(_OBJECTS.format(call=call))["kept"]
