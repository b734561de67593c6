"""FilterCalls: the calls that are named, in the functions that are named, where the answer is there at once."""

from __future__ import annotations

import pytest

from codemods.commands.filter_calls import FilterCalls
from codemods.places import Expression, Imported
from tests.commands.edited import edited

IMPORTED = "from a.b import own\n\n"


def filtered(code: str, call: str = "hub.all()", *, with_name: bool = False) -> tuple[str, list[str]]:
    return edited(FilterCalls, code, [Expression("f", call)], by=Imported("a.b", "own"), with_name=with_name)


# What must not change

STAYS = {
    "another function": "def g():\n    return hub.all()\n",
    "another call": "def f():\n    return hub.some()\n",
    "an answer that has to be waited for": "async def f():\n    return await hub.all()\n",
    "a function in it": "def f():\n    def g():\n        return hub.all()\n",
    "the name taken": "own = 1\n\n\ndef f():\n    return hub.all()\n",
    "a parameter of its name": "def f(own):\n    return hub.all()\n",
    "a walrus of its name": "def f():\n    return (own := 1) and hub.all()\n",
    "a comprehension around": "def f():\n    return [hub.all() for own in x]\n",
    "a name of its own": "def f():\n    own = 1\n    return hub.all()\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = filtered(code)
    assert after == code
    assert len(warnings) == 1


def test_what_is_filtered_already_stays() -> None:
    code = f"{IMPORTED}def f():\n    return own(hub.all())\n"
    assert filtered(code)[0] == code


def test_a_name_that_is_worked_out_is_not_written_twice() -> None:
    code = "def f():\n    return hub.one(next(names))\n"
    assert filtered(code, "hub.one()", with_name=True)[0] == code


# What changes


def test_every_call_of_the_name() -> None:
    after, warnings = filtered("def f():\n    return [*hub.all(1), hub.all()]\n")
    assert after == f"{IMPORTED}def f():\n    return [*own(hub.all(1)), own(hub.all())]\n"
    assert warnings == []


def test_a_name_is_handed_on() -> None:
    after, _ = filtered("def f(n):\n    return hub.one(n)\n", "hub.one()", with_name=True)
    assert after == f"{IMPORTED}def f(n):\n    return own(hub.one(n), n)\n"
