"""What the database shares: tables that know no tenant, queries that nothing narrows, columns unique for everybody."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import chain_of, expression
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.messages import listed, phrase
from codemods.survey.program import TenantProgram
from codemods.survey.rows import asks_for_tenant
from codemods.survey.shared_state.work import Work
from codemods.survey.uniques import shared_uniques
from codemods.survey.verdicts import Finding

# Queries that go past what a base makes of the others, unless it defines them as well.
_PASSING = frozenset(
    {
        "bulk_create",
        "bulk_update",
        "insert",
        "insert_from",
        "insert_many",
        "raw",
        "replace",
        "replace_many",
        "set_by_id",
    }
    | {"truncate_table"}
)
# Text that is SQL, run by a database, a connection or a session.
SQL = frozenset({"execute_sql"})
EXECUTING = frozenset({"execute", "executemany", "executescript", "exec_driver_sql"})
# By the names of all that may be a query: functions without one are not looked at.
_QUERIES = SQL | EXECUTING | _PASSING
# What hands out a connection to a database, or a cursor of it.
_CONNECTING = frozenset({"cursor", "connection", "connect", "raw_connection"})
# Databases in files of their own, which are told as files.
_OF_FILES = frozenset({"sqlite3", "aiosqlite"})
_SQL_TEXT = (("SQL", "()"), (".SQL", "()"))
_WIDER = (phrase("make it unique together with the tenant's columns, in an index of Meta"),)
_COLUMNS = (phrase("give the model the tenant's columns, and a base that asks for them in each query"),)
_NARROWER = (phrase("name the tenant in it, or use a query of the model that its base keeps to the tenant"),)
# What makes a query of another that a base may keep to a tenant.
_BY = {
    "bulk_create": "insert_many",
    "bulk_update": "update",
    "replace": "insert",
    "replace_many": "insert_many",
    "set_by_id": "update",
}


def _is_about_database(program: TenantProgram, identifier: Symbol, use: Use) -> bool:
    """Whether a statement says how the database works, or what tables it has, and touches no row."""
    text = use.arguments[0].text if use.arguments else None
    if text is None:
        text = next(_beginnings(program, identifier, use), "")
    return text.lstrip().upper().startswith(("PRAGMA", "CREATE ", "ALTER ", "VACUUM", "ANALYZE"))


def _beginnings(program: TenantProgram, identifier: Symbol, use: Use) -> Iterator[str]:
    """How the text begins that a call is given, where it is made of parts."""
    for node in program.sources.nodes(identifier):
        if isinstance(node, ast.Call) and node.lineno == use.line and node.args and chain_of(node) == use.chain:
            first: ast.expr = node.args[0]
            while isinstance(first, (ast.JoinedStr, ast.BinOp)):
                first = first.values[0] if isinstance(first, ast.JoinedStr) else first.left
            if isinstance(first, ast.Constant):
                yield str(first.value)


class Tables:
    """The models of a program."""

    def __init__(self, program: TenantProgram, work: Work) -> None:
        self.program = program
        self.work = work

    def findings(self) -> Iterator[Finding]:
        for identifier in self.program.classes:
            if self._is_peewee(identifier) and identifier not in self.program.state.models.bases:
                yield from self._of_model(identifier)
            elif self.program.is_table(identifier):
                yield self._at_class(
                    identifier,
                    phrase("the rows of {name} know no tenant: every query meets all of them", name=identifier.name),
                )
        for identifier in self._querying():
            yield from (finding for finding, _ in self._of_queries(identifier))

    def readers(self) -> Iterator[tuple[Symbol, Use]]:
        """The functions that make such queries, whoever calls them."""
        for identifier in self._querying():
            yield from ((identifier, use) for _, use in self._of_queries(identifier))

    def _querying(self) -> list[Symbol]:
        """The functions of tenants, and of nobody, that may make such queries."""
        return sorted(self.program.naming_one_of(_QUERIES) & {*self.work.before, *self.work.remaining})

    def _is_peewee(self, identifier: Symbol) -> bool:
        return not self.program.state.models.types.isdisjoint(self.program.lineage(identifier)[1:])

    def _of_model(self, identifier: Symbol) -> Iterator[Finding]:
        node = self.program.sources.cls(identifier)
        if node is None or not self._has_fields(node):
            return
        if not asks_for_tenant(self.program, identifier):
            yield self._at_class(
                identifier,
                phrase(
                    "the rows of {name} know no tenant, and its base adds none: every query meets all",
                    name=identifier.name,
                ),
            )
            return
        for unique in shared_uniques(self.program, identifier):
            yield self._unique(identifier, unique.line, listed(unique.columns))

    @staticmethod
    def _has_fields(node: ast.ClassDef) -> bool:
        return any(isinstance(item, ast.Assign) and isinstance(item.value, ast.Call) for item in node.body)

    def _unique(self, identifier: Symbol, line: int, name: str) -> Finding:
        reason = phrase(
            "{name}.{name2} is unique among all tenants: what one has, no other can store",
            name=identifier.name,
            name2=name,
        )
        path = self.program.file_of(identifier).path
        return Finding(path, line, reason, f"unique {name}", details=_WIDER)

    def _at_class(self, identifier: Symbol, reason: str) -> Finding:
        path, line = self.program.file_of(identifier).path, self.program.classes[identifier].line
        return Finding(path, line, reason, "table-of-all", details=_COLUMNS)

    def _of_queries(self, identifier: Symbol) -> Iterator[tuple[Finding, Use]]:
        path = self.program.file_of(identifier).path
        for use in self.program.functions[identifier].uses:
            for cut in range(1, len(use.chain) - 1):
                if use.chain[cut + 1] != "()" or not use.chain[cut].startswith("."):
                    continue
                if (name := use.chain[cut][1:]) not in _QUERIES:
                    continue
                runs_sql = name in SQL or (name in EXECUTING and self._is_of_database(use, cut, identifier))
                if runs_sql and not _is_about_database(self.program, identifier, use):
                    written = expression(use.chain[: cut + 2])
                    reason = phrase("{written} runs SQL, which nothing keeps to a tenant", written=written)
                    yield Finding(path, use.line, reason, f"sql {written}", details=_NARROWER), use
                elif name in _PASSING and self._passes(use.chain[:cut], identifier, name):
                    written = expression(use.chain[: cut + 2])
                    reason = phrase("{written} goes past what keeps its model's queries to a tenant", written=written)
                    yield Finding(path, use.line, reason, f"passing-query {written}", details=_NARROWER), use

    def _is_of_database(self, use: Use, cut: int, frame: Symbol) -> bool:
        """Whether `execute` is one of a connection to the database, or is given SQL by peewee's: not of a query."""
        for value in self.program.values(use.chain[:cut], frame):
            if value.kind == "outside" and value.name.module.partition(".")[0] not in _OF_FILES:
                made_by = value.name.qualname.rpartition(".")[2]
                is_sql = any(item.chain[-2:] in _SQL_TEXT for item in use.positional[:1])
                if made_by in _CONNECTING or (is_sql and value.name.module.startswith(("peewee", "playhouse"))):
                    return True
        return False

    def _passes(self, chain: tuple[str, ...], frame: Symbol, name: str) -> bool:
        return any(
            value.kind == "class" and self._is_peewee(value.name) and not self._keeps(value.name, name)
            for value in self.program.values(chain, frame)
        )

    def _keeps(self, model: Symbol, name: str) -> bool:
        """Whether what a model's base makes of a query keeps it to a tenant."""
        if self.program.method(model, name):
            return True
        return name in _BY and asks_for_tenant(self.program, model, _BY[name])
