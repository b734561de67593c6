"""What is kept, and where it gets its first value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from codemods.analysis.chains import Chain, full_chain, plain_chain
from codemods.analysis.nodes import own_nodes
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import MODULE_BODY, Symbol

# What makes objects that stay what they are, or that guard for everybody.
_UNCHANGING = frozenset(
    {
        "Condition",
        "ContextVar",
        "Lock",
        "NewType",
        "Path",
        "PurePath",
        "RLock",
        "Semaphore",
        "TypeVar",
        "bytes",
        "compile",
    }
    | {
        "float",
        "frozenset",
        "getLogger",
        "get_logger",
        "getenv",
        "int",
        "join",
        "namedtuple",
        *("abspath", "basename", "dirname", "expanduser", "normpath", "realpath"),
        "str",
        "timedelta",
        "tuple",
    }
)


_PATHS = frozenset({"Path", "PurePath"})
# What a path answers of itself: another path, or a text.
_OF_PATHS = frozenset(
    {"absolute", "as_posix", "as_uri", "cwd", "expanduser", "home", "joinpath", "name", "parent", "parents", "parts"}
    | {"relative_to", "resolve", "stem", "suffix", "suffixes", "with_name", "with_stem", "with_suffix"}
)


class PluginHolder(NamedTuple):
    """An attribute of a class (`owner` is its name within the module), or a name of the module (no owner)."""

    module: str
    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


class FirstValues:
    """The statements that give holders their first values, each with the function or class that they stand in."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def of(self, holder: PluginHolder) -> list[tuple[Symbol, ast.Assign | ast.AnnAssign]]:
        if holder.owner:
            return self.declarations(Symbol(holder.module, holder.owner), holder.name)
        return [(Symbol(holder.module, MODULE_BODY), item) for item in self._module_assignments(holder)]

    def _module_assignments(self, holder: PluginHolder) -> Iterator[ast.Assign | ast.AnnAssign]:
        for node in own_nodes(self._sources.module(holder.module).body):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and holder.name in _target_names(node):
                yield node

    def declarations(self, cls: Symbol, name: str) -> list[tuple[Symbol, ast.Assign | ast.AnnAssign]]:
        """Where a class gives an attribute its first value: in its body, or in its `__init__`."""
        node = self._sources.cls(cls)
        found: list[tuple[Symbol, ast.Assign | ast.AnnAssign]] = []
        for statement in node.body if node is not None else ():
            is_given = isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and is_given and name in _target_names(statement):
                found.append((cls, statement))
        function = self._sources.function(cls.member("__init__"))
        for inner in function.body if isinstance(function, ast.FunctionDef) else ():
            if isinstance(inner, (ast.Assign, ast.AnnAssign)) and f"self.{name}" in _target_names(inner):
                found.append((cls.member("__init__"), inner))
        # What an `__init__` gives a name that stood for nothing yet is a use of it.
        return found[:1] if len({place for place, _ in found}) == 1 and _is_none(found[0][1]) else found


def _is_none(item: ast.Assign | ast.AnnAssign) -> bool:
    return isinstance(item.value, ast.Constant) and item.value.value is None


def _target_names(node: ast.Assign | ast.AnnAssign) -> set[str]:
    """The plain names and attributes that an assignment gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    flat = [item for target in targets for item in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return {"".join(plain_chain(item)) for item in flat}


def is_mutable(value: ast.expr | None) -> bool:
    """Whether an object may change by what is done to it: any but a plain value; None, for it becomes another later."""
    if isinstance(value, ast.Constant):
        return value.value is None
    if isinstance(value, (ast.Attribute, ast.Call)) and _is_path(full_chain(value)):
        return False
    if isinstance(value, ast.Call):
        return (full_chain(value.func) or ("",))[-1].lstrip(".") not in _UNCHANGING
    if isinstance(value, ast.Tuple):
        return any(is_mutable(item) for item in value.elts)
    return not isinstance(value, (ast.BinOp, ast.Compare, ast.JoinedStr, ast.Lambda, ast.UnaryOp))


def _is_path(chain: Chain) -> bool:
    """Whether a chain is a path, or what a path answers of itself: `Path(__file__).resolve().parent`."""
    start = next((place for place, part in enumerate(chain) if part.lstrip(".") in _PATHS), None)
    rest = chain[start + 1 :] if start is not None and start < 2 else ()
    return bool(rest) and all(part in ("()", "[]") or part[1:] in _OF_PATHS for part in rest)


def may_hold(value: ast.expr | None) -> bool:
    """Whether what an object holds may be changed: not where it is a literal of plain texts and numbers."""
    if isinstance(value, ast.Dict):
        return not value.values or not all(isinstance(item, ast.Constant) for item in value.values)
    if isinstance(value, (ast.List, ast.Set)):
        return not value.elts or not all(isinstance(item, ast.Constant) for item in value.elts)
    return True


def needs_factory(value: ast.expr | None) -> bool:
    """Whether a first value is worked out, and not just there."""
    return not (value is None or isinstance(value, (ast.Constant, ast.Name, ast.UnaryOp)))
