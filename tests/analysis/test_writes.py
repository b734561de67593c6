"""Which assignments and calls are writes, and of what."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.chains import Chain
from codemods.analysis.writes import is_container, logged_by_call, operand_of, written_by_call, written_by_target


def call(code: str) -> ast.Call:
    node = ast.parse(code, mode="eval").body
    assert isinstance(node, ast.Call)
    return node


@pytest.mark.parametrize("code", ["x.get(1)", "x.copy()", "f(x)", "{}.update(a=1)", "setattr(x, 'y')", "len(x)"])
def test_a_call_that_only_reads_is_no_write(code: str) -> None:
    assert written_by_call(call(code)) is None


@pytest.mark.parametrize(
    ("code", "chain", "how"),
    [
        ("self.seen.add(x)", ("self", ".seen"), "add"),
        ("x.setdefault(k, [])", ("x",), "setdefault"),
        ("heapq.heappush(x, 1)", ("x",), "heappush"),
        ("setattr(x, 'y', 1)", ("x", ".y"), "="),
        ("setattr(x, name, 1)", ("x", ".*"), "="),
    ],
)
def test_a_call_writes_to_what_it_is_called_on_or_given(code: str, chain: Chain, how: str) -> None:
    write = written_by_call(call(code))
    assert write is not None
    assert (write.chain, write.how) == (chain, how)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("x = 1", [(("x",), "=")]),
        ("x.y = 1", [(("x", ".y"), "=")]),
        ("x[k].y = 1", [(("x", "[]", ".y"), "=")]),
        ("x[k] = 1", [(("x",), "[]=")]),
        ("(x, *y.z) = 1", [(("x",), "="), (("y", ".z"), "=")]),
        ("globals()['x'] = 1", [(("globals", ".x"), "=")]),
    ],
)
def test_an_assignment_writes_to_each_target(code: str, written: list[tuple[Chain, str]]) -> None:
    (node,) = ast.parse(code).body
    assert isinstance(node, ast.Assign)
    found = written_by_target(node.targets[0], node.value)
    assert [(write.chain, write.how) for write in found] == written


@pytest.mark.parametrize("code", ["1", "(1, 'a')", "[]"])
def test_constants_are_made_of_no_chain(code: str) -> None:
    operand = operand_of(ast.parse(code, mode="eval").body)
    assert operand is not None
    assert operand.chains == ()


def test_an_operand_is_made_of_every_chain_in_it() -> None:
    operand = operand_of(ast.parse("f'{a.b}:{c(d[e])}'", mode="eval").body)
    assert operand is not None
    assert operand.form == "text"
    assert operand.chains == (("a", ".b"), ("c", "()"), ("d", "[]"), ("e",))


@pytest.mark.parametrize("code", ["info(x)", "logger.info('x')", "x.append(y)"])
def test_what_says_nothing_is_not_logged(code: str) -> None:
    assert logged_by_call(call(code)) is None


def test_a_log_line_is_made_of_its_arguments() -> None:
    logged = logged_by_call(call("logger.info(f'{token}', key)"))
    assert logged is not None
    assert logged.operand.chains == (("token",), ("key",))


@pytest.mark.parametrize(
    ("code", "expected"),
    [("()", False), ("'x'", False), ("f()", False), ("{}", True), ("[x for x in y]", True), ("deque()", True)],
)
def test_a_container_can_be_changed(code: str, expected: bool) -> None:
    assert is_container(ast.parse(code, mode="eval").body) is expected
