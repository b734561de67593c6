"""Which hunks need which: by the names that one brings and another uses, within a file and across files."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from codemods.changes import Change
from codemods.deliver.review.hunks import Hunk, parsed
from codemods.tree import module_name

# A name and where it is bound: the function or class, from the outermost on.
Scope = tuple[str, ...]
Name = tuple[Scope, str]


@dataclass(frozen=True, slots=True)
class Needs:
    """Of the hunks of a file: what each makes no sense without, and who uses each name that an import brings.

    Then what other files can have of them and want of others: names that come, and names that go.
    """

    of: dict[Hunk, set[Hunk]]
    users: dict[Hunk, dict[str, set[Hunk]]]
    coming: Interface
    going: Interface


@dataclass(frozen=True, slots=True)
class Interface:
    """Names that the hunks of a module bring, or take away; names of other modules that they use, or use no more."""

    module: str
    has: dict[Name, set[Hunk]]
    wants: list[tuple[Hunk, str, Name]]


def needs_of(change: Change, hunks: Sequence[Hunk]) -> Needs:
    """How the hunks of a change, which are all of them, need each other."""
    needs: dict[Hunk, set[Hunk]] = {hunk: set() for hunk in hunks}
    users: dict[Hunk, dict[str, set[Hunk]]] = {hunk: defaultdict(set) for hunk in hunks if hunk.imports}
    before, after = _read(change.before or b""), _read(change.after)
    old, new = _places(hunks, "old"), _places(hunks, "new")
    # What uses a name needs what brings it; what takes a name away needs what uses it no more.
    for user, source, word in _pairs(after, new, before):
        needs[user].add(source)
        if source.imports:
            users[source][word].add(user)
    for user, source, _ in _pairs(before, old, after):
        needs[source].add(user)
    # A name that moves is neither gone nor there twice.
    for name in before.bound.keys() & after.bound.keys():
        gone = {old[line] for line in before.bound[name] & old.keys()}
        brought = {new[line] for line in after.bound[name] & new.keys()}
        if gone and brought:
            for hunk in gone | brought:
                needs[hunk] |= (gone | brought) - {hunk}
    for said, member in _said_of_members(change.after, new):
        needs[said].add(member)
        needs[member].add(said)
    return Needs(needs, users, _interface(change.path, after, new, before), _interface(change.path, before, old, after))


def _said_of_members(after: bytes, new: Mapping[int, Hunk]) -> Iterator[tuple[Hunk, Hunk]]:
    """Each hunk in a class's decorators, and one of its recipe in the class, which says that no more."""
    for node in ast.walk(parsed(after)):
        if isinstance(node, ast.ClassDef):
            lines = (line for each in node.decorator_list for line in range(each.lineno - 1, each.end_lineno or 0))
            said = {new[line] for line in lines if line in new}
            members = {new[line] for line in range(node.lineno - 1, node.end_lineno or 0) if line in new}
            yield from ((one, other) for one in said for other in members - said if one.recipe == other.recipe)


def needs_across_files(files: Sequence[Needs]) -> Iterator[tuple[Hunk, Hunk]]:
    """Each hunk that needs one of another file, and that one."""
    for user, source in _across([needs.coming for needs in files]):
        yield user, source
    # What takes a name away needs what uses it no more.
    for user, source in _across([needs.going for needs in files]):
        yield source, user


def _interface(path: str, side: _Names, places: Mapping[int, Hunk], other: _Names) -> Interface:
    has = {
        name: {places[line] for line in lines & places.keys()}
        for name, lines in side.bound.items()
        if len(name[0]) < 2 and name not in other.bound
    }
    known = {source[:3] for source in other.sources}
    wants: list[tuple[Hunk, str, Name]] = [
        (places[line], _absolute(path, module, level), ((), word))
        for module, level, word, line in side.sources
        if line in places and (module, level, word) not in known
    ]
    # A member of a class that is not of this file is known by that class's name.
    wants += [
        (places[line], "", (scopes[0], word))
        for scopes, word, line in side.used
        if line in places and len(scopes) == 1 and scopes[0] and (scopes[0], word) not in side.bound
    ]
    return Interface(module_name(path), has, wants)


def _across(interfaces: Sequence[Interface]) -> Iterator[tuple[Hunk, Hunk]]:
    """Who wants a name, and who of another file has it. A package may pass on what one of its modules has."""
    having: dict[Name, list[tuple[str, set[Hunk]]]] = defaultdict(list)
    for interface in interfaces:
        for name, hunks in interface.has.items():
            having[name].append((interface.module, hunks))
    for interface in interfaces:
        for user, module, name in interface.wants:
            for where, hunks in having.get(name, ()):
                if where != interface.module and (module in ("", where) or where.startswith(module + ".")):
                    for source in hunks:
                        yield user, source


def _absolute(path: str, module: str, level: int) -> str:
    """The module that an import names, from wherever its file stands."""
    if not level:
        return module
    package = path.split("/")[:-1]
    return ".".join([*package[: len(package) - level + 1], *filter(None, [module])])


def _places(hunks: Sequence[Hunk], side: str) -> dict[int, Hunk]:
    """Which hunk each changed line belongs to."""
    return {line: hunk for hunk in hunks for span in hunk.spans for line in range(*getattr(span, side))}


def _pairs(side: _Names, places: Mapping[int, Hunk], other: _Names) -> Iterator[tuple[Hunk, Hunk, str]]:
    """Each hunk of one side that uses a name, another one that binds that name there, and the name."""
    for scopes, word, line in side.used:
        user = places.get(line)
        name = next(((scope, word) for scope in scopes if (scope, word) in side.bound), None)
        if user is None or name is None:
            continue
        for bound in side.bound[name]:
            source = places.get(bound)
            # An import that only changes its line still brings what it brought.
            if source not in (None, user) and not ((name, bound) in side.imported and name in other.bound):
                yield user, source, word


@dataclass
class _Names:
    """The lines (from 0) where each name of a file is bound, those of imports, and who uses which name where."""

    bound: dict[Name, set[int]]
    imported: set[tuple[Name, int]]
    used: list[tuple[tuple[Scope, ...], str, int]]
    # What is imported from where: the module and its level, the name there, the line.
    sources: list[tuple[str, int, str, int]]


def _read(data: bytes) -> _Names:
    reader = _Reader()
    reader.visit(parsed(data))
    return reader.names


class _Reader(ast.NodeVisitor):
    """Notes every name that a file binds or uses, with its scope; a class's members are names of that class."""

    def __init__(self) -> None:
        self.names = _Names(defaultdict(set), set(), [], [])
        # From the innermost on: the scope, and whether it is a class.
        self.scopes: list[tuple[Scope, bool]] = [((), False)]
        self.elsewhere: dict[Name, Scope] = {}
        self.counts: Counter[Name] = Counter()

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name, node)
        outside = [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, node.returns]
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        self._visit_all([*outside, *(argument.annotation for argument in arguments if argument)])
        with self._inside(node.name, is_class=False):
            for argument in arguments:
                if argument:
                    self._bind(argument.arg, argument)
            self._visit_all(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, node)
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        with self._inside(node.name, is_class=True):
            self._visit_all(node.body)

    @contextmanager
    def _inside(self, name: str, *, is_class: bool) -> Iterator[None]:
        outer = self.scopes[0][0]
        self.counts[outer, name] += 1
        count = self.counts[outer, name]
        self.scopes.insert(0, ((*outer, name if count == 1 else f"{name}#{count}"), is_class))
        try:
            yield
        finally:
            del self.scopes[0]

    def _visit_all(self, nodes: Sequence[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node)
        if not isinstance(node.ctx, ast.Store):
            self._use(node.id, node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self._use(node.target.id, node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            word = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0])
            self.names.imported.add((self._bind(word, alias), alias.lineno - 1))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.visit_Import(node)
        for alias in node.names:
            self.names.sources.append((node.module or "", node.level, alias.name, alias.lineno - 1))

    def visit_Global(self, node: ast.Global) -> None:
        for word in node.names:
            self.elsewhere[self.scopes[0][0], word] = ()

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for word in node.names:
            self.elsewhere[self.scopes[0][0], word] = self.scopes[1][0]

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest, node)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if not isinstance(node.value, ast.Name):
            return
        owner = next((scope for scope, is_class in self.scopes if is_class), None)
        if node.value.id not in ("self", "cls"):
            owner = (node.value.id,)
        if owner is None:
            return
        if isinstance(node.ctx, ast.Store):
            self.names.bound[owner, node.attr].add(node.lineno - 1)
        else:
            self.names.used.append(((owner,), node.attr, node.lineno - 1))

    def _bind(
        self, word: str, node: ast.expr | ast.stmt | ast.arg | ast.alias | ast.ExceptHandler | ast.pattern
    ) -> Name:
        scope = self.scopes[0][0]
        name = (self.elsewhere.get((scope, word), scope), word)
        self.names.bound[name].add(node.lineno - 1)
        return name

    def _use(self, word: str, node: ast.expr | ast.stmt) -> None:
        seen = tuple(scope for at, (scope, is_class) in enumerate(self.scopes) if at == 0 or not is_class)
        self.names.used.append((seen, word, node.lineno - 1))
