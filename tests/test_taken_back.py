"""The audit is the proof: whichever one edit of the migration is taken back, it finds what it did not before.

Edits that read alike are taken back once; with TENANTIZE_EVERY_EDIT set, each of them is, which takes minutes.
"""

from __future__ import annotations

import ast
import difflib
import functools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from codemods.analysis.reading import read_facts
from codemods.survey.area import Area, all_areas
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import ANONYMOUS, INSECURE, UNRESOLVED, UNSCOPED, Finding
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

EVERY = bool(os.environ.get("TENANTIZE_EVERY_EDIT"))
SHARDS = 6

ROOM = "src/webui/room_routes.py"
TWICE = "the collection is a TenantAttribute, so each tenant reads its own without the filter too"
# What the audit does not find, and why: exactly these, so that what comes to be found leaves the list.
NOT_FOUND = {
    (ROOM, "for connection in own_connections(self.connections):"): TWICE,
    (ROOM, "for connection in list(own_connections(self.connections)):"): TWICE,
    (ROOM, 'return {"online": len(own_connections(hub.connections))}'): TWICE,
    (
        ROOM,
        'await hub.broadcast_except(websocket, {"type": "joined", "online": len(own_connections(hub.connections))})',
    ): TWICE,
}


@dataclass(frozen=True)
class Edit:
    """One place of a migrated file, and the file as it is without it."""

    path: str
    line: int
    text: str
    data: bytes


@pytest.fixture(scope="module")
def migrated() -> Iterator[Checkout]:
    """The migrated sample; each of its files is read once, however often it is surveyed."""
    checkout = open_checkout(SAMPLE)
    with pytest.MonkeyPatch.context() as patch:
        read = functools.cache(read_facts)
        patch.setattr("codemods.survey.reading.read_facts", lambda path, module, data, _: read(path, module, data))
        yield after(checkout, plan_of(checkout))


@pytest.fixture(scope="module")
def edits() -> list[Edit]:
    found, seen = [], set()
    for change in plan_of(open_checkout(SAMPLE)).changes:
        for edit in taken_back(change.path, change.before, change.after):
            if EVERY or edit.text not in seen:
                seen.add(edit.text)
                found.append(edit)
    return found


def taken_back(path: str, before: bytes | None, now: bytes) -> Iterator[Edit]:
    old, new = (before or b"").splitlines(keepends=True), now.splitlines(keepends=True)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        data = b"".join([*new[:j1], *old[i1:i2], *new[j2:]])
        if before is not None and tag != "equal" and means_something(data, now):
            text = b"".join(line.strip() for line in new[j1:j2] or old[i1:i2]).decode(errors="replace")
            yield Edit(path, j1 + 1, text, data)


def means_something(data: bytes, now: bytes) -> bool:
    """Whether two files differ by more than texts, layout, types of answers, and needless imports from elsewhere."""
    try:
        return as_code(data) != as_code(now)
    except SyntaxError:
        return False  # half of an edit, which no Python reads


@functools.cache
def as_code(data: bytes) -> list[str]:
    """A file's statements without texts, without imports from outside the tree, and what its helpers' answers are."""
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.decorator_list:
            node.returns = None  # which only a decorator, as a route's, reads when the tree runs
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [item for item in body if not is_text(item) and not is_foreign(item)]  # type: ignore[attr-defined]
    return sorted(ast.dump(item) for item in tree.body) if isinstance(tree, ast.Module) else []


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_foreign(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").partition(".")[0] not in ("src", "plugins")
    return isinstance(node, ast.Import)


Said = tuple[str, str, str]


def said_by(area: Area, program: TenantProgram) -> frozenset[Said]:
    """What an area of the audit finds open, whatever line it stands at."""
    found: set[Said] = set()
    for item in area.survey(program):
        if isinstance(item, Finding):
            found.add((item.path, re.sub(r"\d+", "", item.reason), ""))
        elif item.verdict in (INSECURE, ANONYMOUS, UNRESOLVED, UNSCOPED):
            found.add((item.path, item.qualname, item.verdict))
    return frozenset(found)


@pytest.fixture(scope="module")
def known(migrated: Checkout) -> dict[Area, frozenset[Said]]:
    """What is open in the migrated sample as it is, by area."""
    program = survey_of(migrated).program
    return {area: said_by(area, program) for area in all_areas()}


def nearest(edit: Edit) -> list[Area]:
    """The areas, first the one whose codemods edit such places: one that finds something new is enough."""
    places = {site.on for area in all_areas() for site in sites_of(area) if site.path == edit.path}
    return sorted(all_areas(), key=lambda area: (places.isdisjoint((*area.kinds, *area.places)), area.order))


@functools.cache
def unmigrated() -> TenantProgram:
    return survey_of(open_checkout(SAMPLE)).program


@functools.cache
def sites_of(area: Area) -> tuple[Site, ...]:
    found = area.sites(unmigrated())
    return tuple(item for item in found if isinstance(item, Site))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_edit_that_is_taken_back_is_found(
    migrated: Checkout, known: dict[Area, frozenset[Said]], edits: list[Edit], shard: int
) -> None:
    missed = []
    for edit in edits[shard::SHARDS]:
        files = [replace(file, data=edit.data) if file.path == edit.path else file for file in migrated.files]
        program = survey_of(replace(migrated, files=tuple(files))).program
        if all(said_by(area, program) <= known[area] for area in nearest(edit)):
            missed.append((edit.path, edit.text))
    assert missed == [place for edit in edits[shard::SHARDS] if (place := (edit.path, edit.text)) in NOT_FOUND]
    assert NOT_FOUND.keys() <= {(edit.path, edit.text) for edit in edits}
    assert len(edits) > 50
