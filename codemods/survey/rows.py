"""Whose the rows of the database are: what each model and its base make of a query, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codemods.analysis.chains import Chain
from codemods.analysis.facts import Use
from codemods.analysis.reach import Path, Reaches
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value
from codemods.messages import phrase
from codemods.survey.program import TENANT_CONTEXT, TenantProgram, once

# What a base may make of a query for rows, and of new rows.
_QUERYING, _ADDING = ("select",), ("create", "save", "insert")
_CONTEXT_VAR = Symbol("contextvars", "ContextVar")
_NO_LINES: list[tuple[int, float]] = []


class Model(Struct, frozen=True):
    """A model with columns. `base`: the class of the tree that it takes its queries from, itself where there is none.

    has_column: it knows whose its rows are. asks: its queries keep to a tenant. adds: its new rows get one. is_sql: it
    is a table of SQLModel or SQLAlchemy, and no model of peewee.
    """

    at: Symbol
    base: str
    has_column: bool
    asks: bool = False
    adds: bool = False
    is_sql: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing can keep its rows to a tenant."""
        return not (self.has_column or self.asks or self.adds)

    @property
    def sentence(self) -> str:
        """What is to be said of it."""
        name = self.at.name
        if self.is_sql:
            return phrase(
                "table {name} has {what} tenant column, and its base adds no tenant",
                name=name,
                what="a" if self.has_column else "no",
            )
        if self.has_column:
            return phrase("{name} has a tenant column, but {base} asks for no tenant", name=name, base=self.base)
        return phrase("{name} has no tenant column and {base} adds no tenant", name=name, base=self.base)


@once
def models_of(program: TenantProgram) -> Mapping[Symbol, Model]:
    """Every model of the app with columns of its own, by where it is; what others are made from is none."""
    found: dict[Symbol, Model] = {}
    for at in sorted(program.classes):
        lineage = program.lineage(at)
        is_sql = program.is_table(at)
        if is_sql or not program.state.models.types.isdisjoint(lineage[1:]):
            if not _has_columns(program, at, is_sql=is_sql):
                continue
            known = program.state.models.columns[0]
            bases = [base for base in lineage[1:] if base in program.classes]
            asks, adds = (_any_asks(program, at, names) for names in (_QUERYING, _ADDING))
            has_column = any(_declares(program, base, known) for base in lineage)
            found[at] = Model(at, (bases or [at])[0].name, has_column, asks, adds, is_sql)
    made_from = {base for at in found for base in program.lineage(at)[1:]}
    return {at: model for at, model in found.items() if at not in made_from}


def _has_columns(program: TenantProgram, at: Symbol, *, is_sql: bool) -> bool:
    """Whether a class declares columns: `name = TextField()`, or of SQL `name: type`."""
    cls = program.classes[at]
    fields = (chain for chains in cls.assigned.values() for chain in chains)
    return is_sql or any(chain[-1:] == ("()",) and chain[-2].endswith("Field") for chain in fields if len(chain) > 1)


def _declares(program: TenantProgram, at: Symbol, name: str) -> bool:
    cls = program.classes.get(at)
    return cls is not None and (name in cls.assigned or name in cls.annotated)


def asks_for_tenant(program: TenantProgram, at: Symbol, *names: str) -> bool:
    """Whether what a class makes of `select`, or of other methods, asks for the tenant, whatever its base is called."""
    return _any_asks(program, at, names or _QUERYING)


def _any_asks(program: TenantProgram, at: Symbol, names: tuple[str, ...]) -> bool:
    return any(reads_context(program, method) for name in names for method in program.method(at, name))


def reads_context(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function reads the context, by the tree's own getters or out of a ContextVar, however far away."""
    for current in program.reaches.run_by([identifier], lambda edge: not edge.guessed):
        if any(touch.state == TENANT_CONTEXT for touch in program.reach(current).touches):
            return True
        if any(_reads_context(program, use, current) for use in program.functions[current].uses):
            return True
    return False


def _reads_context(program: TenantProgram, use: Use, frame: Symbol) -> bool:
    if use.chain[-2:] != (".get", "()") or len(use.chain) < 3:
        return False
    return any(
        value.kind == "outside" and value.name == _CONTEXT_VAR for value in program.values(use.chain[:-2], frame)
    )


# Ways to rows that nothing keeps to a tenant


def path_to_open_rows(program: TenantProgram, identifier: Symbol) -> Path | None:
    """The shortest way from a function to a model of which nothing keeps to a tenant, entered or not."""
    ways = _ways_to_open_rows(program)
    if ways is None:
        return None
    return ways.path(identifier, unscoped_only=False, but=frozenset(), past=frozenset())


@once
def _ways_to_open_rows(program: TenantProgram) -> Reaches | None:
    models = {at: model for at, model in models_of(program).items() if model.is_open}
    return program.reaches.touching_less(_OpenRows(program, models)) if models else None


class _OpenRows:
    """Marks of a walk to rows that are everybody's: no scope changes whose they are."""

    elsewhere: frozenset[Symbol] = frozenset()

    def __init__(self, program: TenantProgram, models: Mapping[Symbol, Model]) -> None:
        self._program, self._models = program, models
        self.stays_outside, self.wraps, self.makes = program.stays_outside, program.wraps, program.makes
        self.part, self.knows = program.part, program.knows

    def is_scope(self, chain: Chain, frame: Symbol) -> bool:
        return False

    def enters(self, identifier: Symbol) -> bool:
        return False

    def scoped_lines(self, identifier: Symbol) -> list[tuple[int, float]]:
        return _NO_LINES

    def touched(self, value: Value, following: Chain) -> str | None:
        model = self._models.get(value.name) if value.kind in ("class", "instance") else None
        if model is None or self._program.touched(value, following) is None:
            return None
        return model.sentence

    def shared(self, value: Value) -> str | None:
        return None
