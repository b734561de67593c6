"""FilterLoops: the loops whose variables are named, in the functions named."""

from __future__ import annotations

import pytest

from codemods.commands.filter_loops import FilterLoops
from codemods.places import Expression, Imported
from tests.commands.edited import edited

STAYS = {
    "another function": "def g(lines):\n    for line in lines:\n        print(line)\n",
    "another variable": "def f(lines):\n    for item in lines:\n        print(item)\n",
    "the same text elsewhere": "def f(lines):\n    return list(reversed(lines))\n",
    "done already": "from a.b import own\n\ndef f(lines):\n    for line in own(lines):\n        print(line)\n",
    "a name that is taken": "own = 1\n\ndef f(lines):\n    for line in lines:\n        print(line)\n",
}


def test_several_variables_are_named_as_they_are_written() -> None:
    code = "def f(pairs):\n    for {} in pairs:\n        print(a)\n"
    for written in ("a, b", "(a, b)"):
        after, _ = edited(FilterLoops, code.format(written), [Expression("f", "a, b")], by=Imported("a.b", "own"))
        assert after == "from a.b import own\n\n" + code.format(written).replace("in pairs", "in own(pairs)")


def test_what_is_no_loop_is_said() -> None:
    code = "def f(lines):\n    print(lines)\n"
    after, warnings = edited(FilterLoops, code, [Expression("f", "line")], by=Imported("a.b", "own"))
    assert after == code
    assert warnings == ["f has no loop of line that can be filtered: do that by hand"]


def filtered(code: str) -> str:
    after, _ = edited(FilterLoops, code, [Expression("f", "line")], by=Imported("a.b", "own"))
    return after


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_must_not_change(code: str) -> None:
    assert filtered(code) == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    for line in reversed(lines):  # all\n        pass\n", "own(reversed(lines))"),
        ("    return [line for line in lines if line]\n", "own(lines)"),
    ],
)
def test_what_the_loop_is_over_goes_through_the_filter(before: str, after: str) -> None:
    plain = after.removeprefix("own(").removesuffix(")")
    code = f"def f(lines):\n{before}"
    assert filtered(code) == "from a.b import own\n\n" + code.replace(f"in {plain}", f"in {after}")
