"""What recipes have brought to a tree and somebody has taken back in part: half a migration is worse than none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemods.analysis.chains import Chain, expression
from codemods.analysis.facts import FileFacts, FunctionFacts, Use
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import UNKNOWN, Value, Values
from codemods.messages import phrase
from codemods.places import Unimported
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.taken_back.leftover import given_at_start, unused
from codemods.survey.verdicts import Finding
from codemods.tree import module_name

if TYPE_CHECKING:
    from codemods.knowledge.recipes import FixedPlace, Support


def taken_back(program: TenantProgram) -> Iterator[Finding]:
    """Names of support code that nobody imports, fixed places without their edit, state used in two ways."""
    from codemods.knowledge.recipes import all_recipes

    brought: set[str] = set()
    there = program.files.keys() - program.missing
    joined = [(recipe.name, support) for recipe in all_recipes() for support in recipe.supports if support.merge]
    for recipe in all_recipes():
        homes = [module_name(support.target) for support in recipe.supports if not support.merge]
        if there.isdisjoint(homes):
            continue
        brought.update(name for support in recipe.supports for name in support.defines if name[0] != "_")
        for codemod in recipe.codemods:
            if codemod.at is not None and not is_done(program, codemod.at, codemod.unless):
                place, unless = codemod.at.name, codemod.unless
                reason = phrase(
                    "{place} lacks {unless}, which {name} put there", place=place, unless=unless, name=recipe.name
                )
                yield Finding(codemod.at.file, 1, reason, f"lacks {place} {unless}")
    yield from _unimported(program, brought)
    if brought:
        for name, support in joined:
            yield from _undefined(program, name, support)
        yield from unused(program, brought)
        yield from given_at_start(program)
        yield from _used_in_two_ways(program)
        yield from _unregistered(program)


def _undefined(program: TenantProgram, recipe: str, support: Support) -> Iterator[Finding]:
    """What a recipe has put into a module of the tree, and others import from there, where it is gone again."""
    home = module_name(support.target)
    if home not in program.files:
        return
    body = program.files[home].body
    # What a recipe brings may be there before what it stands on: the next run adds that.
    own = (file for file in program.files.values() if file.module not in program.brought)
    frames = (frame for file in own for frame in (file.body, *file.functions.values()))
    wanted = {target.qualname for frame in frames for target in frame.imports.values() if target.module == home}
    for name in support.defines:
        if name in wanted and name not in {*body.nested, *body.imports, *body.assigned}:
            reason = phrase("{place} lacks {unless}, which {name} put there", place=home, unless=name, name=recipe)
            yield Finding(support.target, 1, reason, f"lacks {name}")


def is_done(program: TenantProgram, at: FixedPlace, name: str) -> bool:
    """Whether a function or class uses or defines a name."""
    identifier = Symbol(module_name(at.file), at.name)
    cls = program.classes.get(identifier)
    if cls is not None:
        return name in {*cls.texts, *cls.assigned, *cls.annotated}
    function = program.functions.get(identifier)
    return function is not None and any(
        name in use.chain for use in (*function.uses, *function.decorators, *function.definition)
    )


def unimported_sites(program: TenantProgram) -> Iterator[Site]:
    """The names that a file uses as recipes do, and does not import."""
    for at in sorted(program.unimported):
        file = program.files.get(at.module)
        if file is not None:
            home = file.body.imports[at.qualname].module
            yield Site("unimported-name", file.path, Unimported(at.qualname, home))


def _unimported(program: TenantProgram, names: set[str]) -> Iterator[Finding]:
    lost: dict[str, set[str]] = defaultdict(set)
    for at in program.unimported:
        lost[at.module].add(at.qualname)
    for identifier, function in program.functions.items():
        known = lost.get(identifier.module, ())
        for use in (*function.uses, *function.decorators):
            name = use.chain[0] if use.chain else ""
            if (name not in names and name not in known) or program.binds(identifier, name):
                continue
            if name in known or UNKNOWN in program.values((name,), identifier):
                reason = phrase("{name} is used here, and nothing imports it", name=name)
                yield Finding(program.file_of(identifier).path, use.line, reason, f"not-imported {name}")


# State that is kept for each tenant, read as if it were one for all, or the other way round


def _used_in_two_ways(program: TenantProgram) -> Iterator[Finding]:
    local = program.state.context.tenant_local
    for file in program.files.values():
        if not _knows(program, file, local):
            continue
        for function in file.functions.values():
            frame = Symbol(file.module, function.qualname)
            for use in function.uses:
                if reason := _mixed_up(program, use, frame, local):
                    yield Finding(file.path, use.line, reason, "mixed-up")
            for name in _hidden(program, file, function, local):
                reason = phrase("{name} is one for each tenant, and here a name of its own", name=name)
                yield Finding(file.path, function.line, reason, f"hidden {name}")


def _knows(program: TenantProgram, file: FileFacts, local: Symbol) -> bool:
    """Whether a file imports the per-tenant class, or something of a file of its package that does."""
    package = file.module.rpartition(".")[0]
    near = [file] + [
        program.files[home]
        for target in file.body.imports.values()
        if (home := target.module) in program.files and home.startswith(package + ".")
    ]
    return any(local in each.body.imports.values() for each in near)


def _mixed_up(program: TenantProgram, use: Use, frame: Symbol, local: Symbol) -> str:
    """What is wrong with an expression that reads state: `.value` of what has none, or none of what has one."""
    for cut in range(1, len(use.chain) + 1):
        values = program.values(use.chain[:cut], frame)
        following = use.chain[cut] if cut < len(use.chain) else ""
        is_local = Value("instance", local) in values
        if is_local and not following and _is_given(program, use, frame, local):
            return ""
        if is_local and following != ".value" and use.chain[cut - 1] != "()":
            return phrase(
                "{expression} is one for each tenant, and used without .value", expression=expression(use.chain[:cut])
            )
        if is_local:
            return ""
        if following == ".value" and _has_value(program, values):
            return ""
        if following == ".value" and _is_plain_state(program, use.chain[:cut], frame):
            return phrase(
                "{expression}.value is read, and {expression} has none", expression=expression(use.chain[:cut])
            )
    return ""


def _has_value(program: TenantProgram, values: Values) -> bool:
    """Whether objects of the tree's own have an attribute of that name, as many do."""
    owners = [
        program.classes[name]
        for value in values
        if value.kind in ("class", "instance")
        for name in program.lineage(value.name)
        if name in program.classes
    ]
    return any("value" in {*cls.assigned, *cls.annotated, *cls.bound, *cls.methods} for cls in owners)


def _is_given(program: TenantProgram, use: Use, frame: Symbol, local: Symbol) -> bool:
    """Whether a line gives state the per-tenant object that it is."""
    made = (item for item in program.functions[frame].uses if item.line == use.line and item.chain[-1:] == ("()",))
    return use.role == "store" and any(program.named(item.chain[:-1], frame, frozenset({local})) for item in made)


def _is_plain_state(program: TenantProgram, chain: Chain, frame: Symbol) -> bool:
    """Whether an expression names what a module or class of the same package keeps, and that is no enum's member."""
    package = frame.module.rpartition(".")[0]
    *owner, name = chain
    if not owner:
        home = program.files[frame.module]
        if (target := home.body.imports.get(name)) is not None:
            module, name = target.module, target.qualname
            home = program.files.get(module, home) if module.startswith(package + ".") else home
        is_kept = name in home.body.assigned or name in home.body.annotated
        return is_kept and not program.binds(frame, chain[0])
    for value in program.values(tuple(owner), frame):
        if value.kind in ("class", "instance") and value.name.module.startswith(package + "."):
            cls, lineage = program.classes[value.name], program.lineage(value.name)
            is_enum = any(base.dotted.endswith("Enum") for base in lineage)
            return not is_enum and name[1:] in {*cls.assigned, *cls.annotated}
    return False


def _hidden(program: TenantProgram, file: FileFacts, function: FunctionFacts, local: Symbol) -> Iterator[str]:
    """The module's per-tenant names that a function binds anew."""
    if function.qualname == MODULE_BODY:
        return
    for name in function.assigned:
        is_inside = name in function.comprehended or any(item.name == name for item in function.parameters)
        if name not in file.body.assigned or is_inside:
            continue
        if Value("instance", local) in program.values((name,), Symbol(file.module, MODULE_BODY)):
            yield name


def _unregistered(program: TenantProgram) -> Iterator[Finding]:
    """Handlers of the tenant's event that their plugin registers nowhere, nor any that inherits from them."""
    for start in starts_of(program):
        registered = {cls for cls, _ in start.subscriptions.pairs}
        for cls in start.subscribed:
            if program.state.entry_points.tenant_event not in start.events_of(cls):
                continue
            if registered.isdisjoint({cls, *program.subclasses(cls)}):
                facts = program.classes[cls]
                yield Finding(
                    program.file_of(cls).path,
                    facts.line,
                    phrase("{qualname} is registered nowhere", qualname=facts.qualname),
                    "unregistered",
                )
