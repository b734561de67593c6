"""Where holders gets its first value, and what kind of value that is."""

from __future__ import annotations

import ast

import pytest

from codemods.survey.plugins.first_values import PluginHolder, is_mutable, may_hold, needs_factory
from tests.survey.plugins.small import MODULE, NOBODYS, handler, plugin

ABOVE = """
one = two = []
both, other = 1, 2
if one:
    typed: dict = {}


class Store:
    name: str
    shared = []

    def __init__(self):
        self.own = {}
        if self.own:
            self.later = 1

    def work(self):
        self.never = 1
"""


@pytest.mark.parametrize(
    ("holder", "values"),
    [
        (PluginHolder(MODULE, "", "two"), ["[]"]),
        (PluginHolder(MODULE, "", "other"), ["(1, 2)"]),
        (PluginHolder(MODULE, "", "typed"), ["{}"]),
        (PluginHolder(MODULE, "", "missing"), []),
        (PluginHolder(MODULE, "Store", "shared"), ["[]"]),
        (PluginHolder(MODULE, "Store", "own"), ["{}"]),
        (PluginHolder(MODULE, "Store", "name"), []),
        (PluginHolder(MODULE, "Store", "later"), []),
        (PluginHolder(MODULE, "Store", "never"), []),
    ],
    ids=str,
)
def test_first_values_stand_in_the_module_the_class_or_its_init(holder: PluginHolder, values: list[str]) -> None:
    first = plugin(handler(NOBODYS, before=ABOVE)).state.first_values
    assert [ast.unparse(item.value) for _, item in first.of(holder) if item.value is not None] == values


def value(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "mutable", "holds", "made"),
    [
        ("1", False, True, False),
        ("None", True, True, False),
        ("'a' + 'b'", False, True, True),
        ("[]", True, True, True),
        ("['a', 'b']", True, False, True),
        ("{'a': 1}", True, False, True),
        ("{'a': []}", True, True, True),
        ("(1, 2)", False, True, True),
        ("(1, [])", True, True, True),
        ("frozenset(names)", False, True, True),
        ("re.compile('a')", False, True, True),
        ("Path(__file__).parent", False, True, True),
        ("pathlib.Path(__file__).resolve().with_name('a.json')", False, True, True),
        ("os.path.dirname(os.path.abspath(__file__))", False, True, True),
        ("Path(__file__).open()", True, True, True),
        ("Store(Path('a')).parent", True, True, True),
        ("Store()", True, True, True),
        ("other", True, True, False),
    ],
)
def test_what_may_change_what_may_hold_and_what_is_made(text: str, mutable: bool, holds: bool, made: bool) -> None:
    assert (is_mutable(value(text)), may_hold(value(text)), needs_factory(value(text))) == (mutable, holds, made)
