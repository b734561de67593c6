"""Which expressions are chains, and what they are chains of."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.chains import Chain, annotation_chains, asked_by, chain_of, expression, first_calls, uncalled


def parsed(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


@pytest.mark.parametrize("code", ["1", "[a]", "{a: b}", "a + b", "not a", "lambda: a", "f'{a}'", "(1).bit_length"][:-1])
def test_what_starts_from_no_name_is_no_chain(code: str) -> None:
    assert chain_of(parsed(code)) == ()


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("a", ("a",)),
        ("a.b", ("a", ".b")),
        ("(await a()).b['x'].c", ("a", "()", ".b", "[]", ".c")),
        ("getattr(a, 'b')", ("a", ".b")),
        ("getattr(a, b)", ("a", ".*")),
        ("vars(a)[b].c", ("a", ".*", ".c")),
        ("vars(a)['b'].c", ("a", ".b", ".c")),
        ("a.__dict__['b']", ("a", ".b")),
        ("vars(a)", ("a", ".__dict__")),
        ("vars()", ("vars", "()")),
        ("operator.attrgetter(b)(a).c", ("a", ".*", ".c")),
        ("attrgetter('b')(a)", ("a", ".b")),
        ("importlib.import_module('a.b').c", ("a.b", ".c")),
        ("importlib.import_module(a).c", ("importlib", ".import_module", "()", ".c")),
        ("a if x else b", ("a",)),
        ("None if x else b", ("b",)),
        ("a or b", ("a",)),
        ("None or b", ("b",)),
        ("(b := a.c)", ("a", ".c")),
        ("{}.get", ("?", ".get")),
    ],
)
def test_a_chain_is_a_name_and_what_follows(code: str, chain: Chain) -> None:
    assert chain_of(parsed(code)) == chain


def test_what_is_called_is_what_stands_before_the_call_at_the_end() -> None:
    assert uncalled(chain_of(parsed("a.b(1)"))) == uncalled(chain_of(parsed("a.b"))) == ("a", ".b")
    assert uncalled(()) == ()


def test_a_chain_reads_as_it_is_written() -> None:
    assert expression(("get", "()", ".streams", "[]", ".name")) == "get().streams[...].name"
    assert expression(("a", ".b", ".*", "()")) == "getattr(a.b, ...)()"


@pytest.mark.parametrize(
    ("code", "chains"),
    [
        ("Literal['not a name!']", (("Literal",),)),
        ("Optional[a.B]", (("Optional",), ("a", ".B"))),
        ("'list[B]'", (("list",), ("B",))),
    ],
)
def test_an_annotation_names_what_it_is_made_of(code: str, chains: tuple[Chain, ...]) -> None:
    assert annotation_chains(parsed(code)) == chains


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("x == 1", set()),
        ("len(x)", set()),
        ("x", {("x",)}),
        ("not self.x", {("self", ".x")}),
        ("x is None", {("x",)}),
        ("key in x", {("x",)}),
        ("x and hasattr(y, 'z')", {("x",), ("y", ".z")}),
    ],
)
def test_a_test_asks_whether_something_is_there(code: str, asked: set[Chain]) -> None:
    assert asked_by(parsed(code)) == asked


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        ("if x:\n    f()", []),
        ("try:\n    f()\nfinally:\n    pass", []),
        ("x = 1\nf()", []),
        ("'Text.'\nimport a\nf()\ny = g()\nreturn h()", ["f()", "g()"]),
    ],
)
def test_first_calls_end_at_what_may_branch_or_fail(code: str, calls: list[str]) -> None:
    assert [ast.unparse(call) for call in first_calls(ast.parse(code).body)] == calls
