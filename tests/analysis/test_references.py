"""Where names are written down: what each reference is, and whose a name is there."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.analysis.references import HIDDEN, References, asks_own_names, is_stored, may_change
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import Symbol


def references(code: str, wanted: frozenset[str] | None = None) -> References:
    return References(Sources({"m": dedent(code).encode()}), "m", wanted)


UNCHANGING = {
    "a look": "print(kept)",
    "a method that reads": "kept.get(1)",
    "a comparison": "1 in kept",
    "an attribute": "x = kept.name",
}
CHANGING = {
    "an item": "kept[1] = 2",
    "a method that changes": "kept.append(1)",
    "a method that nobody knows": "kept.polish()",
    "another name": "other = kept",
    "an argument": "polish(kept)",
    "what is handed on": "return kept",
}


@pytest.mark.parametrize("form", UNCHANGING)
def test_changes_nothing(form: str) -> None:
    (found,) = references(f"def f():\n    {UNCHANGING[form]}\n").by_name["kept"]
    assert not may_change(found) and not is_stored(found)


@pytest.mark.parametrize("form", CHANGING)
def test_may_change(form: str) -> None:
    (found,) = references(f"def f():\n    {CHANGING[form]}\n").by_name["kept"]
    assert may_change(found)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("return 'x' in locals()", True),
        ("return '{kept}'.format(**locals())", True),
        ("return text.format_map(locals())", True),
        ("return polish(**locals())", False),
        ("return polish(locals())", False),
        ("locals().format = 1", False),
    ],
)
def test_locals_that_are_only_looked_at(text: str, asks: bool) -> None:
    (found,) = references(f"def f(text):\n    {text}\n").by_name["locals"]
    assert asks_own_names(found) == asks


def test_a_lambdas_parameter_is_another_thing() -> None:
    found = references("kept = 1\nf = lambda kept: kept\n").by_name["kept"]
    assert [item.where for item in found] == ["", HIDDEN]


def test_a_name_that_is_declared_global_is_not_the_functions_own() -> None:
    found = references("def f():\n    global kept\n    kept = own = 1\n")
    assert (found.is_own("own", Symbol("m", "f")), found.is_own("kept", Symbol("m", "f"))) == (True, False)


def test_signatures_and_patterns_are_told() -> None:
    found = references("def f(x: kept):\n    match x:\n        case kept.A: pass\n").by_name["kept"]
    assert [item.where for item in found] == ["signature", "pattern"]


def test_a_long_sum_is_gone_through() -> None:
    assert len(references("x = " + " + ".join(["kept"] * 1000)).by_name["kept"]) == 1000


def test_references_to_some_names_are_those_among_all() -> None:
    code = """
        held = 1
        def f():
            global held
            if (
                held
            ):
                import held

        @made(lambda held: held)
        def g(): pass
    """
    every, some = references(code), references(code, frozenset({"held"}))
    places = [(item.line, item.where) for item in every.by_name["held"]]
    assert len(places) == 3 and [(item.line, item.where) for item in some.by_name["held"]] == places
    assert "made" not in some.by_name and some.odd == every.odd == {"held"}
