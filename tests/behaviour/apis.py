"""Scenarios of the plugin APIs: each function called by nobody, its owner, others, two at once. Before and after."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from tests.behaviour.api_table import ROWS, Row
from tests.behaviour.sample import ADMIN, Pair, Sample, inside, migrated, module
from tests.behaviour.world import (
    EVERYBODY,
    OWNER,
    SISTER,
    STORAGE,
    STRANGER,
    Things,
    World,
    answer_of,
    model,
    perhaps_inside,
)

_worlds: list[World] = []


def _world(sample: Sample) -> World:
    """The plugins are loaded once in a process."""
    if not _worlds:
        _worlds.append(World(sample))
    _worlds[0].forget()
    return _worlds[0]


def _api(row: Row) -> Any:
    """The module or class that has the row's function."""
    place, *inner = row.function.split(".")[:-1]
    found = importlib.import_module(f"src.plugin_system.apis.{place}")
    for name in inner:
        found = getattr(found, name)
    return found


async def _ask(row: Row, caller: Pair | None, whose: Pair) -> Any:
    """What one caller is answered."""
    with perhaps_inside(caller):
        return await answer_of(lambda: row.call(_api(row), Things(whose)))


async def _observe(world: World, row: Row, there: tuple[Pair, ...], caller: Pair | None, whose: Pair) -> Any:
    """What one caller is answered and has changed, where these pairs are."""
    await world.settle(*there, prepare=row.prepare)
    return [await _ask(row, caller, whose), world.changes()]


async def api_functions(sample: Sample) -> Any:
    """Every public function of the API modules, and every public static method of their classes."""
    found = []
    package = importlib.import_module("src.plugin_system.apis")
    for item in pkgutil.iter_modules(package.__path__):
        api = importlib.import_module(f"{package.__name__}.{item.name}")
        found += [f"{item.name}.{name}" for name in _functions(api)]
        for name, kind in inspect.getmembers(api, inspect.isclass):
            if kind.__module__ == api.__name__:
                found += [f"{item.name}.{name}.{method}" for method in _static_methods(kind)]
    return sorted(found)


def _functions(api: Any) -> list[str]:
    """Those that a module defines, and those that it says it exports."""
    exported = getattr(api, "__all__", ())
    own = [name for name, value in inspect.getmembers(api, inspect.isfunction) if value.__module__ == api.__name__]
    return [name for name in {*own, *exported} if not name.startswith("_")]


def _static_methods(kind: type) -> list[str]:
    return [
        name
        for name, value in vars(kind).items()
        if isinstance(value, staticmethod | classmethod) and not name.startswith("_")
    ]


async def api_calls_by_nobody(sample: Sample) -> Any:
    """Each call with the owner's ids, and no context."""
    world = _world(sample)
    return {row.id: await _observe(world, row, EVERYBODY, None, OWNER) for row in ROWS}


async def api_calls_by_others(sample: Sample) -> Any:
    """Each call with the owner's ids: by another tenant, and by another agent of the same tenant."""
    world = _world(sample)
    return {
        row.id: {"/".join(pair): await _observe(world, row, EVERYBODY, pair, OWNER) for pair in (STRANGER, SISTER)}
        for row in ROWS
    }


async def api_calls_alone(sample: Sample) -> Any:
    """Each call where there is no owner, and the owner's where there is nobody else: what the rest is held against."""
    if migrated():
        return None
    world = _world(sample)
    calls = {
        "/".join(STRANGER): ((STRANGER,), STRANGER, OWNER),
        "/".join(SISTER): ((SISTER,), SISTER, OWNER),
        "stranger": ((STRANGER,), STRANGER, STRANGER),
    }
    seen: dict[str, dict[str, Any]] = {row.id: {} for row in ROWS}
    # One world after the other, for it takes time to settle in one.
    for name, (there, caller, whose) in calls.items():
        for row in ROWS:
            seen[row.id][name] = await _observe(world, row, there, caller, whose)
    for row in ROWS:
        seen[row.id]["owner"] = await _observe(world, row, (OWNER,), _whom_for(row), OWNER)
    return seen


async def api_calls_by_owner(sample: Sample) -> Any:
    """Each call by whom it is for."""
    world = _world(sample)
    return {row.id: await _observe(world, row, EVERYBODY, _whom_for(row), OWNER) for row in ROWS}


def _whom_for(row: Row) -> Pair:
    return ADMIN if row.whole_process else OWNER


async def api_calls_at_once(sample: Sample) -> Any:
    """Each call by two tenants on one event loop, each with its own ids."""
    if not migrated():
        return None
    world = _world(sample)

    async def ask(row: Row, pair: Pair, everyone: asyncio.Barrier) -> Any:
        with inside(pair):
            await everyone.wait()
            answer = await answer_of(lambda: row.call(_api(row), Things(pair)))
            await asyncio.sleep(0)
            return answer

    seen = {}
    for row in ROWS:
        await world.settle(*EVERYBODY, prepare=row.prepare)
        everyone = asyncio.Barrier(2)
        answers = await asyncio.gather(*(ask(row, pair, everyone) for pair in (OWNER, STRANGER)))
        seen[row.id] = [answers, world.changes()]
    return seen


async def whole_process_calls(sample: Sample) -> Any:
    """Those by a tenant that is not the admin's, and by one that the environment names as the admin's."""
    world = _world(sample)
    seen = {}
    for row in ROWS:
        if row.whole_process:
            by_owner = await _observe(world, row, EVERYBODY, OWNER, OWNER)
            with mock.patch.dict(os.environ, {"MAIM_WEBUI_TENANT_ID": "acme"}):
                by_named = await _observe(world, row, EVERYBODY, OWNER, OWNER)
                by_admin = await _observe(world, row, EVERYBODY, ADMIN, OWNER)
            seen[row.id] = {"owner": by_owner, "named": by_named, "admin": by_admin}
    return seen


async def rows_without_an_owner(sample: Sample) -> Any:
    """A row that is created and one that is saved in a table of a plugin's own, where nothing says whose they are."""
    world = _world(sample)
    api = module("plugin_system.apis.database_api")
    theirs = Things(OWNER).title
    seen = {}
    for name, call in {
        "create": lambda: api.db_query(model("Note"), {"title": "new"}, "create"),
        "save": lambda: api.db_save(model("Note"), {"title": "new"}),
        "save by key": lambda: api.db_save(model("Note"), {"title": theirs, "content": "new"}, "title", theirs),
    }.items():
        await world.settle(*EVERYBODY)
        with inside(STRANGER):
            await answer_of(call)
        seen[name] = world.changes()
    return seen


# A hook of the interpreter stays: it notes only while somebody listens.
_listeners: list[list[str]] = []


def _note_writing(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listeners:
        return
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        _listeners[-1].append(arguments[0])
    elif event in ("os.remove", "os.rename", "os.mkdir", "shutil.move", "shutil.copyfile"):
        _listeners[-1].extend(str(path) for path in arguments if isinstance(path, str | Path))


async def files_written(sample: Sample) -> Any:
    """The pictures' folders in which registering writes, when the name of the file leads elsewhere."""
    sys.addaudithook(_note_writing)
    world = _world(sample)
    api = module("plugin_system.apis.emoji_api")
    seen = {}
    victim = f"{'/'.join(OWNER)}/emoji_registed/evil.png"
    for name in (
        f"../../../{victim}",
        f"..\\..\\..\\{victim}",
        str((STORAGE / victim).resolve()),
        f"x/../../../../{victim}",
        "../../../../../evil.png",
    ):
        await world.settle(*EVERYBODY)
        written: list[str] = []
        _listeners.append(written)
        with inside(STRANGER):
            answer = await answer_of(lambda name=name: api.register_emoji("bmV3", name))  # type: ignore[misc]
        _listeners.pop()
        seen[name.replace(str(Path.cwd()), ".")] = {
            "answer": answer,
            "places": sorted({_folder(path) for path in written} - {"the database"}),
            "owner": [place for place in world.changes() if "acme" in place],
        }
    return seen


def _folder(path: str) -> str:
    """Whose folder a file is in."""
    place = Path(os.path.normpath(Path.cwd() / path))
    if ".db" in place.name:
        return "the database"
    storage = STORAGE.resolve()
    return "/".join(place.relative_to(storage).parts[:2]) if place.is_relative_to(storage) else "elsewhere"
