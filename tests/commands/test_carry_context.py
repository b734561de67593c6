"""CarryContext: the argument that is the function, and no other."""

from __future__ import annotations

import pytest

from codemods.commands.carry_context import CarryContext
from codemods.places import Handover, Imported
from tests.commands.edited import edited

IMPORTED = "from a.b import carry\n\n"


def carried(code: str, *places: str) -> tuple[str, list[str]]:
    named = [Handover.parse(place) for place in places or ("f=submit@0=work",)]
    return edited(CarryContext, code, named, carrier=Imported("a.b", "carry"))


# What must not change

STAYS = {
    "another function": "def g():\n    pool.submit(work)\n",
    "another call": "def f():\n    pool.map(work)\n",
    "another place": "def f():\n    pool.submit(1, work)\n",
    "another expression": "def f():\n    pool.submit(other)\n",
    "a star": "def f():\n    pool.submit(*work)\n",
    "carried already": f"{IMPORTED}def f():\n    pool.submit(carry(work))\n",
    "the name taken": "carry = 1\n\n\ndef f():\n    pool.submit(work)\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = carried(code)
    assert after == code
    assert len(warnings) == 1


# What changes

CARRIED = {
    "a position": ("submit(work, 1)", "submit(carry(work), 1)", "f=submit@0=work"),
    "a method": ("p.submit(self.work)", "p.submit(carry(self.work))", "f=submit@0=self.work"),
    "a keyword": ("Thread(None, target=work)", "Thread(None, target=carry(work))", "f=Thread@target=work"),
    "behind keywords": ("g(x=1, *a)", "g(x=carry(1), *a)", "f=g@x=?"),
    "a lambda": ("submit(lambda: 1)", "submit(carry(lambda: 1))", "f=submit@0=lambda"),
}


@pytest.mark.parametrize(("call", "becomes", "place"), CARRIED.values(), ids=CARRIED)
def test_what_is_carried(call: str, becomes: str, place: str) -> None:
    after, warnings = carried(f"def f():\n    {call}\n", place)
    assert after == f"{IMPORTED}def f():\n    {becomes}\n"
    assert warnings == []


def test_in_the_module_itself() -> None:
    assert carried("submit(work)\n", "<module>=submit@0=work")[0] == f"{IMPORTED}submit(carry(work))\n"
