"""Heirs of a class, and classes that have all that a protocol says: a call of one of its methods may run theirs."""

from __future__ import annotations

import pytest

from tests.analysis.test_reach import IMPORT, reaches, way

HEAD = f"""{IMPORT}from typing import Generic, Protocol, TypeVar
import typing

class Digger:
    depth = 1
    def unearth(self):
        return dig()
    def rest(self): pass

class Below(Digger): pass

class Partly:
    def unearth(self):
        return dig()

"""
START = "def start(it: Digging): return it.unearth()\n"
IS_NO_WAY = {
    "a class of its own": ("class Digging:\n    def unearth(self): ...\ndef start(it: Digging): return it.unearth()\n"),
    "a protocol of which nothing has all": (
        "class Digging(Protocol):\n"
        "    def unearth(self): ...\n"
        "    def fly(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
    "one that says nothing": ("class Digging(Protocol): ...\ndef start(it: Digging): return it.unearth()\n"),
    "another library's protocol": (
        "from other import Protocol as Other\n"
        "class Digging(Other):\n"
        "    def unearth(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
}
IS_A_WAY = {
    "a protocol": (
        "class Digging(Protocol):\n"
        "    def unearth(self): ...\n"
        "    def rest(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
    "one with an attribute and a property": (
        "class Digging(Protocol):\n"
        "    depth: int\n"
        "    @property\n"
        "    def name(self): ...\n"
        "    def unearth(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
    "one of a module": (
        "class Digging(typing.Protocol):\n"
        "    def unearth(self): ...\n"
        "    def rest(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
    "one with parameters": (
        "T = TypeVar('T')\n"
        "class Digging(Protocol[T]):\n"
        "    def unearth(self): ...\n"
        "    def rest(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
    "one of another": (
        "class Resting(Protocol):\n"
        "    def rest(self): ...\n"
        "class Digging(Resting, Protocol):\n"
        "    def unearth(self): ...\n"
        "def start(it: Digging): return it.unearth()\n"
    ),
}


@pytest.mark.parametrize("form", IS_NO_WAY)
def test_what_lacks_something_does_not_stand_for_it(form: str) -> None:
    found = way(reaches(HEAD + IS_NO_WAY[form]))
    assert found is None


def test_an_heir_has_its_own() -> None:
    base = "class Digging:\n    def unearth(self): ...\n"
    found = way(reaches(f"{HEAD}{base}class Heir(Digging):\n    def unearth(self): dig()\n{START}"))
    assert str(found) == "start → Heir.unearth → dig()"


@pytest.mark.parametrize("form", IS_A_WAY)
def test_what_has_all_of_it_stands_for_it(form: str) -> None:
    found = way(reaches(HEAD + IS_A_WAY[form]))
    assert found is not None
    assert str(found) == "start → Digger.unearth → dig()"
