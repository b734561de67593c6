"""What an `__init__` makes, as it runs after the migration: two tenants at once, each with its own, and the stop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from codemods.knowledge.recipes import recipes_folder
from tests.conftest import plan_of
from tests.forms import form_repository
from tests.recipes.on_tenant_load.planned import files_of

TENANTS = ("acme", "beta")
_PACKAGE = "plugins.form_plugin"


class Host:
    """As much of a migrated host as a plugin needs: it registers, loads tenants and stops, without a tenant."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.tenant: ContextVar[str | None] = ContextVar("tenant", default=None)
        self.handlers: list[Any] = []
        self._modules()

    @contextmanager
    def inside(self, tenant: str) -> Iterator[None]:
        token = self.tenant.set(tenant)
        yield
        self.tenant.reset(token)

    def _current(self) -> str:
        found = self.tenant.get()
        if found is None:
            raise RuntimeError("no tenant")
        return found

    def _module(self, name: str, **names: Any) -> None:
        parts = name.split(".")
        for cut in range(1, len(parts) + 1):
            part = ".".join(parts[:cut])
            if part not in sys.modules or part == name:
                self.patch.setitem(sys.modules, part, ModuleType(part))
        vars(sys.modules[name]).update(names)

    def _modules(self) -> None:
        async def sent(text: str, stream: str) -> None:
            """Nobody is there to read it."""

        self._module(
            "src.plugin_system",
            BasePlugin=_Base,
            BaseEventHandler=_Base,
            EventType=SimpleNamespace(ON_START="start", ON_STOP="stop", ON_MESSAGE="message", ON_TENANT_LOAD="load"),
            register_plugin=lambda cls: cls,
            chat_api=SimpleNamespace(
                get_group_streams=lambda: [SimpleNamespace(stream_id=f"{self._current()}-{number}") for number in "12"]
            ),
            send_api=SimpleNamespace(text_to_stream=sent),
        )
        place = {"current_tenant_id": self._current, "current_agent_id": lambda: "bot"}
        read = {"get_current_tenant_id": self.tenant.get, "get_current_agent_id": lambda: "bot"}
        self._module("src.common.message.tenant_context", **place, **read, admin_pair=lambda: ("admin", "bot"))
        self._module("src.common.utils.tenant_storage", ensure_storage_subdir=self._storage)
        self._module("src.common.message.tenant_loading", for_every_tenant=self._for_every_tenant)
        for name in ("tenant_local", "tenant_files"):
            self._module(f"src.common.message.{name}")
            code = (recipes_folder() / "support" / f"{name}.py").read_text(encoding="utf-8")
            exec(code, vars(sys.modules[f"src.common.message.{name}"]))

    def _storage(self, *parts: str) -> str:
        place = self.folder.joinpath("own", self._current(), *parts)
        place.mkdir(parents=True, exist_ok=True)
        return str(place)

    def _for_every_tenant(self, execute: Callable[..., Any]) -> Callable[..., Any]:
        async def each(*given: Any) -> Any:
            for tenant in TENANTS:
                with self.inside(tenant):
                    answer = await execute(*given)
            return answer

        return each

    def register(self, files: Mapping[str, bytes], config: dict[str, Any]) -> Any:
        """Run a plugin's files, make the plugin and its handlers; the plugin's module."""
        self._module(_PACKAGE)
        sys.modules[_PACKAGE].__path__ = []
        names = [name for name in files if name != "plugin"]
        for name in [*sorted(names, reverse=True), "plugin"]:
            self._module(f"{_PACKAGE}.{name}")
            vars(sys.modules[f"{_PACKAGE}.{name}"])["__file__"] = str(self.folder / f"{name}.py")
            exec(files[name], vars(sys.modules[f"{_PACKAGE}.{name}"]))
        module = sys.modules[f"{_PACKAGE}.plugin"]
        _Base.config = config
        plugin = module.FormPlugin()
        self.handlers = [cls() for _, cls in plugin.get_plugin_components()]
        return plugin

    async def load(self, tenant: str) -> None:
        """Heavier handlers first; those that intercept are waited for."""
        loading = [item for item in self.handlers if item.event_type == "load"]
        with self.inside(tenant):
            for handler in sorted(loading, key=lambda item: -getattr(item, "weight", 0)):
                await handler.execute(None)

    async def stop(self) -> None:
        for handler in self.handlers:
            if handler.event_type == "stop":
                await handler.execute(None)


class _Base:
    """A base of the host's for plugins and handlers, whose configuration is one for the process."""

    config: dict[str, Any] = {}  # noqa: RUF012
    enable_plugin = True

    def __init__(self, *_: Any, **__: Any) -> None:
        self.enable_plugin = True

    def get_config(self, key: str, default: Any = None) -> Any:
        return self.config.get(key, default)

    @classmethod
    def get_handler_info(cls) -> str:
        return cls.__name__


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.chdir(tmp_path)
    return Host(tmp_path, monkeypatch)


def migrated(form: str) -> dict[str, bytes]:
    plan = plan_of(form_repository(files_of(form)), "on-tenant-load")
    assert plan.findings == ()
    return {Path(change.path).stem: change.after for change in plan.changes}


def test_a_service_is_made_for_each_tenant_before_it_is_started(host: Host) -> None:
    files = migrated("a service that __init__ makes and hands to another file")

    async def run() -> dict[str, list[str]]:
        host.register(files, {"memory.path": "data/memory.json"})
        service = sys.modules[f"{_PACKAGE}.service"]
        await asyncio.gather(*map(host.load, TENANTS))
        await asyncio.sleep(0)
        found = {}
        for tenant in TENANTS:
            with host.inside(tenant):
                found[tenant] = service.get_service().memory._items
                assert service.get_service()._task is not None
        tasks = len(asyncio.all_tasks())
        await host.stop()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == tasks - len(TENANTS)
        for tenant in TENANTS:
            with host.inside(tenant):
                assert service.get_service() is None
        return found

    (host.folder / "data").mkdir()
    assert asyncio.run(run()) == {tenant: [f"{tenant}-1", f"{tenant}-2"] for tenant in TENANTS}
    kept = sorted(path.relative_to(host.folder).as_posix() for path in host.folder.rglob("memory.json"))
    assert kept == [f"own/{tenant}/files/data/memory.json" for tenant in TENANTS]


@pytest.mark.parametrize(("settings", "made"), [({"monitor.enable": True}, (True, False)), ({}, (False, False))])
def test_what_a_setting_asks_for_is_made_for_each_tenant(
    host: Host, settings: dict[str, Any], made: tuple[bool, bool]
) -> None:
    files = migrated("a monitor and a scheduler that __init__ makes behind questions")

    async def run() -> None:
        plugin = host.register(files, settings)
        await asyncio.gather(*map(host.load, TENANTS))
        found = []
        for tenant in TENANTS:
            with host.inside(tenant):
                assert (plugin.monitor.value is not None, plugin.digest.value is not None) == made
                found.append(plugin.monitor.value)
        assert (found[0] is not found[1]) == made[0]
        with pytest.raises(RuntimeError):
            _ = plugin.monitor.value

    asyncio.run(run())


def test_what_handlers_ask_for_as_they_are_made_is_each_tenants(host: Host) -> None:
    files = migrated("a store that handlers of another file ask for and look into")

    async def run() -> None:
        host.register(files, {})
        assert len(asyncio.all_tasks()) == 1  # none without a tenant
        await asyncio.gather(*map(host.load, TENANTS))
        warming = [task for task in asyncio.all_tasks() if "_warm" in repr(task)]
        assert len(warming) == len(TENANTS)
        cleaning, found = host.handlers[0], []
        for tenant in TENANTS:
            with host.inside(tenant):
                assert cleaning.store.value is sys.modules[f"{_PACKAGE}.store"].get_store()
                found.append(str(cleaning.store.value.path))
        assert found == [str(host.folder / "own" / tenant / "files/data/store.db") for tenant in TENANTS]

    asyncio.run(run())
