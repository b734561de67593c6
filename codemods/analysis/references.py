"""Every place where a module writes a name down, and what is done with it there.

Facts keep what is evaluated. Who would give a name another meaning must know every reference to it, also those in
lambdas, class bodies, signatures and patterns.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain

from msgspec import Struct, structs

from codemods.analysis.chains import Chain, full_chain
from codemods.analysis.containers import CHANGING, ITEMS, LOOKING, READING
from codemods.analysis.nodes import children, walk
from codemods.analysis.parsing import Function
from codemods.analysis.sources import Sources, stands_on
from codemods.analysis.symbols import MODULE_BODY, Symbol

# What gives a value to a name, a caller or a container.
_HANDING_ON = (
    *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Return, ast.Yield, ast.keyword, ast.Lambda),
    *(ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Starred),
)


# What binds names that no ast.Name stands for, or says whose a name is.
_BINDING = (ast.Import, ast.ImportFrom, ast.MatchAs, ast.MatchStar, ast.ExceptHandler, ast.Nonlocal, ast.Global)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What says more of the names in it than that they are used.
_TELLING = frozenset(
    {*_BINDING, *_COMPREHENSIONS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda}
    | {ast.AnnAssign, ast.arg, ast.match_case}
)

# Methods that put what they are given into a text.
_TEXTS = frozenset({"format", "format_map", "substitute", "safe_substitute"})

HIDDEN = "hidden"


class Reference(Struct, frozen=True, gc=False):
    """A name or attribute as it stands somewhere.

    frame: the function that evaluates it. around: the nodes around it, outermost first. where: "" in the body of that
    function, else what it stands in ("class body", "signature", "pattern"), where it cannot be replaced; HIDDEN for a
    parameter of a lambda or a name of a comprehension, which is another thing.
    """

    frame: Symbol
    node: ast.expr
    around: tuple[ast.AST, ...]
    where: str

    @property
    def line(self) -> int:
        return self.node.lineno


# The nodes around one, nearest first: few are ever asked for them.
_Around = tuple[ast.AST, "_Around"] | None
# A node on the way through a module, and what is known of where it stands (see Reference): the function, the nodes
# around it, where that is, and the names that are hidden there.
_Place = tuple[ast.AST, Symbol, _Around, str, frozenset[str]]


class References:
    """The references of one module, by name; and the names that each function binds itself.

    wanted: the names that are asked for, and only the statements that say one are looked at; all, where none are said.
    """

    def __init__(self, sources: Sources, module: str, wanted: frozenset[str] | None = None) -> None:
        self._wanted = wanted
        self._lines = sources.lines(module, wanted) if wanted is not None else None
        self.by_name: dict[str, list[Reference]] = {}
        self.bound: dict[Symbol, set[str]] = {}
        # Names that functions share by `nonlocal`, or that they bind for the module other than by an assignment.
        self.odd: set[str] = set()
        tree = sources.module(module)
        self._names = {id(node): name for name, node in sources.functions_of(module)}
        body = Symbol(module, MODULE_BODY)
        self.bound[body] = set()
        self._given_up: dict[Symbol, set[str]] = {}
        # A stack, and no recursion: a long sum is nested as deep as it is long.
        stack: list[_Place] = [(statement, body, None, "", frozenset()) for statement in reversed(tree.body)]
        while stack:
            stack += reversed(self._visit(stack.pop()))
        for function, names in self._given_up.items():
            self.bound[function] -= names
            node = sources.function(function)
            inside = (item for item in walk(node) if item is not node) if node else ()
            self.odd |= names & {name for item in inside for name in bound_oddly(item)}

    @cached_property
    def by_frame(self) -> Mapping[Symbol, Sequence[Reference]]:
        """The same references, by the function that evaluates them."""
        found: dict[Symbol, list[Reference]] = {}
        for item in chain.from_iterable(self.by_name.values()):
            found.setdefault(item.frame, []).append(item)
        return found

    def is_own(self, name: str, frame: Symbol) -> bool:
        """Whether a name is bound in a function, or in one around it."""
        module, qualname = frame.module, frame.qualname
        while qualname and qualname != MODULE_BODY:
            if name in self.bound.get(Symbol(module, qualname), ()):
                return True
            qualname = qualname.rpartition(".<locals>.")[0]
        return False

    def _visit(self, place: _Place) -> Sequence[_Place]:
        """Note what stands at a place; the places in it."""
        node, frame, around, where, hidden = place
        if self._lines is not None and isinstance(node, ast.stmt) and not stands_on(node, self._lines):
            return ()
        if type(node) is ast.Name:
            self._name(node, place)
            return ()
        inside = (node, around)
        if type(node) is ast.Attribute:
            self._keep(node.attr, frame, node, around, where)
            return ((node.value, frame, inside, where, hidden),)
        if node.__class__ in _TELLING:
            return self._told(node, place, inside)
        return [(part, frame, inside, where, hidden) for part in children(node) if part.__class__ is not ast.Constant]

    def _told(self, node: ast.AST, place: _Place, inside: _Around) -> list[_Place]:
        """The places in what says more of its names."""
        _, frame, _, where, hidden = place
        marked: list[_Place] = []
        inner = children(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(node, frame, inside, hidden)
        if isinstance(node, ast.ClassDef):
            keywords = (keyword.value for keyword in node.keywords)
            inner, where = [*node.decorator_list, *node.bases, *keywords, *node.body], "class body"
        elif isinstance(node, _BINDING):
            self._binds(node, frame)
        elif isinstance(node, ast.Lambda):
            hidden |= {item.arg for item in _parameters(node.args)}
        elif isinstance(node, _COMPREHENSIONS):
            targets = (item for part in node.generators for item in walk(part.target))
            hidden |= {item.id for item in targets if isinstance(item, ast.Name)}
        elif isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation is not None:
            inner.remove(node.annotation)
            marked.append((node.annotation, frame, inside, "signature", hidden))
        elif isinstance(node, ast.match_case):
            inner.remove(node.pattern)
            marked.append((node.pattern, frame, inside, "pattern", hidden))
        return marked + [(child, frame, inside, where, hidden) for child in inner]

    def _function(self, node: Function, frame: Symbol, inside: _Around, hidden: frozenset[str]) -> list[_Place]:
        arguments, every = node.args, _parameters(node.args)
        outside = [*node.decorator_list, *arguments.defaults, *arguments.kw_defaults, node.returns]
        outside += [item.annotation for item in every]
        found: list[_Place] = [(part, frame, inside, "signature", hidden) for part in outside if part is not None]
        inner = self._names[id(node)]
        self.bound[inner] = {item.arg for item in every}
        self.bound.setdefault(frame, set()).add(node.name)
        return [*found, *((statement, inner, (node, None), "", frozenset()) for statement in node.body)]

    def _name(self, node: ast.Name, place: _Place) -> None:
        _, frame, around, where, hidden = place
        if node.id in hidden:
            # Another thing of the same name, though it reads the same.
            self._keep(node.id, frame, node, around, HIDDEN)
            return
        self._keep(node.id, frame, node, around, where)
        if not isinstance(node.ctx, ast.Load) and where != "class body":
            self.bound.setdefault(frame, set()).add(node.id)

    def _binds(self, node: ast.AST, frame: Symbol) -> None:
        if bound := bound_oddly(node):
            self.bound.setdefault(frame, set()).update(bound)
        elif isinstance(node, ast.Nonlocal):
            self.odd.update(node.names)
        elif isinstance(node, ast.Global):
            self._give_up(node.names, frame)

    def _keep(self, name: str, frame: Symbol, node: ast.expr, around: _Around, where: str) -> None:
        if self._wanted is None or name in self._wanted:
            self.by_name.setdefault(name, []).append(Reference(frame, node, _outermost_first(around), where))

    def _give_up(self, names: list[str], frame: Symbol) -> None:
        """Note names that a function makes its module's, for it and those around it."""
        module, qualname = frame.module, frame.qualname
        while qualname and qualname != MODULE_BODY:
            self._given_up.setdefault(Symbol(module, qualname), set()).update(names)
            qualname = qualname.rpartition(".<locals>.")[0]


def references_of(sources: Sources, module: str, wanted: frozenset[str] | None = None) -> References:
    """The references of a module to some names, or to all: they are kept for as long as its syntax is."""
    known = sources.module(module).references
    if wanted not in known:
        known[wanted] = References(sources, module, wanted)
    return known[wanted]


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [item for item in found if item is not None]


def _outermost_first(around: _Around) -> tuple[ast.AST, ...]:
    found = []
    while around is not None:
        node, around = around
        found.append(node)
    return tuple(reversed(found))


def bound_oddly(node: ast.AST) -> list[str]:
    """The names that a definition, an import, an `except` or a pattern binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and node.name:
        return [node.name]
    return []


def handed_to(reference: Reference) -> Chain | None:
    """What a lambda around a reference is an argument of; None where there is no lambda, or nobody gets it."""
    for index, node in enumerate(reference.around):
        outer = reference.around[index - 1] if index else None
        if isinstance(node, ast.Lambda) and isinstance(outer, ast.keyword) and index > 1:
            outer = reference.around[index - 2]
        if isinstance(node, ast.Lambda) and isinstance(outer, ast.Call):
            return full_chain(outer.func)
    return None


def asks_own_names(reference: Reference) -> bool:
    """Whether it is a `locals()` of a function that something is looked up in: it answers with a copy."""
    call = reference.around[-1] if reference.around else None
    if not isinstance(call, ast.Call) or call.func is not reference.node or call.args or call.keywords:
        return False
    if reference.frame.qualname == MODULE_BODY or reference.where:
        return False
    if _is_formatted(reference.around):
        return True
    found: ast.expr = call
    around = list(reference.around[:-1])
    while around and isinstance(outer := around[-1], ast.expr) and _looks_up(outer, found):
        found = outer
        around.pop()
    if found is call:
        return not may_change(structs.replace(reference, node=call, around=tuple(around)), items=True)
    # What it holds may go where a name of the function may go, and must not be changed right there.
    is_changed = around and isinstance(around[-1], (ast.Attribute, ast.Subscript))
    return not (is_changed and may_change(structs.replace(reference, node=found, around=tuple(around))))


def _is_formatted(around: Sequence[ast.AST]) -> bool:
    """Whether the innermost of these is only put into a text: `a.format(**locals())`, `a.format_map(locals())`."""
    outer = around[-2] if len(around) > 1 else None
    if isinstance(outer, ast.keyword) and outer.arg is None and len(around) > 2:
        outer = around[-3]
    function = outer.func if isinstance(outer, ast.Call) else None
    return isinstance(function, ast.Attribute) and function is not around[-1] and function.attr in _TEXTS


def _looks_up(parent: ast.AST, child: ast.AST) -> bool:
    """Whether a node only asks what is in it for one of its items."""
    if isinstance(parent, ast.Call):
        return child is parent.func and isinstance(child, ast.Attribute)
    if isinstance(parent, ast.Attribute):
        return parent.attr == "get" and isinstance(child, ast.Call)
    return isinstance(parent, ast.Subscript) and child is parent.value and isinstance(parent.ctx, ast.Load)


def is_stored(reference: Reference) -> bool:
    """Whether the reference itself is given a value, or is deleted."""
    return not isinstance(getattr(reference.node, "ctx", ast.Load()), ast.Load)


def may_change(reference: Reference, *, items: bool = False) -> bool:
    """Whether the object that a reference stands for may be changed by what is done with it there.

    Yes for storing into it and calling what may change it, and wherever it goes on to somebody else. `items`: what it
    holds may be changed as well, so that handing out an item counts.
    """
    child: ast.AST = reference.node
    for parent in reversed(reference.around):
        if isinstance(parent, (ast.Attribute, ast.Subscript)) and child is parent.value:
            if not isinstance(parent.ctx, ast.Load):
                return True
            child = parent
        elif isinstance(parent, (ast.Await, ast.BoolOp, ast.IfExp)):
            child = parent
        elif isinstance(parent, ast.Call) and child is parent.func:
            if not (isinstance(child, ast.Attribute) and child.attr in READING):
                return True
            if not (items and child.attr in ITEMS):
                return False
            child = parent
        else:
            return _goes_on(child, parent, reference, items)
    return False


def _goes_on(child: ast.AST, parent: ast.AST, reference: Reference, items: bool) -> bool:
    """Whether an expression that something is the whole of hands it on to somebody."""
    if isinstance(child, ast.Attribute) and child is not reference.node:
        return child.attr in CHANGING  # else an attribute of it, which is another object's concern
    if child is not reference.node and not items:
        return False  # one of its items
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        return items and child is parent.iter
    if isinstance(parent, ast.Call):
        name = full_chain(parent.func)[-1:] or ("?",)
        return name[0].lstrip(".") not in LOOKING
    return isinstance(parent, _HANDING_ON)
