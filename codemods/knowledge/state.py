"""Where tenant state lives in a tree, as `recipes/state.toml` names it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codemods.analysis.symbols import Symbol
from codemods.errors import TenantizeError

# Among the recipes' files, the one that is none.
STATE_FILE = "state.toml"


@dataclass(frozen=True)
class PluginWork:
    """What code of plugins does to a tenant's things or the process's, by name; see [plugins] of state.toml."""

    singletons: tuple[Symbol, ...]
    tenant_packages: tuple[str, ...]
    own: tuple[str, ...]
    file_functions: tuple[str, ...]
    file_methods: tuple[str, ...]
    process_calls: tuple[str, ...]
    process_classes: tuple[str, ...]
    process_starts: tuple[str, ...]


# What the keys of a holder are: the ids of chats, the names of files in a folder, or anything else.
KEYS = ("", "chat", "file")
# How code that uses a holder is scoped: the holder becomes one for each tenant, entries are guarded by the chat's id,
# items or rows are filtered, a tenant is all that is needed, or only the admin tenant may.
SCOPES = ("partition", "guard", "filter", "query", "require", "admin")


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds tenants' things: its name, where it is, what its keys are
    (one of KEYS), how code that uses it is scoped (one of SCOPES), and the file that adds it to state.toml's ("" for
    those that are there)."""

    name: str
    at: Symbol
    key: str
    scope: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SharedObject:
    """An object of the whole process, and its methods: those that change the process, those that answer with plugins or
    components of whatever tenant, those that answer for the plugin that their first argument names, and those that
    answer with what is common to all tenants."""

    name: str
    at: Symbol
    admin: frozenset[str]
    own: frozenset[str]
    own_by_name: frozenset[str]
    common: frozenset[str]


@dataclass(frozen=True, slots=True)
class Access:
    """The functions of the tree that keep a tenant to its own things, and what they know of chats."""

    chat: Symbol
    file: Symbol
    admin: Symbol
    enabled: Symbol
    items: Symbol
    rows: Symbol
    data: Symbol
    table: Symbol
    chat_manager: Symbol
    chat_id: str
    sends: frozenset[Symbol]


@dataclass(frozen=True)
class Gate:
    """What keeps the chat manager closed without a tenant, by name; see [gate] of state.toml."""

    map: Symbol
    partitioned: tuple[Symbol, ...]
    closed: tuple[Symbol, ...]
    across: frozenset[Symbol]
    each: frozenset[Symbol]
    process_values: frozenset[str]

    @property
    def system(self) -> frozenset[Symbol]:
        """What the recipe leads through the door."""
        return self.across | self.each


@dataclass(frozen=True)
class TenantState:
    """The names of state.toml. Folders are module prefixes."""

    getters: frozenset[Symbol]
    guards: frozenset[Symbol]
    scopes: frozenset[Symbol]
    wrappers: frozenset[Symbol]
    setters: frozenset[Symbol]
    resetters: frozenset[Symbol]
    carriers: frozenset[Symbol]
    remembering: frozenset[Symbol]
    tenant_local: Symbol
    doors: frozenset[Symbol]
    filters: frozenset[Symbol]
    partitions: frozenset[Symbol]
    access: Access
    model_bases: frozenset[Symbol]
    model_types: frozenset[Symbol]
    # By where they are.
    holders: Mapping[Symbol, Holder]
    shared: Mapping[Symbol, SharedObject]
    webui: tuple[str, ...]
    process: frozenset[Symbol]
    registering: frozenset[str]
    key_parser: Symbol
    startup: frozenset[Symbol]
    started_elsewhere: frozenset[Symbol]
    chat_loops: frozenset[Symbol]
    chat_stream: str
    tasks: frozenset[Symbol]
    event_handlers: frozenset[Symbol]
    process_events: tuple[str, ...]
    tenant_event: str
    event_info: str
    authentication: frozenset[Symbol]
    api_package: str
    api_exempt: frozenset[str]
    gate: Gate
    plugins: PluginWork


def load_state(path: Path) -> TenantState:
    """Read state.toml. Raises KeyError or tomllib.TOMLDecodeError for a file that is none."""
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    context, entry_points, gate = raw["context"], raw["entry_points"], raw["gate"]
    return TenantState(
        getters=_symbols(context["getters"]),
        guards=_symbols(context["guards"]),
        scopes=_symbols(context["scopes"]),
        wrappers=_symbols(context["wrappers"]),
        setters=_symbols(context["setters"]),
        resetters=_symbols(context["resetters"]),
        carriers=_symbols(context["carriers"]),
        remembering=_symbols(context["remembering"]),
        tenant_local=Symbol.parse(context["tenant_local"]),
        doors=_symbols(context["doors"]),
        filters=_symbols(context["filters"]),
        partitions=_symbols(context["partitions"]),
        access=_access(raw["access"]),
        model_bases=_symbols(raw["models"]["bases"]),
        model_types=_symbols(raw["models"]["types"]),
        holders={
            holder.at: holder
            for item in raw["holder"]
            for holder in [Holder(item["name"], Symbol.parse(item["at"]), item.get("key", ""), item["scope"])]
        },
        shared={shared.at: shared for shared in map(_shared_object, raw["shared"])},
        webui=tuple(entry_points["webui"]),
        process=_symbols(entry_points["process"]),
        registering=frozenset(entry_points["registering"]),
        key_parser=Symbol.parse(entry_points["key_parser"]),
        startup=_symbols(entry_points["startup"]),
        started_elsewhere=_symbols(entry_points["started_elsewhere"]),
        chat_loops=_symbols(entry_points["chat_loops"]),
        chat_stream=entry_points["chat_stream"],
        tasks=_symbols(entry_points["tasks"]),
        event_handlers=_symbols(entry_points["event_handlers"]),
        process_events=tuple(entry_points["process_events"]),
        tenant_event=entry_points["tenant_event"],
        event_info=entry_points["event_info"],
        authentication=_symbols(entry_points["authentication"]),
        api_package=raw["apis"]["package"],
        api_exempt=frozenset(raw["apis"]["exempt"]),
        gate=Gate(
            map=Symbol.parse(gate["map"]),
            partitioned=tuple(map(Symbol.parse, gate["partitioned"])),
            closed=tuple(map(Symbol.parse, gate["closed"])),
            across=_symbols(gate["across"]),
            each=_symbols(gate["each"]),
            process_values=frozenset(gate["process_values"]),
        ),
        plugins=_plugin_work(raw["plugins"]),
    )


def _symbols(names: Iterable[str]) -> frozenset[Symbol]:
    return frozenset(map(Symbol.parse, names))


def _access(table: Mapping[str, Any]) -> Access:
    guards: dict[str, Any] = {name: Symbol.parse(value) for name, value in table.items() if isinstance(value, str)}
    return Access(**{**guards, "chat_id": table["chat_id"], "sends": _symbols(table["sends"])})


def _plugin_work(table: Mapping[str, Any]) -> PluginWork:
    singletons = tuple(map(Symbol.parse, table["singletons"]))
    return PluginWork(**{**{name: tuple(values) for name, values in table.items()}, "singletons": singletons})


def added_holders(path: Path, *tables: str) -> tuple[Holder, ...]:
    """The holders that a user adds, in the `[[holder]]` entries of a TOML file, below the tables named.

    Raises TenantizeError for a file that cannot be read, and for an entry that is none.
    """
    try:
        raw: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TenantizeError(f"{path} cannot be read as TOML ({error}): put that right.") from error
    for table in tables:
        raw = raw.get(table, {}) if isinstance(raw, dict) else {}
    entries = raw.get("holder", []) if isinstance(raw, dict) else []
    if not isinstance(entries, list):
        raise TenantizeError(
            f"{path}: write each holder as a table of its own, below [[{'.'.join((*tables, 'holder'))}]]."
        )
    return tuple(_added_holder(path, entry) for entry in entries)


def _added_holder(path: Path, entry: Any) -> Holder:
    known = {"name", "at", "key", "scope"}
    texts = entry if isinstance(entry, dict) else {}
    name = texts.get("name", "?")
    if (
        not all(isinstance(value, str) for value in texts.values())
        or not {"name", "at", "scope"} <= texts.keys() <= known
    ):
        raise TenantizeError(f"{path}: holder {name!r} needs name, at and scope, may have a key, and nothing else.")
    if texts["scope"] not in SCOPES:
        raise TenantizeError(
            f"{path}: holder {name!r} has the scope {texts['scope']!r}: choose from {', '.join(SCOPES)}."
        )
    if texts.get("key", "") not in KEYS:
        raise TenantizeError(f'{path}: holder {name!r} has the key {texts["key"]!r}: write "chat", or leave it out.')
    if not re.fullmatch(r"\w+(\.\w+)*:\w+(\.\w+)*", texts["at"]):
        raise TenantizeError(
            f"{path}: holder {name!r} is at {texts['at']!r}: write module:name or module:Class.attribute."
        )
    return Holder(name, Symbol.parse(texts["at"]), texts.get("key", ""), texts["scope"], str(path))


def with_holders(state: TenantState, holders: Sequence[Holder]) -> TenantState:
    """The state with more holders; one at the place of another takes it."""
    return replace(state, holders={**state.holders, **{holder.at: holder for holder in holders}})


def _shared_object(item: Mapping[str, Any]) -> SharedObject:
    methods = (frozenset(item.get(kind, ())) for kind in ("admin", "own", "own_by_name", "common"))
    return SharedObject(item["name"], Symbol.parse(item["at"]), *methods)
