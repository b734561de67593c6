"""Whose coroutines an expression may be, and who hands one in."""

from __future__ import annotations

import pytest

from codemods.analysis.chains import Chain
from codemods.analysis.symbols import Symbol
from codemods.survey.coroutines import coroutines_of, handed_in
from tests.survey.judging import program_of

MODULE = "src.webui.late"
TEXT = """
async def work(): pass
async def other(): pass
known = [work(), other()]

def start(given, *rest):
    one = work()
    either = one if given else other()
    again = again or one
    for each in known:
        print(each)
    later(given)

class Keeper:
    def later(self, first, what=None):
        start(what)

def later(what): pass

def begin():
    start(work())
    start(given=other())
    Keeper().later(1, what=other)
    start(unknown())
"""
NAMED: dict[Chain, list[str]] = {
    ("work", "()"): ["work"],
    ("work",): ["work"],
    ("one",): ["work"],
    ("either",): ["work", "other"],
    ("again",): ["work"],
    ("each",): ["work", "other"],
    ("given",): [],
    ("nothing",): [],
}


@pytest.mark.parametrize("chain", NAMED)
def test_whose_coroutine_it_is(chain: Chain) -> None:
    program = program_of({"src/webui/late.py": TEXT})
    found = dict.fromkeys(item.name for item in coroutines_of(program, chain, Symbol(MODULE, "start")))
    assert sorted(found) == sorted(NAMED[chain])


def test_who_hands_one_in() -> None:
    program = program_of({"src/webui/late.py": TEXT})
    found = handed_in(program, ("given",), Symbol(MODULE, "start"))
    assert [(item.caller.qualname, item.use.line, item.function.name) for item in found] == [
        ("begin", 22, "other"),
        ("begin", 20, "work"),
        ("begin", 21, "other"),
    ]
    assert list(handed_in(program, ("one",), Symbol(MODULE, "start"))) == []
