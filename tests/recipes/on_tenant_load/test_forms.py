"""on-tenant-load over every form of start handler. What must not change comes first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.conftest import plan_of
from tests.forms import RecipeSnapshots
from tests.recipes.on_tenant_load.alone import ALONE
from tests.recipes.on_tenant_load.noted import NOTED
from tests.recipes.on_tenant_load.planned import CHANGED, FORMS, LEFT, RECIPE, files_of, handlers, planned
from tests.recipes.on_tenant_load.unchanged import UNCHANGED

# What must be written once a form is migrated, where the snapshot alone would let a shared value pass.
HELD: dict[str, tuple[str, ...]] = {
    "a global of the module": ("_worker: TenantLocal[", "_started = TenantLocal("),
    "a singleton of another file": ("state = TenantLocal(", "state.value.seen +="),
    "a container that is filled": ("] = TenantLocal(factory=dict)", "QUEUE = TenantLocal(", "DEFAULTS = TenantLocal("),
    "a container in a container": ("GROUPS = TenantLocal(", "NESTED = TenantLocal("),
    "a container that is handed to a helper": ("CACHE = TenantLocal(", "HEAP = TenantLocal("),
    "a container by a local name": ("CACHE = TenantLocal(",),
    "a file without imports": ("words = TenantLocal(", "LIMITS = TenantLocal("),
    "a lock that everybody may share": ("_lock = asyncio.Lock()",),
    "an attribute of the plugin through a global of the module": ("self.task = TenantLocal(",),
    "state beside the process's own": ("_STARTED_AT = time.time()", "_greeted = TenantLocal("),
    "a handler that stops it": ("@for_every_tenant",),
    "a handler that stops it through the instance": ("@for_every_tenant", "self._task = TenantLocal("),
    "a file of a constant": ('STORE = tenant_path(Path(__file__).parent / "greeted.json")', "WORDS = Path("),
    "a folder and a database of an object": (
        *('self.notes = tenant_path(self.folder / "notes")', "self.base = tenant_path(os.path.join("),
        *("@for_every_tenant", "store = TenantLocal(factory=lambda: Store("),
    ),
    "on its own it keeps something": ("@for_every_tenant", "task = TenantLocal("),
}


def test_what_must_be_written_is_asked_of_forms_that_change() -> None:
    assert HELD.keys() <= (CHANGED | ALONE).keys()


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert not it.edited
    assert it.plan.findings == ()
    assert not handlers(it.checkout, "insecure")
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_runs_once_for_each_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert it.edited
    assert it.plan.findings == ()
    assert not handlers(it.migrated, "insecure")
    # What stays is still called when the process starts.
    assert handlers(it.checkout, "global") <= handlers(it.migrated, "global")
    assert [text for text in HELD.get(form, ()) if text not in it.text] == []
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", NOTED)
def test_moves_with_a_word_to_a_person(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert it.edited
    assert it.plan.findings
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", LEFT)
def test_is_left_to_a_person(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert not it.edited
    assert it.plan.findings
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", ALONE)
def test_in_a_repository_of_its_own(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert {change.path for change in it.plan.changes} == it.edited
    assert bool(it.edited) == ("stays" not in form)
    assert it.plan.findings == ()
    assert [text for text in HELD.get(form, ()) if text not in it.text] == []
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", FORMS)
def test_a_second_run_changes_nothing(form: str) -> None:
    assert plan_of(planned(form).migrated, RECIPE).changes == ()


def test_everything_compiles_and_nothing_new_is_reported(tmp_path: Path) -> None:
    for form in FORMS:
        it = planned(form)
        for name, checkout in (("before", it.checkout), ("after", it.migrated)):
            for path in files_of(form):
                target = tmp_path / name / form / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(checkout.by_path[path].data)
                compile(checkout.by_path[path].data, path, "exec", dont_inherit=True)
    assert reported(tmp_path / "after") - reported(tmp_path / "before") == set()


def reported(folder: Path) -> set[tuple[str, str]]:
    """What ruff reports of forms under the rules that MaiMBot has: the form and the rule."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--select", "E,F,B"]
    command += ["--line-length", "120", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return {
        (Path(item["filename"]).relative_to(folder.resolve()).parts[0], item["code"])
        for item in json.loads(done.stdout)
    }


def test_lines_end_as_they_did() -> None:
    form = "a file whose lines end in CRLF"
    it = planned(form)
    (path,) = it.edited
    data = it.migrated.by_path[path].data
    assert data.count(b"\r\n") == data.count(b"\n")
    assert b"TenantLocal" in data
