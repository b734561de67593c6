"""What is put into containers: by which methods, and what, and into which container at last."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import called_name

# Methods that put their last argument into a container, and how many arguments they then have.
_ONE = {"append": 1, "add": 1, "appendleft": 1, "put": 1, "put_nowait": 1, "insert": 2, "setdefault": 2}
# Methods that put in all of what they are given.
_ALL = frozenset({"extend", "extendleft", "update"})
FILLING = _ONE.keys() | _ALL
_DISPLAYS = frozenset({ast.Dict, ast.List, ast.Set, ast.Tuple, ast.DictComp, ast.ListComp, ast.SetComp})
# What answers something that a container holds.
_LOOKING_UP = frozenset({"get", "setdefault"})


def filled_with(method: str, call: ast.Call) -> Iterator[ast.expr]:
    """What a call of such a method puts in: of all that is in something, only what stands there."""
    if _ONE.get(method) == len(call.args):
        yield call.args[-1]
    elif method in _ALL:
        yield from (item for item in call.args if is_display(item))


def is_display(node: ast.expr) -> bool:
    """Whether a container is made where an expression stands, of what stands there."""
    return node.__class__ in _DISPLAYS


def whole(container: ast.expr) -> ast.expr:
    """The container that an item of one is looked up in: `seen` of `seen[user]`, `seen.setdefault(user, [])`."""
    while True:
        if isinstance(container, ast.Subscript):
            container = container.value
        elif (
            isinstance(container, ast.Call)
            and isinstance(container.func, ast.Attribute)
            and called_name(container) in _LOOKING_UP
        ):
            container = container.func.value
        else:
            return container
