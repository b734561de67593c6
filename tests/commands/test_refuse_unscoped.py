"""RefuseUnscoped: the statement that is counted, and no other."""

from __future__ import annotations

import pytest

from codemods.commands.refuse_unscoped import RefuseUnscoped
from codemods.places import Branch, Imported
from tests.commands.edited import edited

IMPORTED = "from a.b import refuse\n\n"
BODY = "    if m:\n        await h.process(m)\n    else:\n        await h.process(m)\n"


def refused(code: str, number: int = 1) -> tuple[str, list[str]]:
    return edited(RefuseUnscoped, code, [Branch("f", number)], method="process", refuse=Imported("a.b", "refuse"))


# What must not change

STAYS = {
    "another function": f"async def g(m, n):\n{BODY}",
    "fewer of them": "async def f(m, n):\n    await h.process(m)\n",
    "another method": "async def f(m, n):\n    await h.other(m)\n    await h.other(m)\n",
    "its answer used": "async def f(m, n):\n    await h.process(m)\n    return await h.process(m)\n",
    "the name taken": f"refuse = 1\n\n\nasync def f(m, n):\n{BODY}",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_stays_is_reported(code: str) -> None:
    after, warnings = refused(code)
    assert after == code
    assert len(warnings) == 1


# What changes


def test_the_second_is_refused() -> None:
    after, warnings = refused(f"async def f(m, n):\n{BODY}")
    assert after == (
        f"{IMPORTED}async def f(m, n):\n    if m:\n        await h.process(m)\n"
        "    else:\n        await refuse(m, n)\n        return\n"
    )
    assert warnings == []


def test_a_return_is_not_written_twice() -> None:
    code = "async def f(self, m):\n    await h.process(m)\n    return\n"
    assert refused(code, 0)[0] == f"{IMPORTED}async def f(self, m):\n    await refuse(m)\n    return\n"
