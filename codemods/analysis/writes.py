"""What functions change that may outlive them: names that are not theirs, attributes, and items of containers.

A write names what it changes by a chain, as uses do: `self.seen.add(x)` changes ("self", ".seen") by "add", and
`notes[user].text = x` binds ("notes", "[]", ".text"). What that chain stands for is the program's to say.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Sequence

from msgspec import Struct

from codemods.analysis.chains import CHAINED, Chain, called_name, chain_of, constant_text
from codemods.analysis.containers import CHANGING, READING
from codemods.analysis.nodes import children

BIND, ADDED, ITEM, REMOVE = "=", "+=", "[]=", "del"
# Of these, the ones that put nothing in.
REMOVING = frozenset(
    {REMOVE, "clear", "difference_update", "discard", "intersection_update", "pop", "popitem", "popleft", "remove"}
)
# Functions that change their first argument.
_CHANGING_FIRST = frozenset(
    {("heapq", ".heappush"), ("heapq", ".heappushpop"), ("heapq", ".heapreplace"), ("heappush",), ("heapreplace",)}
    | {("bisect", ".insort"), ("bisect", ".insort_left"), ("bisect", ".insort_right"), ("insort",)}
    | {("random", ".shuffle"), ("shuffle",), ("next",), ("anext",)}
)
# Functions and methods that fill what they are given, and which argument that is.
_FILLING = {"pack_into": 1, "readinto": 0, "readinto1": 0, "recv_into": 0, "recvfrom_into": 0}
# The methods that stand for assigning and deleting, with how much they are given.
_ATTRIBUTES = {"__setattr__": 2, "setattr": 2, "__delattr__": 1, "delattr": 1}
_ITEMS = {"__setitem__": ITEM, "__delitem__": REMOVE}
_IN_PLACE = frozenset({"__iadd__", "__ior__", "__iand__", "__ixor__", "__isub__"})
# The calls of `contextlib` that have all of the process say what it says on what they are given.
_REDIRECTING = frozenset({"redirect_stdout", "redirect_stderr"})
# What `operator` calls the functions that do what methods do.
_OF_OPERATOR = {"setitem": "__setitem__", "delitem": "__delitem__", "iadd": "__iadd__", "iconcat": "__iadd__"} | {
    name: f"__{name}__" for name in ("ior", "iand", "ixor", "isub")
}
_NAMED_FIRST = frozenset(
    {
        "reduce",
        "setattr",
        "delattr",
        *_REDIRECTING,
        *_OF_OPERATOR,
        *(chain[-1].removeprefix(".") for chain in _CHANGING_FIRST),
    }
)
# The names of calls that change something without being called one of `CHANGING`, or not on what they change.
_NAMED_OTHERWISE = (
    CHANGING | _NAMED_FIRST | _ATTRIBUTES.keys() | _ITEMS.keys() | _IN_PLACE | _FILLING.keys() | {"__init__"}
)
_KNOWN = CHANGING | {BIND, ADDED, ITEM, REMOVE, *(chain[-1].removeprefix(".") for chain in _CHANGING_FIRST)}
_TYPES = frozenset({"object", "type", "dict", "list", "set", "bytearray", "deque", "defaultdict", "OrderedDict"})
_SUPER = ("super", "()")

# Methods of loggers, and `print`.
LOGGING = frozenset({"debug", "info", "success", "warning", "warn", "error", "exception", "critical", "log", "print"})
# What answers how long something is, or whether it is there.
_ASKING = frozenset({("len", "()"), ("bool", "()")})
# Methods that change nothing, or that are told otherwise.
_TOLD = READING | LOGGING | CHANGING
_CONTAINERS = frozenset(
    {"dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque", "Queue", "LifoQueue", "PriorityQueue"}
    | {"SimpleQueue", "WeakValueDictionary", "WeakKeyDictionary", "WeakSet", "TTLCache", "LRUCache", "bytearray"}
)
_DISPLAYS = frozenset({ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp})


class Operand(Struct, frozen=True, gc=False):
    """What an expression is made of: every chain in it, none where it is made of constants alone.

    form: "tuple", "text" (a text with something in it), "call", or "" for anything else.
    """

    chains: tuple[Chain, ...]
    form: str = ""


# As with chains: one object for all that are alike.
_known: dict[Operand, Operand] = {}


class Logged(Struct, frozen=True, gc=False):
    """One line that is written to a log: where, and what it is made of."""

    line: int
    operand: Operand


class Write(Struct, frozen=True, gc=False):
    """One change: of what, at which line, how (a word above, or a method's name), at which key, with what."""

    chain: Chain
    line: int
    how: str
    value: Operand | None = None
    key: Operand | None = None


def is_by_effect(write: Write) -> bool:
    """Whether it is known by nobody taking an answer of a method, and not by what the method is called."""
    return write.how not in _KNOWN


def operand_of(node: ast.expr | None) -> Operand | None:
    if node is None:
        return None
    operand = Operand(tuple(dict.fromkeys(_chains_in(node))), _form(node))
    return _known.setdefault(operand, operand)


def written_by_call(node: ast.Call) -> Write | None:
    """The write that a call is by its method's or function's name."""
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr in CHANGING and not _is_of_type(function):
            return _by_method(function.value, function.attr, node.args, node.lineno)
        if function.attr not in _NAMED_OTHERWISE:
            return None
    elif isinstance(function, ast.Name) and function.id not in _NAMED_FIRST:
        return _printed(node) if function.id == "print" else None
    called = chain_of(function)
    if called in _CHANGING_FIRST and node.args and (chain := chain_of(node.args[0])):
        return Write(chain, node.lineno, called[-1].removeprefix("."), operand_of(node.args[-1]))
    if (handed := _handed_to_python(node)) is not None:
        return Write(chain, node.lineno, "print") if (chain := chain_of(handed)) else None
    if called and (place := _FILLING.get(called[-1].removeprefix("."))) is not None:
        return _filled(node, place)
    spelled = _spelled_otherwise(node, called)
    return _by_method(*spelled, node.lineno) if spelled is not None else None


def _handed_to_python(call: ast.Call) -> ast.expr | None:
    """What a call has Python write on or put things into: `redirect_stdout(it)`, `reduce(operator.iadd, rows, it)`."""
    name, given = called_name(call), call.args
    if name in _REDIRECTING:
        return given[0] if given else None
    return given[2] if name == "reduce" and len(given) > 2 and _changes_first(given[0]) else None


def _changes_first(function: ast.expr) -> bool:
    """Whether a function that stands here changes what it is given first."""
    if not isinstance(function, ast.Lambda):
        named = chain_of(function)
        return bool(named) and _OF_OPERATOR.get(named[-1].lstrip("."), "") in _IN_PLACE
    first = next((item.arg for item in (*function.args.posonlyargs, *function.args.args)), "")
    changed = (written_by_call(part) for part in ast.walk(function.body) if isinstance(part, ast.Call))
    return any(write is not None and write.chain[0] == first for write in changed)


def _filled(call: ast.Call, place: int) -> Write | None:
    """What is filled by a call: of a `Struct`'s own method, the first that it is given."""
    of_own = place and isinstance(call.func, ast.Attribute) and not _is_module(call.func.value)
    given = call.args[place - bool(of_own) :]
    chain = chain_of(given[0]) if given else ()
    return Write(chain, call.lineno, ITEM, operand_of(call.args[-1])) if chain else None


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "struct"


def _printed(call: ast.Call) -> Write | None:
    """What `print` writes on, where it is told, and that is none of what the process says things on."""
    target = next((chain_of(item.value) for item in call.keywords if item.arg == "file"), ())
    if not target or target[0] == "sys":
        return None
    return Write(target, call.lineno, "print", operand_of(call.args[-1] if call.args else None))


def effect_of(statement: ast.Expr) -> Write | None:
    """What a call of a method changes whose answer nobody takes, whatever the method is: it is made for that."""
    call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr in _TOLD:
        return None
    given = [chain for item in (*call.args, *(part.value for part in call.keywords)) for chain in _chains_in(item)]
    chain = chain_of(call.func.value) if given else ()
    return Write(chain, call.lineno, call.func.attr, Operand(tuple(given))) if chain else None


def _spelled_otherwise(call: ast.Call, called: Chain) -> tuple[ast.expr, str, Sequence[ast.expr]] | None:
    """What a call changes, by which method, and what that is given: `setattr(x, "a", y)` calls x.__setattr__."""
    function, given = call.func, call.args
    if isinstance(function, ast.Attribute):
        if called[:1] == ("operator",) or _is_of_type(function):
            return (given[0], _OF_OPERATOR.get(function.attr, function.attr), given[1:]) if given else None
        return function.value, function.attr, given
    if isinstance(function, ast.Name):
        return (given[0], _OF_OPERATOR.get(function.id, function.id), given[1:]) if given else None
    if isinstance(function, ast.Call) and called_name(function) == "methodcaller" and function.args and given:
        return given[0], constant_text(function.args[0]) or "", function.args[1:]
    if isinstance(function, ast.Call) and called_name(function) == "getattr" and len(function.args) > 1:
        return function.args[0], constant_text(function.args[1]) or "", given
    return None


def _by_method(changed: ast.expr, method: str, given: Sequence[ast.expr], line: int) -> Write | None:
    """What calling a method of something changes, or None where that is nothing that is known."""
    chain = chain_of(changed)
    if not chain or chain == _SUPER:
        return None
    first, last = (operand_of(given[0]), operand_of(given[-1])) if given else (None, None)
    if method in CHANGING:
        return Write(chain, line, method, last, first)
    if method in _ATTRIBUTES and len(given) == _ATTRIBUTES[method]:
        how = BIND if len(given) > 1 else REMOVE
        return Write((*chain, "." + (constant_text(given[0]) or "*")), line, how, last if how == BIND else None)
    if method == "__init__" and not (given and chain_of(given[0]) in (("self",), ("cls",))):
        return Write((*chain, ".*"), line, BIND, last)  # what it makes ready anew; a base's is told what to work on
    if method in _ITEMS and given:
        return Write(chain, line, _ITEMS[method], last if len(given) > 1 else None, first)
    return Write(chain, line, ADDED, last) if method in _IN_PLACE and given else None


def extended(name: ast.Name, value: ast.expr) -> Write:
    """What `name += value` does to the container that a name stands for."""
    given = operand_of(value)
    return Write((name.id,), name.lineno, "extend", given, given)


def _is_of_type(function: ast.Attribute) -> bool:
    """Whether a method is asked of one of Python's types: it is given what it changes."""
    return isinstance(function.value, ast.Name) and function.value.id in _TYPES


def written_by_target(target: ast.expr, value: ast.expr | None, how: str = BIND) -> Iterator[Write]:
    """The writes that an assignment to a target is: also to a name, which may be the function's own."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from written_by_target(item, value, how)
    elif isinstance(target, ast.Starred):
        yield from written_by_target(target.value, value, how)
    elif isinstance(target, (ast.Name, ast.Attribute)):
        if chain := chain_of(target):
            yield Write(chain, target.lineno, how, operand_of(value))
    elif isinstance(target, ast.Subscript):
        if _is_namespace(target.value):
            name = constant_text(target.slice) or "*"
            yield Write(("globals", "." + name), target.lineno, BIND, operand_of(value))
        elif chain := chain_of(target.value):
            yield Write(chain, target.lineno, ITEM if how == BIND else how, operand_of(value), operand_of(target.slice))


def _is_namespace(node: ast.expr) -> bool:
    """Whether an expression is the mapping of a module's names."""
    if isinstance(node, ast.Call):
        return chain_of(node) == ("globals", "()")
    return isinstance(node, ast.Attribute) and node.attr in ("__globals__", "f_globals")


def logged_by_call(node: ast.Call) -> Logged | None:
    """The line that a call writes to a log, as loggers' methods and `print` do."""
    if not _may_be_called(node.func, LOGGING):
        return None
    called = chain_of(node.func)
    if not called or called[-1].lstrip(".") not in LOGGING or (len(called) == 1 and called != ("print",)):
        return None
    parts = [*node.args, *(item.value for item in node.keywords)]
    operand = Operand(tuple([chain for part in parts for chain in _chains_in(part, only_said=True)]))
    return Logged(node.lineno, _known.setdefault(operand, operand)) if operand.chains else None


def _may_be_called(function: ast.expr, names: Container[str]) -> bool:
    """Whether a function's name is one of these; where it is asked for by `getattr`, it may be any."""
    if type(function) is ast.Attribute:
        return function.attr in names
    return function.id in names if type(function) is ast.Name else True


def is_container(node: ast.expr) -> bool:
    """Whether an expression makes a container that can be changed."""
    if type(node) is ast.Subscript:
        return isinstance(node.slice, ast.Slice)  # a part is copied
    if type(node) is not ast.Call:
        return node.__class__ in _DISPLAYS
    called = chain_of(node.func)[-1:]
    return bool(called) and called[0].lstrip(".") in _CONTAINERS


def _form(node: ast.expr) -> str:
    if isinstance(node, ast.Tuple):
        return "tuple"
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod))):
        return "text"
    return "call" if isinstance(node, ast.Call) else ""


def _chains_in(node: ast.expr, *, only_said: bool = False) -> list[Chain]:
    """Every chain of an expression, outermost first, those of arguments and keys behind the one that takes them.

    only_said: without those of which a text only says how long they are, or whether they are there.
    """
    found: list[Chain] = []
    stack: list[ast.AST] = [node]
    while stack:
        part = stack.pop()
        if only_said and (part.__class__ is ast.Compare or isinstance(getattr(part, "op", None), ast.Not)):
            continue
        if only_said and part.__class__ is ast.IfExp:
            stack += [part.orelse, part.body]
        elif part.__class__ in CHAINED and isinstance(part, ast.expr) and (chain := chain_of(part)):
            found.append(chain)
            stack += reversed(_inside(part)) if not only_said or chain not in _ASKING else ()
        elif part.__class__ is not ast.Constant:
            stack += reversed(children(part))
    return found


def _inside(node: ast.expr) -> list[ast.expr]:
    """The arguments and keys along a chain."""
    found: list[ast.expr] = []
    while True:
        if type(node) is ast.Call:
            found += node.args
            found += [item.value for item in node.keywords]
            node = node.func
        elif type(node) is ast.Subscript:
            found.append(node.slice)
            node = node.value
        elif type(node) is ast.Attribute or type(node) is ast.Await:
            node = node.value
        else:
            return found
