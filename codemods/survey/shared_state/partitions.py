"""Holders that must be one for each tenant: whether they are, and whether they can become so."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.containers import ENUMERATING, OF_MAPPINGS
from codemods.analysis.facts import Use
from codemods.analysis.nodes import children, walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.errors import TenantizeError
from codemods.knowledge.state import Holder
from codemods.messages import phrase
from codemods.places import Member
from codemods.survey.background.without import by_definition
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.outside import outside_tenants
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding

MAPPING, ATTRIBUTE = "shared-mapping", "shared-attribute"
# What the partitioned map can do for those that use it.
_MAP_METHODS = frozenset("." + name for name in OF_MAPPINGS)

_BY_HAND = phrase("make it one for each tenant by hand")


def is_partitioned(program: TenantProgram, holder: Holder) -> bool:
    """Whether a holder keeps one part for each tenant, wherever it is given a value."""
    places = _first_values(program, holder)
    return bool(places) and all(_makes_partition(program, frame, value) for frame, value in places)


def is_in_tree(program: TenantProgram, holder: Holder) -> bool:
    """Whether the tree has what a holder names."""
    module, member = holder.at.module, holder.at.qualname
    file = program.files.get(module)
    if file is None:
        return False
    owner, _, name = member.rpartition(".")
    cls = file.classes.get(owner)
    if cls is not None and name in {*cls.assigned, *cls.annotated, *cls.methods, *cls.classes}:
        return True
    there = {*file.body.nested, *file.body.assigned, *file.body.annotated}
    return (not owner and name in there) or bool(_first_values(program, holder))


def require_holders(program: TenantProgram) -> None:
    """Raises TenantizeError when a holder that a user added names something that is not in the tree."""
    for holder in program.state.holders.values():
        if holder.source and not is_in_tree(program, holder):
            raise TenantizeError(
                phrase(
                    "{source}: holder {name!r} is at {at}, which is not in this tree: name it as the tree defines "
                    "it, module:name or module:Class.attribute.",
                    source=holder.source,
                    name=holder.name,
                    at=holder.at,
                )
            )


def first_line(program: TenantProgram, holder: Holder) -> int:
    """Where a holder is given its first value; 1 where the tree has no such holder."""
    return next((value.lineno for _, value in _first_values(program, holder)), 1)


def how_to_partition(program: TenantProgram, holder: Holder) -> Site | Finding | None:
    """What makes a holder one for each tenant, why that cannot be done, or None where the tree has no such holder."""
    module, member = holder.at.module, holder.at.qualname
    owner = member.rpartition(".")[0]
    places = _first_values(program, holder)
    if not places or module not in program.files:
        return None
    file, (frame, value) = program.files[module], places[0]
    if owner and frame not in (Symbol(module, owner), Symbol(module, f"{owner}.__init__")):
        return _stays(
            holder, file.path, value.lineno, phrase("{holder} is first given a value here", holder=holder.name)
        )
    if _is_mapping(value):
        if len(places) > 1:
            again = phrase("{holder} is given a new value here", holder=holder.name)
            return _stays(holder, file.path, places[1][1].lineno, again)
        unfit = next(_unfit_uses(program, holder), None)
        if unfit is not None:
            return _stays(
                holder, *unfit, phrase("{holder} is used here as no partitioned map can be", holder=holder.name)
            )
        return _unless_imported(program, holder, Site(MAPPING, file.path, Member(member)))
    if owner and _is_plain(value):
        stands_against = _against_an_attribute(program, Symbol(module, owner), member)
        if stands_against:
            return _stays(
                holder, file.path, value.lineno, phrase("{holder} {why}", holder=holder.name, why=stands_against)
            )
        return _unless_imported(program, holder, Site(ATTRIBUTE, file.path, Member(member)))
    reason = phrase("{holder} is shared by all tenants, and starts with no plain value", holder=holder.name)
    return _stays(holder, file.path, value.lineno, reason)


def _unless_imported(program: TenantProgram, holder: Holder, site: Site) -> Site | Finding:
    """What mends a holder, unless it is used before any tenant can be there."""
    imported = next(_uses_on_import(program, holder), None)
    if imported is None:
        return site
    reason = phrase("{holder} is used here as modules are imported, when there is no tenant", holder=holder.name)
    return _stays(holder, *imported, reason)


def _stays(holder: Holder, path: str, line: int, reason: str) -> Finding:
    told = phrase("{reason}: {by_hand}", reason=reason, by_hand=_BY_HAND)
    return Finding(path, line, told, f"holder {holder.name}")


def _against_an_attribute(program: TenantProgram, owner: Symbol, member: str) -> str:
    """Why an attribute of a class cannot become a per-tenant one, which is declared in the class, or ""."""
    cls, name = program.sources.cls(owner), "." + member.rpartition(".")[2]
    if cls is not None and any("dataclass" in part for item in cls.decorator_list for part in chain_of(item)):
        return phrase("is a field of a dataclass")
    if cls is not None and any(True for _ in _given(cls.body, "__slots__")):
        return phrase("is of a class with __slots__")
    init = program.functions.get(owner.member("__init__"))
    if init is not None and any(use.chain[:2] == ("self", name) and use.role != "store" for use in init.uses):
        return phrase("is used while its object is made, when there may be no tenant")
    for identifier in program.naming(name.removeprefix(".")):
        for use in program.functions[identifier].uses:
            places = [place for place, part in enumerate(use.chain) if part == name and place]
            if any(Value("class", owner) in program.values(use.chain[:place], identifier) for place in places):
                return phrase("is the class's own in {qualname}", qualname=identifier.qualname)
    return ""


@once
def _known_values(program: TenantProgram) -> dict[Symbol, list[tuple[Symbol, ast.expr]]]:
    return {}


def _first_values(program: TenantProgram, holder: Holder) -> list[tuple[Symbol, ast.expr]]:
    """The values that a holder is given by its own class or module, first its first one, and the function of each."""
    known = _known_values(program)
    if holder.at not in known:
        known[holder.at] = list(_read_values(program, holder))
    return known[holder.at]


def _read_values(program: TenantProgram, holder: Holder) -> Iterator[tuple[Symbol, ast.expr]]:
    """The same, read.

    A per-tenant attribute, declared in the class, takes all others that it is given into the tenant's part.
    """
    module, member = holder.at.module, holder.at.qualname
    owner, _, name = member.rpartition(".")
    if module not in program.files:
        return
    if owner:
        cls = program.sources.cls(Symbol(module, owner))
        declared = list(_given(cls.body, name)) if cls is not None else []
        if declared:
            yield from ((Symbol(module, owner), value) for value in declared)
            return
        methods = program.classes[Symbol(module, owner)].methods.values() if cls is not None else ()
        found = [
            (Symbol(module, method), value)
            for method in methods
            for value in _given(
                list(walk(program.sources.function(Symbol(module, method)) or ast.Pass())), name, "self"
            )
        ]
        found.sort(key=lambda item: (not item[0].qualname.endswith(".__init__"), item[1].lineno))
        yield from found
    else:
        yield from ((Symbol(module, MODULE_BODY), value) for value in _given(program.sources.module(module).body, name))


def _given(nodes: Sequence[ast.AST], name: str, owner: str = "") -> Iterator[ast.expr]:
    wanted = (owner, "." + name) if owner else (name,)
    for node in nodes:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and any(chain_of(target) == wanted for target in targets):
            yield node.value


def _makes_partition(program: TenantProgram, frame: Symbol, value: ast.expr) -> bool:
    frame = frame if frame in program.functions else frame.body
    chain = chain_of(value)
    return bool(chain) and chain[-1] == "()" and program.named(chain, frame, program.state.context.partitions)


def _is_mapping(value: ast.expr) -> bool:
    """`{}` or `dict()`."""
    return (isinstance(value, ast.Dict) and not value.keys) or (
        isinstance(value, ast.Call) and chain_of(value) == ("dict", "()") and not value.args and not value.keywords
    )


def _is_plain(value: ast.expr) -> bool:
    """A constant, or an empty list or set: what every tenant may start with."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.List):
        return not value.elts
    return isinstance(value, ast.Call) and chain_of(value) in (("list", "()"), ("set", "()")) and not value.args


def _unfit_uses(program: TenantProgram, holder: Holder) -> Iterator[tuple[str, int]]:
    """Uses of a holder that a partitioned map cannot serve: it is handed to strangers, copied, or replaced."""
    name = holder.at.name
    spellings = (name, "." + name)
    for identifier in program.naming(name):
        for use in program.functions[identifier].uses:
            for cut, part in enumerate(use.chain, 1):
                if part not in spellings:
                    continue
                values = program.values(use.chain[:cut], identifier)
                is_first = use.role == "store" and identifier == holder.at.owner.member("__init__")
                if not any(value == Value("holder", holder.at) for value in values) or is_first or _fits(use, cut):
                    continue
                if use.chain[cut:] or not _is_served(program, identifier, use):
                    yield program.file_of(identifier).path, use.line


@once
def _run_on_import(program: TenantProgram) -> frozenset[Symbol]:
    """The functions that run while modules are imported, and have no tenant when the other recipes have run, either."""
    bodies, outside = [Symbol(module, MODULE_BODY) for module in program.files], outside_tenants(program)
    run = program.reaches.run_by(
        [*bodies, *by_definition(program)], lambda edge: not edge.scoped and edge.target in outside
    )
    return frozenset(run)


def _uses_on_import(program: TenantProgram, holder: Holder) -> Iterator[tuple[str, int]]:
    """Uses of a holder, but for its first value, before any tenant can be there."""
    name = holder.at.name
    making = (holder.at.body, holder.at.owner.member("__init__"))
    for identifier in program.naming(name):
        for use in program.functions[identifier].uses if identifier in _run_on_import(program) else ():
            if use.role == "store" and identifier in making:
                continue
            cuts = [cut for cut, part in enumerate(use.chain, 1) if part in (name, "." + name)]
            if any(Value("holder", holder.at) in program.values(use.chain[:cut], identifier) for cut in cuts):
                yield program.file_of(identifier).path, use.line


def _fits(use: Use, cut: int) -> bool:
    following = use.chain[cut : cut + 2]
    if not following:
        return use.role in ("each", "size", "test") or (len(use.given_to) == 1 and use.given_to[0] in ENUMERATING)
    return following[0] == "[]" or (following[0] in _MAP_METHODS and following[1:] == ("()",))


def _is_served(program: TenantProgram, identifier: Symbol, use: Use) -> bool:
    """Whether a holder is only handed to functions of the tree that ask of it what the map can do."""
    calls = [other for other in program.functions[identifier].uses if other.line == use.line and other.arguments]
    taking = [call for call in calls if any(argument.chain == use.chain for argument in call.arguments)]
    return bool(taking) and all(_takes_a_map(program, identifier, call, use.chain) for call in taking)


def _takes_a_map(program: TenantProgram, identifier: Symbol, call: Use, chain: Chain) -> bool:
    callees = [value.name for value in program.values(call.chain[:-1], identifier) if value.kind == "function"]
    for callee in callees:
        names = [item.name for item in program.functions[callee].parameters if item.name not in ("self", "cls")]
        given = [item.keyword or name for item, name in zip(call.arguments, names, strict=False) if item.chain == chain]
        if not given or not all(_is_map_in(program, callee, name) for name in given):
            return False
    return bool(callees)


def _is_map_in(program: TenantProgram, identifier: Symbol, name: str) -> bool:
    """Whether a function does with a parameter only what the map can do."""
    node = program.sources.function(identifier)
    if node is None:
        return False
    parents = {id(child): item for item in walk(node) for child in children(item)}
    uses = [item for item in walk(node) if isinstance(item, ast.Name) and item.id == name]
    return all(isinstance(item.ctx, ast.Load) and _is_map_use(item, parents) for item in uses)


def _is_map_use(node: ast.Name, parents: dict[int, ast.AST]) -> bool:
    parent = parents[id(node)]
    if isinstance(parent, ast.Attribute):
        outer = parents[id(parent)]
        return "." + parent.attr in _MAP_METHODS and isinstance(outer, ast.Call) and outer.func is parent
    if isinstance(parent, ast.Compare):
        return node in parent.comparators and isinstance(
            parent.ops[parent.comparators.index(node)], (ast.In, ast.NotIn)
        )
    if isinstance(parent, ast.Call):
        return chain_of(parent.func)[:1] != () and chain_of(parent.func)[0] in ENUMERATING
    return isinstance(parent, (ast.Subscript, ast.For, ast.AsyncFor, ast.comprehension)) and node is not getattr(
        parent, "slice", None
    )
