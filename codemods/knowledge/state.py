"""Where tenant state lives in a tree, as `recipes/state.toml` names it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codemods.errors import TenantizeError

# Among the recipes' files, the one that is none.
STATE_FILE = "state.toml"


@dataclass(frozen=True)
class PluginWork:
    """What code of plugins does to a tenant's things or the process's, by name; see [plugins] of state.toml."""

    singletons: tuple[str, ...]
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
    """What holds tenants' things: its name, where it is ("module:name" or "module:Class.attribute"), what its keys are
    (one of KEYS), how code that uses it is scoped (one of SCOPES), and the file that adds it to state.toml's ("" for
    those that are there)."""

    name: str
    at: str
    key: str
    scope: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SharedObject:
    """An object of the whole process, and its methods: those that change the process, those that answer with plugins or
    components of whatever tenant, those that answer for the plugin that their first argument names, and those that
    answer with what is common to all tenants."""

    name: str
    at: str
    admin: frozenset[str]
    own: frozenset[str]
    own_by_name: frozenset[str]
    common: frozenset[str]


@dataclass(frozen=True, slots=True)
class Access:
    """The functions of the tree that keep a tenant to its own things, and what they know of chats."""

    chat: str
    file: str
    admin: str
    enabled: str
    items: str
    rows: str
    data: str
    table: str
    chat_manager: str
    chat_id: str
    sends: frozenset[str]


@dataclass(frozen=True)
class Gate:
    """What keeps the chat manager closed without a tenant, by name; see [gate] of state.toml."""

    map: str
    partitioned: tuple[str, ...]
    closed: tuple[str, ...]
    across: frozenset[str]
    each: frozenset[str]
    process_values: frozenset[str]

    @property
    def system(self) -> frozenset[str]:
        """What the recipe leads through the door."""
        return self.across | self.each


@dataclass(frozen=True)
class TenantState:
    """The names of state.toml. Each is "module:name" or "module:Class.attribute"; folders are module prefixes."""

    getters: frozenset[str]
    guards: frozenset[str]
    scopes: frozenset[str]
    wrappers: frozenset[str]
    setters: frozenset[str]
    resetters: frozenset[str]
    carriers: frozenset[str]
    remembering: frozenset[str]
    tenant_local: str
    doors: frozenset[str]
    filters: frozenset[str]
    partitions: frozenset[str]
    access: Access
    model_bases: frozenset[str]
    model_types: frozenset[str]
    # By where they are.
    holders: Mapping[str, Holder]
    shared: Mapping[str, SharedObject]
    webui: tuple[str, ...]
    process: frozenset[str]
    registering: frozenset[str]
    key_parser: str
    startup: frozenset[str]
    started_elsewhere: frozenset[str]
    chat_loops: frozenset[str]
    chat_stream: str
    tasks: frozenset[str]
    event_handlers: frozenset[str]
    process_events: tuple[str, ...]
    tenant_event: str
    event_info: str
    authentication: frozenset[str]
    api_package: str
    api_exempt: frozenset[str]
    gate: Gate
    plugins: PluginWork


def load_state(path: Path) -> TenantState:
    """Read state.toml. Raises KeyError or tomllib.TOMLDecodeError for a file that is none."""
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    context, entry_points, gate = raw["context"], raw["entry_points"], raw["gate"]
    return TenantState(
        getters=frozenset(context["getters"]),
        guards=frozenset(context["guards"]),
        scopes=frozenset(context["scopes"]),
        wrappers=frozenset(context["wrappers"]),
        setters=frozenset(context["setters"]),
        resetters=frozenset(context["resetters"]),
        carriers=frozenset(context["carriers"]),
        remembering=frozenset(context["remembering"]),
        tenant_local=context["tenant_local"],
        doors=frozenset(context["doors"]),
        filters=frozenset(context["filters"]),
        partitions=frozenset(context["partitions"]),
        access=Access(**{**raw["access"], "sends": frozenset(raw["access"]["sends"])}),
        model_bases=frozenset(raw["models"]["bases"]),
        model_types=frozenset(raw["models"]["types"]),
        holders={
            item["at"]: Holder(item["name"], item["at"], item.get("key", ""), item["scope"]) for item in raw["holder"]
        },
        shared={item["at"]: _shared_object(item) for item in raw["shared"]},
        webui=tuple(entry_points["webui"]),
        process=frozenset(entry_points["process"]),
        registering=frozenset(entry_points["registering"]),
        key_parser=entry_points["key_parser"],
        startup=frozenset(entry_points["startup"]),
        started_elsewhere=frozenset(entry_points["started_elsewhere"]),
        chat_loops=frozenset(entry_points["chat_loops"]),
        chat_stream=entry_points["chat_stream"],
        tasks=frozenset(entry_points["tasks"]),
        event_handlers=frozenset(entry_points["event_handlers"]),
        process_events=tuple(entry_points["process_events"]),
        tenant_event=entry_points["tenant_event"],
        event_info=entry_points["event_info"],
        authentication=frozenset(entry_points["authentication"]),
        api_package=raw["apis"]["package"],
        api_exempt=frozenset(raw["apis"]["exempt"]),
        gate=Gate(
            map=gate["map"],
            partitioned=tuple(gate["partitioned"]),
            closed=tuple(gate["closed"]),
            across=frozenset(gate["across"]),
            each=frozenset(gate["each"]),
            process_values=frozenset(gate["process_values"]),
        ),
        plugins=PluginWork(**{name: tuple(values) for name, values in raw["plugins"].items()}),
    )


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
    return Holder(name, texts["at"], texts.get("key", ""), texts["scope"], str(path))


def with_holders(state: TenantState, holders: Sequence[Holder]) -> TenantState:
    """The state with more holders; one at the place of another takes it."""
    return replace(state, holders={**state.holders, **{holder.at: holder for holder in holders}})


def _shared_object(item: Mapping[str, Any]) -> SharedObject:
    methods = (frozenset(item.get(kind, ())) for kind in ("admin", "own", "own_by_name", "common"))
    return SharedObject(item["name"], item["at"], *methods)
