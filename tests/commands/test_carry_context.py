"""CarryContext: the argument that is the function, and no other."""

from __future__ import annotations

import pytest

from codemods.commands.carry_context import CarryContext
from codemods.places import Handover, Imported
from tests.commands.edited import edited

IMPORTED = "from a.b import carry\n\n"
SUBMITTED = Handover("f", "submit", "0", "work")


def carried(code: str, place: Handover = SUBMITTED) -> tuple[str, list[str]]:
    return edited(CarryContext, code, [place], by=Imported("a.b", "carry"))


# What must not change

STAYS = {
    "another function": "def g():\n    pool.submit(work)\n",
    "another call": "def f():\n    pool.map(work)\n",
    "another place": "def f():\n    pool.submit(1, work)\n",
    "another expression": "def f():\n    pool.submit(other)\n",
    "a star": "def f():\n    pool.submit(*work)\n",
    "carried already": f"{IMPORTED}def f():\n    pool.submit(carry(work))\n",
    "the name taken": "carry = 1\n\n\ndef f():\n    pool.submit(work)\n",
    "a parameter of its name": "def f(carry):\n    pool.submit(work)\n",
    "a keyword of its name": "def f(*, carry=None):\n    pool.submit(work)\n",
    "a parameter of a function around": "def g(carry):\n    def f():\n        pool.submit(work)\n",
    "a walrus": "def f():\n    if carry := other():\n        pool.submit(work)\n",
    "a walrus in a comprehension": "def f():\n    [carry := x for x in y]\n    pool.submit(work)\n",
    "a walrus of the module": "if carry := other():\n    pass\n\n\ndef f():\n    pool.submit(work)\n",
    "a capture": "def f():\n    match x:\n        case [carry]:\n            pool.submit(work)\n",
    "a capture of the rest": "def f():\n    match x:\n        case {1: y, **carry}:\n            pool.submit(work)\n",
    "a global": "def f():\n    global carry\n    carry = 1\n    pool.submit(work)\n",
    "a global of another function": "def g():\n    global carry\n    carry = 1\n\n\ndef f():\n    pool.submit(work)\n",
    "a deleted name": "def f():\n    del carry\n    pool.submit(work)\n",
    "a lambda's parameter": "def f():\n    return lambda carry: pool.submit(work)\n",
    "a comprehension around": "def f():\n    return [pool.submit(work) for carry in x]\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = carried(code)
    assert after == code
    assert len(warnings) == 1


# What changes

CARRIED = {
    "a position": ("submit(work, 1)", "submit(carry(work), 1)", ("submit", "0", "work")),
    "a method": ("p.submit(self.work)", "p.submit(carry(self.work))", ("submit", "0", "self.work")),
    "a keyword": ("Thread(None, target=work)", "Thread(None, target=carry(work))", ("Thread", "target", "work")),
    "behind keywords": ("g(x=1, *a)", "g(x=carry(1), *a)", ("g", "x", "?")),
    "a lambda": ("submit(lambda: 1)", "submit(carry(lambda: 1))", ("submit", "0", "lambda")),
}


@pytest.mark.parametrize(("call", "becomes", "place"), CARRIED.values(), ids=CARRIED)
def test_what_is_carried(call: str, becomes: str, place: tuple[str, str, str]) -> None:
    after, warnings = carried(f"def f():\n    {call}\n", Handover("f", *place))
    assert after == f"{IMPORTED}def f():\n    {becomes}\n"
    assert warnings == []


NO_SHADOW = {
    "a comprehension's variable": "def f():\n    [carry for carry in x]\n    {}\n",
    "a parameter of another function": "def f():\n    {}\n\n\ndef g(carry):\n    pass\n",
    "an attribute of the class around": "class C:\n    carry = 1\n\n    def f(self):\n        {}\n",
    "an attribute": "def f():\n    x.carry = 1\n    {}\n",
    "a walrus of another function": "def g():\n    if carry := 1:\n        pass\n\n\ndef f():\n    {}\n",
}


@pytest.mark.parametrize("code", NO_SHADOW.values(), ids=NO_SHADOW)
def test_what_hides_no_name(code: str) -> None:
    name = "C.f" if "class" in code else "f"
    after, warnings = carried(code.format("pool.submit(work)"), Handover(name, "submit", "0", "work"))
    assert after == IMPORTED + code.format("pool.submit(carry(work))")
    assert warnings == []


def test_in_the_module_itself() -> None:
    place = Handover("<module>", "submit", "0", "work")
    assert carried("submit(work)\n", place)[0] == f"{IMPORTED}submit(carry(work))\n"
