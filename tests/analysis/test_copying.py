"""Shallow copies wherever they go: what is put into one is its own, and what is changed inside of it is what was
copied."""

from __future__ import annotations

import pytest

from tests.analysis.test_holders import changed

HEAD = """
import copy, struct
kept = [[]]
named = {"a": []}
class Keeps:
    def __init__(self):
        self.own = list(kept)
        self.deep = copy.deepcopy(kept)
    def add(self, text):
        self.own[0].append(text)
    @property
    def all(self):
        return dict(named)
    def one(self):
        return next(iter(kept))
keeps = Keeps()
def give():
    return list(kept)
def deep():
    return copy.deepcopy(kept)
def empty():
    return [[] for _ in kept]
"""


@pytest.mark.parametrize(
    "line",
    [
        *("give().append(1)", "own = give(); own.append(1)", "deep()[0].append(1)", "empty()[0].append(1)"),
        *("Keeps().deep[0].append(1)", "sorted(kept).append(1)", "list(named.values()).pop()"),
        *("dict(named)['b'] = 1", "copy.copy(kept).name = 1", "keeps.all['b'] = 1", "give()[0] = 1"),
        *("struct.pack('i', 0)", "Keeps().own.append(1)"),
    ],
)
def test_what_is_put_into_a_copy_is_its_own(line: str) -> None:
    found = changed(m=f"{HEAD}def f():\n    {line}\n")
    assert not any("f" in functions for holder, functions in found.items() if holder in ("m:kept", "m:named"))


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        *((line, "m:kept") for line in ("give()[0].append(1)", "own = give()\n    own[0].append(1)")),
        *((line, "m:kept") for line in ("Keeps().own[0].append(1)", "it = Keeps()\n    it.own[0].append(1)")),
        *((line, "m:kept") for line in ("sorted(kept)[0].append(1)", "list(reversed(kept))[0].append(1)")),
        *((line, "m:kept") for line in ("max(kept).append(1)", "sorted(kept)[0].name = 1", "keeps.one().append(1)")),
        *((line, "m:named") for line in ("keeps.all['a'].append(1)", "dict(named).get('a').append(1)")),
        *((line, "m:named") for line in ("list(named.values())[0].append(1)", "dict(named)['a'][0] = 1")),
        *((line, "m:kept") for line in ("struct.pack_into('i', kept, 0, 1)", "open('a').readinto(kept)")),
        *(
            (line, "m:kept")
            for line in ("struct.Struct('i').pack_into(kept, 0, 1)", "it = memoryview(kept)\n    it[0] = 1")
        ),
    ],
)
def test_what_is_changed_inside_of_a_copy_is_what_was_copied(line: str, holder: str) -> None:
    assert "f" in changed(m=f"{HEAD}def f():\n    {line}\n").get(holder, [])


def test_a_method_changes_what_its_object_has_a_copy_of() -> None:
    assert changed(m=HEAD)["m:kept"] == ["Keeps.add"]
