"""What kind of tree it is, and by which evidence: recognised by what its code does, not by what it is called."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum

from msgspec import Struct

from codemods.analysis.symbols import Symbol
from codemods.messages import counted, joined, phrase
from codemods.survey.program import TenantProgram
from codemods.survey.rows import Model, models_of


class Kind(Enum):
    """The kinds of tree that are told apart."""

    TENANT_LAYER = "tenant layer"
    SINGLE_TENANT = "single tenant"
    SQL_TABLES = phrase("tables of SQLModel or SQLAlchemy")
    PLUGIN = "plugin"
    OTHER_PLUGIN = phrase("plugin of another system")


class Profile(Struct, frozen=True):
    """The kind of a tree, and what of its code shows it.

    lack: for what is no tree with a tenant layer, what it lacks, in two sentences; "" for one that can be migrated.
    """

    kind: Kind
    evidence: tuple[str, ...]
    lack: str = ""

    @property
    def is_migratable(self) -> bool:
        return not self.lack

    @property
    def line(self) -> str:
        """The line that an audit begins with."""
        if self.kind is Kind.OTHER_PLUGIN:
            return phrase("not judged: {evidence}", evidence=joined("; ", self.evidence))
        return phrase("Profile: {kind}: {evidence}", kind=self.kind.value, evidence=joined("; ", self.evidence))


def profile_of(program: TenantProgram, broken: Collection[str]) -> Profile:
    """The profile of a program; `broken`: the modules of it that could not be read."""
    host = program.state.apis.package.rpartition(".")[0]
    if _is_plugin_alone(program, broken):
        return _of_plugin(program, broken, host)
    models = list(models_of(program).values())
    tables = [model for model in models if model.is_sql]
    nobody = _no_context(program, broken)
    if tables and len(tables) == len(models):
        evidence = phrase(
            "{tables} of which nothing is known to keep to a tenant",
            tables=counted(len(tables), "{count} table", "{count} tables"),
        )
        evidence = phrase("{evidence} ({most})", evidence=evidence, most=_most_used(program, tables).sentence)
        more = () if _has(program, host) else (phrase("there is no {host}", host=host),)
        lack = phrase(
            "The database of this tree is SQLModel or SQLAlchemy: {evidence}. {cannot}",
            evidence=evidence,
            cannot=_CANNOT,
        )
        return Profile(Kind.SQL_TABLES, (evidence, *more, *nobody), lack)
    if lacking := [*nobody, *_no_columns(program, models)]:
        lack = phrase(
            "This tree has one tenant only: {lacking}. {cannot}", lacking=joined("; ", lacking), cannot=_CANNOT
        )
        return Profile(Kind.SINGLE_TENANT, tuple(lacking), lack)
    keeping = sum(model.asks for model in models)
    kept = (
        (
            phrase(
                "{keeping} of {models} keep to their tenant",
                keeping=keeping,
                models=counted(len(models), "{count} model", "{count} models"),
            ),
        )
        if models
        else ()
    )
    return Profile(Kind.TENANT_LAYER, (phrase("code enters tenants"), *kept))


def _of_plugin(program: TenantProgram, broken: Collection[str], host: str) -> Profile:
    """The profile of a plugin in a repository of its own."""
    if _imports_from(program, host):
        return Profile(Kind.PLUGIN, (phrase("it imports {host}", host=host), *_needs(program)))
    if broken:
        read = phrase("what it imports cannot be told, as {count} of its files could not be read", count=len(broken))
        return Profile(Kind.PLUGIN, (read,))
    evidence = phrase("it imports nothing of {host}, the plugin system that is known", host=host)
    lack = phrase(
        "This is a plugin of another system: {evidence}. No recipe is for such a one: nothing was changed.",
        evidence=evidence,
    )
    return Profile(Kind.OTHER_PLUGIN, (evidence,), lack)


_NOBODY_ENTERS = phrase("nothing in it enters a tenant's context for a message")
_CANNOT = phrase(
    "Recipes make trees safe that enter a tenant for each message and keep their rows by tenant, and "
    "cannot make one so: nothing was changed."
)


def _is_plugin_alone(program: TenantProgram, broken: Collection[str]) -> bool:
    if not program.files:  # a MaiMBot has files below src, which could not be read either
        return bool(broken) and not any(module.startswith("src.") for module in broken)
    packages = {".".join(module.split(".")[:2]) for module in program.files}
    return len(packages) == 1 and next(iter(packages)).startswith("plugins.")


def _needs(program: TenantProgram) -> Iterator[str]:
    """What of a migrated host a plugin stands on: without it, the plugin is not loaded, or not told of tenants."""
    context, event = program.state.context, program.state.entry_points.tenant_event
    kept = context.wrappers | context.carriers | context.remembering | context.doors | {context.tenant_local}
    homes = {item.module for item in kept | program.state.plugins.own_paths}
    needed = sorted(home for home in homes if _imports_from(program, home))
    classes = (cls for file in program.files.values() for cls in file.classes.values())
    chains = (chain for cls in classes for chain in cls.assigned.get("event_type", ()))
    needed += [event] if any(chain[-1] == f".{event}" for chain in chains) else []
    if needed:
        yield phrase("it needs a host that has been migrated, for {needed}", needed=joined(", ", needed))


def _imports_from(program: TenantProgram, package: str) -> bool:
    return any(
        f"{target.dotted}.".startswith(f"{package}.")
        for file in program.files.values()
        for function in file.functions.values()
        for target in function.imports.values()
    )


def _has(program: TenantProgram, package: str) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for module in program.files)


def _no_context(program: TenantProgram, broken: Collection[str]) -> list[str]:
    """What shows that nothing enters a tenant: no way to do so, or nobody who goes it for a message."""
    context = program.state.context
    ways = context.setters | context.scopes
    if not {way.module for way in ways}.isdisjoint(broken):
        return []  # who can tell
    if ways.isdisjoint(program.functions):
        return [_NOBODY_ENTERS]
    messages = program.state.entry_points.process & program.functions.keys()
    homes = {way.module for way in ways}
    if messages and not any(_enters(program, module) for module in program.files.keys() - homes):
        return [_NOBODY_ENTERS]
    return []


def _enters(program: TenantProgram, module: str) -> bool:
    """Whether a file has code that enters a tenant."""
    for qualname, function in program.files[module].functions.items():
        identifier = Symbol(module, qualname)
        if program.enters_tenant(identifier) or program.scoped_lines(identifier):
            return True
        if any(program.is_scope(item, identifier) for use in function.uses for item in use.within):
            return True
    return False


def _no_columns(program: TenantProgram, models: Collection[Model]) -> list[str]:
    """What shows that no row is anybody's."""
    if not models or any(model.asks or model.adds for model in models):
        return []
    shown = _most_used(program, models)
    return [
        phrase(
            "none of its {models} keeps to a tenant ({sentence})",
            models=counted(len(models), "{count} peewee model", "{count} peewee models"),
            sentence=shown.sentence,
        )
    ]


def _most_used(program: TenantProgram, models: Collection[Model]) -> Model:
    """The model that most functions use, to be named for all."""
    names = {model.at.name: 0 for model in models}
    for function in program.functions.values():
        for name in names.keys() & {part for use in function.uses for part in use.chain}:
            names[name] += 1
    return max(models, key=lambda model: (not model.has_column, names[model.at.name]))
