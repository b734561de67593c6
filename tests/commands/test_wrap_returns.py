"""WrapReturns: the value that is named, where the functions named return it."""

from __future__ import annotations

import pytest

from codemods.commands.wrap_returns import WrapReturns
from codemods.places import Definition, Imported
from tests.commands.edited import edited

STAYS = {
    "another function": "def g():\n    return []\n",
    "another value": "def f():\n    return [1]\n",
    "no value": "def f():\n    return\n",
    "no return": "def f():\n    found = []\n",
    "done already": "from a.b import otherwise\n\ndef f():\n    return otherwise([])\n",
    "a name that is taken": "otherwise = None\n\ndef f():\n    return []\n",
    "an inner function": "def f():\n    def g():\n        return []\n    return g\n",
}


def wrapped(code: str) -> str:
    after, _ = edited(WrapReturns, code, [Definition("f")], value="[]", by=Imported("a.b", "otherwise"))
    return after


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_must_not_change(code: str) -> None:
    assert wrapped(code) == code


def test_every_return_of_the_value() -> None:
    code = "def f():\n    try:\n        return ask()\n    except OSError:\n        return []\n    return []  # none\n"
    assert wrapped(code) == "from a.b import otherwise\n\n" + code.replace("[]", "otherwise([])")


def test_a_name_that_is_taken_is_said() -> None:
    _, warnings = edited(
        WrapReturns, STAYS["a name that is taken"], [Definition("f")], value="[]", by=Imported("a.b", "otherwise")
    )
    assert warnings == ["the name otherwise is taken here, so nothing was changed"]


def test_failures_only() -> None:
    code = "def f():\n    if x():\n        return None\n    try:\n        return y()\n"
    code += "    except OSError:\n        return None\n"
    after, _ = edited(
        WrapReturns, code, [Definition("f")], value="None", by=Imported("a.b", "otherwise"), failures=True
    )
    assert after == "from a.b import otherwise\n\n" + "return otherwise(None)".join(code.rsplit("return None", 1))
