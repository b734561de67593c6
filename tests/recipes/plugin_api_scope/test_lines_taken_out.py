"""The audit is honest: a line of the migration that is taken out is missed in every function that had it."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest

from codemods.survey.verdicts import SCOPED
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import APIS, after

LINES = {
    "the read": r"^ +current_tenant_id\(\)\n",
    "the guard of chats": r"^ +require_own_chat\(.*\)\n",
    "the guard of files": r"^ +require_file_name\(.*\)\n",
    "the guard of the process": r"^ +require_admin_tenant\(\)\n",
    "the guard of tables": r"^ +require_tenant_table\(.*\)\n",
    "the look at data": r"^ +data = own_data\(.*\)\n",
}

CALLS = {
    "the filter of plugins": "enabled_for_tenant",
    "the filter of rows": "own_rows",
}


@pytest.fixture(scope="module")
def migrated() -> Checkout:
    checkout = open_checkout(SAMPLE)
    return after(checkout, plan_of(checkout))


@pytest.mark.parametrize("what", [*LINES, *CALLS])
def test_without_a_line_of_the_migration_no_function_that_had_it_is_scoped(what: str, migrated: Checkout) -> None:
    having: set[str] = set()
    files = []
    for file in migrated.files:
        text = file.data.decode(errors="surrogateescape")
        if file.path.startswith(APIS):
            having |= {f"{file.path}:{name}" for name in functions_with(text, what)}
            taken_out = (
                re.sub(LINES[what], "", text, flags=re.M) if what in LINES else text.replace(CALLS[what], "list")
            )
            file = replace(file, data=taken_out.encode(errors="surrogateescape"))
        files.append(file)
    assert having
    verdicts = {item.id: item.verdict for item in survey_of(replace(migrated, files=tuple(files))).api_functions}
    assert {name: verdicts[name] for name in having if verdicts.get(name) == SCOPED} == {}


def functions_with(text: str, what: str) -> set[str]:
    """The public functions of a module that have a line, by their names in it."""
    lines, found = text.splitlines(keepends=True), set()
    for outer in ast.parse(text).body:
        inner = outer.body if isinstance(outer, ast.ClassDef) else [outer]
        prefix = f"{outer.name}." if isinstance(outer, ast.ClassDef) else ""
        for node in inner:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
                body = "".join(lines[node.lineno - 1 : node.end_lineno])
                if re.search(LINES[what], body, re.M) if what in LINES else f"{CALLS[what]}(" in body:
                    found.add(prefix + node.name)
    return found
