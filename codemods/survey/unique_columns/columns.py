"""The unique columns of tenants' tables, and the bases whose models read one tenant's rows but write anybody's."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import Symbol
from codemods.places import Definition, Member
from codemods.survey.program import TenantProgram
from codemods.survey.rows import asks_for_tenant, models_of
from codemods.survey.sites import Site
from codemods.survey.uniques import META, shared_uniques


def column_sites(program: TenantProgram) -> Iterator[Site]:
    """What is unique among all tenants, of models whose base asks for the tenant, and these bases."""
    bases: set[Symbol] = set()
    for at, model in models_of(program).items():
        if model.is_sql or not asks_for_tenant(program, at):
            continue
        bases |= _bases(program, at)
        for unique in shared_uniques(program, at):
            owner = f"{at.name}.{META}" if unique.in_meta else at.name
            yield Site("unique-column", program.file_of(at).path, Member(f"{owner}.{unique.member}"))
    for base in sorted(bases):
        yield Site("tenant-base", program.file_of(base).path, Definition(base.name))


def _bases(program: TenantProgram, at: Symbol) -> set[Symbol]:
    """The classes that make a model's queries its tenant's, where they leave those for new rows as they are."""
    if any(asks_for_tenant(program, at, name) for name in ("insert", "insert_many")):
        return set()
    asking = [method for method in program.method(at, "select") if method in program.functions]
    return {Symbol(method.module, program.functions[method].owner or "") for method in asking}
