"""Text that a request says, on its way through functions to paths: what is joined to a folder, and what is opened."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codemods.analysis.chains import called_name, chain_of, expression
from codemods.analysis.nodes import children, walk
from codemods.analysis.sources import given
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

# Functions that answer with the path that they are given, and methods of texts and paths that do not.
_PASSING = frozenset(
    {"str", "Path", "PurePath", "PosixPath", "normpath", "abspath", "realpath", "expanduser", "expandvars", "fspath"}
    | {"dirname", "unquote", "unquote_plus"}
)
_ANSWERING = frozenset(
    {"startswith", "endswith", "exists", "is_file", "is_dir", "is_absolute", "read", "read_text", "read_bytes"}
    | {"iterdir", "glob", "rglob", "stat", "count", "find", "index", "isdigit", "isalnum", "values"}
)
# The last part of a path, which leads nowhere.
_LAST_PARTS = frozenset({"name", "stem", "suffix"})
_PATH_CLASSES = frozenset({"Path", "PurePath", "PosixPath"})
_PATH_NAME = re.compile(r"(path|dir|directory|folder|root|base)s?$", re.IGNORECASE)
# What a path is opened by, and what tells whether it lies below a folder.
_OPENING = re.compile(
    r"(^|\.)(open|FileResponse|os\.(remove|unlink|listdir|scandir|makedirs|mkdir|rmdir|rename|replace|walk)"
    r"|shutil\.(rmtree|copy|copy2|copyfile|copytree|move))$"
)
_OPENING_METHODS = frozenset(
    {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "iterdir", "glob", "rglob", "mkdir"}
    | {"rmdir", "touch", "rename"}
)
_CONTAINING = frozenset({"is_relative_to", "relative_to", "commonpath"})
# Turns of a loop after which no more names are found in code that anybody writes.
_TURNS = 8


def called(program: TenantProgram, call: ast.Call, frame: Symbol) -> list[Symbol]:
    """The functions of the tree that a call runs."""
    chain = chain_of(call.func)
    values = program.values(chain, frame) if chain else ()
    found = [value.name for value in values if value.kind == "function"]
    found += [method for value in values if value.kind == "class" for method in program.method(value.name, "__init__")]
    return [name for name in found if name in program.functions]


def arguments_of(call: ast.Call) -> list[ast.expr]:
    """What a call gives, whatever takes it."""
    return [*call.args, *(word.value for word in call.keywords)]


def parameters_given(program: TenantProgram, function: Symbol, call: ast.Call) -> dict[str, ast.expr]:
    """What a call gives the parameters of a function."""
    names = [item.name for item in program.functions[function].parameters]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    given = dict(zip(names, call.args, strict=False)) | {word.arg: word.value for word in call.keywords if word.arg}
    return {name: value for name, value in given.items() if name in names}


@dataclass
class Flow:
    """What a function makes of request text that it has under some names.

    free: those names. joins: where such text is joined to a folder. opened: calls that open it as it came.
    handed: functions of the tree that get it, and as which parameters. answers: whether it is given back as it came.
    """

    function: Symbol
    free: set[str]
    paths: set[str] = field(default_factory=set)
    joins: list[ast.expr] = field(default_factory=list)
    opened: list[ast.Call] = field(default_factory=list)
    handed: list[tuple[Symbol, frozenset[str]]] = field(default_factory=list)
    answers: bool = False


class Flows:
    """The flows of a program, each followed once."""

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self._keeping = program.state.entry_points.keeping
        self._known: dict[tuple[Symbol, frozenset[str]], Flow] = {}

    def all(self, starts: Iterable[tuple[Symbol, frozenset[str]]]) -> list[Flow]:
        """The flows of these functions, with request text in these parameters, and of all that they hand it to."""
        found: list[Flow] = []
        queue, seen = list(starts), set[tuple[Symbol, frozenset[str]]]()
        while queue:
            start = queue.pop()
            if start not in seen:
                seen.add(start)
                found.append(flow := self.of(*start))
                queue += flow.handed
        return found

    def of(self, function: Symbol, parameters: frozenset[str]) -> Flow:
        key = (function, parameters)
        if key not in self._known:
            self._known[key] = Flow(function, set(parameters))  # what calls itself tells nothing new
            self._known[key] = _Reader(self, function, parameters).flow
        return self._known[key]

    def keeps(self, call: ast.Call, frame: Symbol) -> bool:
        """Whether a call keeps what it is given below a folder."""
        chain = chain_of(call.func)
        return bool(chain) and self.program.named(chain, frame, self._keeping)


class _Reader:
    """Reads one function, until no more of its names turn out to have request text."""

    def __init__(self, flows: Flows, function: Symbol, parameters: frozenset[str]) -> None:
        self.flows, self.function = flows, function
        self.flow = Flow(function, set(parameters))
        self.nodes = flows.program.sources.nodes(function)
        pairs = [pair for node in self.nodes for pair in given(node)]
        named = [(_names(target), value, _names(value)) for target, value in pairs]
        for _ in range(_TURNS):
            known = len(self.flow.free) + len(self.flow.paths)
            for names, value, mentioned in named:
                self._name(names, value, mentioned)
            if len(self.flow.free) + len(self.flow.paths) == known:
                break
        self._look()

    def _name(self, names: set[str], value: ast.expr, mentioned: set[str]) -> None:
        """What names are given by a value, in which some are mentioned."""
        if mentioned & self.flow.free and self.is_free(value):
            self.flow.free |= names
        if self.is_path(value) or mentioned & self.flow.paths:
            self.flow.paths |= names

    def _look(self) -> None:
        may_join = (node for node in self.nodes if isinstance(node, (ast.BinOp, ast.Call)))
        joins: list[ast.expr] = [node for node in may_join if self.is_join(node)]
        self.flow.answers = any(
            isinstance(node, ast.Return) and node.value is not None and self.is_free(node.value) for node in self.nodes
        )
        calls = [node for node in self.nodes if isinstance(node, ast.Call) and self._takes_free(node)]
        calls = [call for call in calls if not self.flows.keeps(call, self.function)]
        for call in calls:
            self.flow.handed += self._handed(call)
        if any(map(self._is_contained, self.nodes)):
            return
        self.flow.joins = joins
        self.flow.opened = [call for call in calls if self._opens(call)]

    def _takes_free(self, call: ast.Call) -> bool:
        """Whether a call is given any text that the request says, or is of a method of such a text."""
        if isinstance(call.func, ast.Attribute) and self.is_free(call.func.value):
            return True
        return any(map(self.is_free, arguments_of(call)))

    def is_free(self, node: ast.expr) -> bool:
        """Whether an expression may be any text that the request says."""
        match node:
            case ast.Name(id=name):
                return name in self.flow.free
            case ast.Attribute(value=value, attr=attr):
                return self.is_free(value) and not (attr in _LAST_PARTS and self.is_path(value))
            case ast.Call():
                return self._is_free_answer(node)
            case ast.BinOp(op=ast.Div()):
                return not self.is_join(node) and self.is_path(node) and self.is_free(node.left)
            case ast.Compare() | ast.Constant() | ast.Lambda() | ast.Dict():
                return False
            case ast.Subscript(value=value):
                return self.is_free(value)
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_free(body) or self.is_free(orelse)
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return self.is_free(element)
        return any(self.is_free(part) for part in children(node) if isinstance(part, ast.expr))

    def _is_free_answer(self, call: ast.Call) -> bool:
        if self.flows.keeps(call, self.function) or self.is_join(call):
            return False
        if called_name(call) in _PASSING:
            return any(map(self.is_free, arguments_of(call)))
        if isinstance(call.func, ast.Attribute) and self.is_free(call.func.value):
            return call.func.attr not in _ANSWERING
        return any(self.flows.of(*handed).answers for handed in self._handed(call))

    def is_join(self, node: ast.expr) -> bool:
        """Whether an expression joins request text to a folder: its path, `joinpath`, or `os.path.join`."""
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.is_path(left) and not self.is_free(left) and self.is_free(right)
            case ast.Call(func=ast.Attribute(value=folder, attr="joinpath"), args=args):
                return not self.is_free(folder) and any(map(self.is_free, args))
            case ast.Call(func=ast.Attribute(value=owner, attr="join"), args=[folder, *args]):
                is_of_paths = chain_of(owner)[-1:] in ((".path",), ("path",), ("posixpath",))
                return is_of_paths and not self.is_free(folder) and any(map(self.is_free, args))
        return False

    def is_path(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self.flow.paths or _PATH_NAME.search(name) is not None
            case ast.Attribute(attr=attr):
                return _PATH_NAME.search(attr) is not None or attr in ("parent", "parents")
            case ast.BinOp(left=left, op=ast.Div()):
                return self.is_path(left)
            case ast.Call():
                if called_name(node) in _PATH_CLASSES or self.is_join(node):
                    return True
                return isinstance(node.func, ast.Attribute) and self.is_path(node.func.value)
        return False

    def _opens(self, call: ast.Call) -> bool:
        given = [*call.args, *(word.value for word in call.keywords if word.arg in ("path", "file", "filename"))]
        if _OPENING.search(expression(chain_of(call.func))) and any(map(self.is_free, given)):
            return True
        method = call.func if isinstance(call.func, ast.Attribute) else None
        if method is None or method.attr not in _OPENING_METHODS:
            return False
        return self.is_path(method.value) and self.is_free(method.value)

    def _is_contained(self, node: ast.AST) -> bool:
        """Whether a test asks of a path that the request had a part in whether it lies below a folder."""
        is_test = (type(node) is ast.Call and called_name(node) in _CONTAINING) or (
            type(node) is ast.Compare
            and any(isinstance(side, ast.Attribute) and side.attr == "parents" for side in node.comparators)
        )
        return is_test and not _names(node).isdisjoint(self.flow.paths | self.flow.free)

    def _handed(self, call: ast.Call) -> Iterator[tuple[Symbol, frozenset[str]]]:
        handed = {id(item) for item in arguments_of(call) if self.is_free(item)}
        for function in called(self.flows.program, call, self.function) if handed else ():
            given = parameters_given(self.flows.program, function, call)
            if free := frozenset(name for name, value in given.items() if id(value) in handed):
                yield function, free


def _names(node: ast.AST) -> set[str]:
    """The names that stand in something."""
    return {part.id for part in walk(node) if isinstance(part, ast.Name)}
