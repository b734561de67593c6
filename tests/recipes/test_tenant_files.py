"""The paths of a tenant's own that plugins get, as they run: in a folder, with a tenant or without."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.running import REPOSITORY

Pair = tuple[str | None, str | None]


class Stage:
    """The generated module, in a working folder, with a tenant that a test chooses."""

    def __init__(self, tenant_path: Callable[[Any], Any], folder: Path, pair: list[Pair]) -> None:
        self.tenant_path, self.folder, self._pair = tenant_path, folder, pair

    def enter(self, tenant: str | None, agent: str | None = "bot") -> None:
        self._pair[0] = (tenant, agent if tenant else None)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    pair: list[Pair] = [(None, None)]
    context, storage = ModuleType("src.common.message.tenant_context"), ModuleType("src.common.utils.tenant_storage")

    def ensure(*segments: str) -> str:
        place = Path("data", "tenant_storage", str(pair[0][0]), str(pair[0][1]), *segments)
        place.mkdir(parents=True, exist_ok=True)
        return str(place)

    context.__dict__.update(
        get_current_tenant_id=lambda: pair[0][0],
        get_current_agent_id=lambda: pair[0][1],
        admin_pair=lambda: ("admin", "bot"),
    )
    storage.__dict__["ensure_storage_subdir"] = ensure
    for name in ("src", "src.common", "src.common.message", "src.common.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, context.__name__, context)
    monkeypatch.setitem(sys.modules, storage.__name__, storage)
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {"__name__": "tenant_files"}
    exec((REPOSITORY / "recipes/support/tenant_files.py").read_text(encoding="utf-8"), scope)
    yield Stage(scope["tenant_path"], tmp_path, pair)


def test_each_tenant_has_its_own_and_the_admin_what_there_was(stage: Stage) -> None:
    old = Path("plugins/form/data.json")
    old.parent.mkdir(parents=True)
    old.write_text("old")
    store = stage.tenant_path(old)
    seen = {}
    for tenant in ("a", "b", "admin"):
        stage.enter(tenant)
        seen[tenant] = store.read_text() if store.exists() else None
        store.write_text(tenant)
    assert seen == {"a": None, "b": None, "admin": "old"}
    for tenant in ("a", "b", "admin"):
        stage.enter(tenant)
        assert Path(store).read_text() == tenant
    assert old.read_text() == "old"


def test_what_the_admin_deletes_does_not_come_back(stage: Stage) -> None:
    Path("notes").mkdir()
    Path("notes/one.txt").write_text("1")
    stage.enter("admin")
    notes = stage.tenant_path(Path("notes"))
    assert [item.name for item in notes.iterdir()] == ["one.txt"]
    (notes / "one.txt").unlink()
    assert not stage.tenant_path(Path("notes/one.txt")).exists()
    assert list(notes.iterdir()) == []


def test_without_a_tenant_it_is_where_it_was(stage: Stage) -> None:
    folder = stage.tenant_path(Path("data") / "form")
    folder.mkdir(parents=True)
    assert (stage.folder / "data" / "form").is_dir()
    assert str(folder) == str(Path("data/form"))
    stage.enter("a")
    assert folder.is_dir()
    assert "tenant_storage" in str(folder)


def test_what_is_made_of_it_is_the_tenants_too(stage: Stage) -> None:
    folder = stage.tenant_path(Path("data") / "form")
    made = [folder / "a.json", folder.joinpath("a.txt").with_suffix(".json"), (folder / "b").with_name("a.json")]
    stage.enter("a")
    made[0].parent.mkdir(parents=True, exist_ok=True)
    made[0].write_text("mine")
    assert [item.read_text() for item in made] == ["mine"] * 3
    assert len(set(made)) == 1
    stage.enter("b")
    assert [item.exists() for item in made] == [False] * 3


def test_a_text_stays_one_for_who_asks_it_for_more(stage: Stage) -> None:
    base = stage.tenant_path("data/form.db")
    stage.enter("a")
    with sqlite3.connect(base) as connection:
        connection.execute("create table seen (chat)")
    shutil.copy2(base, base + ".bak")
    assert base.endswith(".db")
    assert f"{base}".endswith("data/form.db")
    stage.enter("b")
    with sqlite3.connect(base) as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == []
    assert not Path("data/form.db").exists()


def test_no_path_stays_none(stage: Stage) -> None:
    assert stage.tenant_path(None) is None
    assert stage.tenant_path("") == ""


def test_it_is_made_once(stage: Stage) -> None:
    path = stage.tenant_path(Path("a"))
    assert stage.tenant_path(path) is path
    assert path == Path("a")
    assert repr(path) == f"tenant_path({Path('a')!r})"
