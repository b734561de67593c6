"""The mode that a file is opened in."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.open_modes import may_read, may_write, modes_of


def modes(text: str, place: int = 1, parameters: tuple[str, ...] = ()) -> set[str] | None:
    nodes = list(ast.walk(ast.parse(text)))
    call = [node for node in nodes if isinstance(node, ast.Call)][-1]
    found = modes_of(call, place, nodes, parameters)
    return None if found is None else set(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open(a)", {"r"}),
        ("open(a, 'w')", {"w"}),
        ("open(a, mode='a')", {"a"}),
        ("open(a, 'a' if b else 'w')", {"a", "w"}),
        ("m = 'rb'\nopen(a, m)", {"rb"}),
        ("m: str = 'rb'\nif b:\n    m = 'w'\nopen(a, mode=m)", {"rb", "w"}),
        ("m = n = 'w'\nopen(a, m)", None),
        ("for m in b:\n    open(a, m)", None),
        ("m = 'r'\nm += b\nopen(a, m)", None),
        ("open(a, b)", None),
        ("open(a, MODES[b])", None),
        ("m = m2\nm2 = m\nopen(a, m)", None),
    ],
)
def test_the_modes_of_a_call(text: str, found: set[str] | None) -> None:
    assert modes(text) == found


def test_what_a_parameter_may_be_is_not_told_by_what_it_is_given_besides() -> None:
    assert modes("if b:\n    m = 'r'\nopen(a, m)", parameters=("m",)) is None


def test_a_path_is_told_its_mode_first() -> None:
    assert modes("a.open('w')", 0) == {"w"}


@pytest.mark.parametrize(
    ("given", "reads", "writes"),
    [
        (("r",), True, False),
        (("w",), False, True),
        (("r+",), True, True),
        (("r:xz",), True, False),
        (("r", "w"), True, True),
    ],
)
def test_what_a_mode_does(given: tuple[str, ...], reads: bool, writes: bool) -> None:
    assert (may_read(given), may_write(given)) == (reads, writes)
