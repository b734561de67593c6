"""ScopeLogged: the lines that are numbered, in a scope of the names that they are given."""

from __future__ import annotations

import pytest

from codemods.commands.scope_logged import ScopeLogged
from codemods.places import Imported, Scoping
from tests.commands.edited import edited

STAYS = {
    "another function": "def g(a, b):\n    log.info(1)\n",
    "another line": "def f(a, b):\n    log.info(0)\n",
    "an answer": "def f(a, b):\n    log.info(0)\n    return log.info(1)\n",
    "two on a line": "def f(a, b):\n    log.info(0)\n    log.info(1); log.info(2)\n",
    "below an if, on its line": "def f(a, b):\n    log.info(0)\n    if a: log.info(1)\n",
    "a name that is taken": "scope = 1\n\ndef f(a, b):\n    log.info(0)\n    log.info(1)\n",
}


def scoped(code: str, *numbers: int) -> str:
    places = [Scoping("f", number, ("a", "b")) for number in numbers]
    return edited(ScopeLogged, code, places, scope=Imported("x.y", "scope"))[0]


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_must_not_change(code: str) -> None:
    assert scoped(code, 1) == code


def test_lines_next_to_each_other_share_a_scope_and_keep_what_is_said_of_them() -> None:
    code = """def f(a, b):
    log.info(0)

    # done
    log.info(1)  # so
    print(2)
    work()
    if a:
        log.info(3)
    log.info(4)
"""
    after = """from x.y import scope

def f(a, b):
    log.info(0)

    # done
    with scope(a, b):
        log.info(1)  # so
        print(2)
    work()
    if a:
        with scope(a, b):
            log.info(3)
    log.info(4)
"""
    assert scoped(code, 1, 2, 3) == after


def test_what_logs_other_lines_now_is_said() -> None:
    place = Scoping("f", 1, ("a", "b"))
    code = "def f(a, b):\n    log.info(0)\n"
    after, warnings = edited(ScopeLogged, code, [place], scope=Imported("x.y", "scope"))
    assert (after, warnings) == (code, ["f logs other lines than when it was read"])
