"""Where tenant state lives in a tree, as the files of `recipes/state` name it, and what a user adds to it."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from codemods.analysis.symbols import Symbol
from codemods.errors import TenantizeError, suggestion
from codemods.knowledge.recipes import recipes_folder
from codemods.knowledge.schema import Checked, T, checked, read_toml
from codemods.messages import phrase

Text = Annotated[str, Meta(min_length=1)]
_SYMBOL = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*")
if TYPE_CHECKING:
    Definition = Symbol
else:

    class Definition(ABC):  # noqa: B024
        """Where something is defined, a Symbol: msgspec would read a named tuple as a list, so it is told of this."""

    Definition.register(Symbol)  # is what the hook makes of a text
Definitions = frozenset[Definition]
# A dotted module, or a folder of modules.
Module = Annotated[str, Meta(pattern=r"^\w+(\.\w+)*$", description="a dotted module, such as src.webui")]
# What the keys of a holder are: the ids of chats, the names of files in a folder, or anything else.
Key = Literal["", "chat", "file"]
# How code that uses a holder is scoped: the holder becomes one for each tenant, entries are guarded by the chat's id,
# items or rows are filtered, a tenant is all that is needed, or only the admin tenant may.
Scope = Literal["partition", "guard", "filter", "query", "require", "admin"]


class Context(Checked, frozen=True):
    """How code enters a tenant, reads it, and hands it on."""

    getters: Definitions
    """Functions that read the context: they answer None, or raise, without one."""
    guards: Definitions
    """The getters that raise: a function that calls one first cannot answer without a tenant."""
    scopes: Definitions
    """A `with` on one of these runs inside a tenant."""
    wrappers: Definitions
    """A function decorated with one of these runs inside a tenant, of whatever kind it is."""
    carriers: Definitions
    """What hands a function on together with the context of where that is done."""
    tenant_local: Definition
    """What keeps a value for each tenant, read and written as `.value`."""
    remembering: Definitions
    """What lets an object remember the tenant that made it."""
    doors: Definitions
    """What works for all tenants at once: the system's own work only, which the gate names."""
    setters: Definitions
    """From a call of one of these up to one of a resetter, a function is inside a tenant."""
    resetters: Definitions
    """What ends that."""
    filters: Definitions
    """What keeps the tenant's own items of a collection that every tenant shares."""
    partitions: Definitions
    """What keeps one part for each tenant: a holder of one of these is partitioned."""


class Access(Checked, frozen=True):
    """The functions of the tree that keep a tenant to its own things, and what they know of chats."""

    chat: Definition
    """Refuses chats of other tenants."""
    file: Definition
    """Refuses files outside of a folder."""
    admin: Definition
    """Refuses tenants that are no admin."""
    enabled: Definition
    """Keeps plugins and components that are enabled for the tenant."""
    items: Definition
    """Keeps items that know their tenant and are the tenant's."""
    rows: Definition
    """Keeps the tenant's rows of a query."""
    data: Definition
    """Refuses data that names another tenant."""
    table: Definition
    """Refuses tables that know no tenant."""
    chat_manager: Definition
    """The class that knows which chats a tenant has."""
    chat_id: Text
    """The attribute that leads from a chat to its id."""
    sends: Definitions
    """What sends to a chat."""
    masked: Definition
    """Leaves of a secret what a log may show."""
    lines: Definition
    """Keeps the tenant's lines of a log file."""
    marked: Definition
    """Has a line say whose it is."""
    logging: Definition
    """Has the lines in its `with` be a tenant's, where that is known."""
    runs: Definition
    """Keeps the tenant that added a task, of those that it runs for."""


class Models(Checked, frozen=True):
    """The models of the database."""

    bases: Definitions
    """Every query of a subclass reads or writes one tenant's rows."""
    types: Definitions
    """A model that is handed in as a value is known by this type only."""
    columns: tuple[Text, Text]
    """The columns, parameters and attributes that hold the ids of the tenant and of its agent."""
    narrowing: Definitions
    """What a model says to be unique in one of these is so within a tenant, whatever its columns and its Meta say."""


class EntryPoints(Checked, frozen=True):
    """What the outside world, a timer or start-up calls."""

    webui: Annotated[tuple[Module, ...], Meta(min_length=1)]
    """Folders whose routed functions are WebUI handlers."""
    process: Definitions
    """What turns an incoming message into chat work: only with a tenant."""
    registering: frozenset[Text]
    """Methods by which the message server gets functions that it calls itself, without a tenant."""
    key_parser: Definition
    """What tells the tenant of a message's key."""
    startup: Definitions
    """Runs once for the process, before any tenant exists."""
    started_elsewhere: Definitions
    """What these run has verdicts of its own: the handlers of an event, the tasks that are added."""
    chat_loops: Definitions
    """The classes whose loops answer chats, one instance a chat."""
    chat_stream: Text
    """The attribute in which such an object keeps its chat."""
    tasks: Definitions
    """The classes of tasks that the manager runs for every tenant."""
    event_handlers: Definitions
    """The classes of event handlers, also by the names that plugins import."""
    process_events: tuple[Text, Text]
    """Events that fire once for the process: the first as it starts, the second as it stops."""
    tenant_event: Text
    """The event that fires once for each tenant."""
    event_info: Text
    """The class by which a plugin declares an event handler."""
    authentication: Definitions
    """Checks of the WebUI's own token; a handler that calls none of them answers to anybody."""
    asking: Definitions
    """Decorators that ask for the token before a handler runs."""
    admitting: Definition
    """The one of these that lets nobody in who acts for a tenant other than the admin's."""
    guarding: Definitions
    """What guards an application of the WebUI: origins, frames, sessions that end."""
    keeping: Definitions
    """What keeps a path that a request names below its folder."""
    acting: tuple[Text, ...]
    """What reads or changes the process's files, plugins or running, or calls out in its name, by the last parts of
    the call."""
    acting_methods: frozenset[Text]
    """Methods of paths and connections that do."""


class Gate(Checked, frozen=True):
    """What keeps the chat manager closed without a tenant, but for what the system itself does for all of them."""

    map: Definition
    """The map that is partitioned by tenant."""
    partitioned: tuple[Definition, ...]
    """What must be such a map."""
    closed: tuple[Definition, ...]
    """What may not answer without a tenant, whatever it looks at."""
    across: Definitions
    """What the system does for all tenants at once, as it starts."""
    each: Definitions
    """What the system does for each tenant in turn, from time to time."""
    process_values: frozenset[Text]
    """The holders that have values for the whole process as well, which start-up may read."""

    @property
    def system(self) -> frozenset[Symbol]:
        """What the recipe leads through the door."""
        return self.across | self.each


class Apis(Checked, frozen=True):
    """The plugin APIs."""

    package: Module
    """The package of their modules."""
    exempt: frozenset[Module]
    """The modules that run while plugins are imported, before any tenant exists."""


class Plugins(Checked, frozen=True):
    """What code of plugins does to a tenant's things or to the process's, besides reaching tenant state."""

    singletons: tuple[Definition, ...]
    """Classes that the host makes one instance of, for the whole process."""
    registering: tuple[Text, ...]
    """Their methods that the host runs as it registers them, before any tenant exists."""
    listing: tuple[Text, ...]
    """The method by which a plugin says what components it has: pairs of an info and a class."""
    components: Definitions
    """The classes of components, also by the names that plugins import."""
    running: tuple[Text, ...]
    """The methods by which the host runs a component, for the tenant whose message it handles."""
    asking: Definitions
    """What tells whether a plugin is enabled for a tenant, or keeps what is."""
    service_clients: frozenset[Module]
    """The packages by which the service is called that knows which are."""
    configuring: Definitions
    """What answers with a plugin's configuration: of the process where it reaches nothing of a tenant's."""
    tenant_packages: tuple[Module, ...]
    """Packages of the host that work for one tenant, where a plugin's own repository does not show more."""
    own: tuple[Text, ...]
    """Methods and attributes of a handler or plugin that read its configuration or speak for it."""
    own_paths: Definitions
    """What makes a path of everybody's the tenant's own."""
    file_functions: tuple[Text, ...]
    """Functions that open or change files, folders and databases."""
    file_methods: tuple[Text, ...]
    """Methods of paths that do."""
    process_calls: tuple[Text, ...]
    """What concerns the whole process, whoever calls it, by the last parts of the call."""
    process_classes: tuple[Text, ...]
    """Classes of somebody else whose objects are one for the process once they run: by the end of their names."""
    process_starts: tuple[Text, ...]
    """The methods that make them run."""


class HolderEntry(Checked, frozen=True):
    """What holds tenants' things."""

    name: Text
    """What it is called in reports."""
    at: Definition
    """Where it is: an attribute of a class, or a name of a module."""
    scope: Scope
    """How code that uses it is scoped; recipes/state/holders.toml says what each means."""
    key: Key = ""
    """What its keys are: "chat", the ids of chats; "file", the names of files; left out, anything else."""


class Holder(HolderEntry, frozen=True):
    """A holder, and the file that adds it to those of recipes/state ("" for these)."""

    source: str = ""


class SharedObject(Checked, frozen=True):
    """An object that the whole process shares on purpose. A plugin API function may not use it without a tenant, for it
    would show or change what another tenant uses."""

    name: Text
    """What it is called in reports."""
    at: Definition
    """Where it is."""
    admin: frozenset[Text] = frozenset()
    """Its methods that change the process."""
    own: frozenset[Text] = frozenset()
    """Those that answer with plugins or components of whatever tenant."""
    own_by_name: frozenset[Text] = frozenset()
    """Those that answer with something of the plugin that their first argument names."""
    common: frozenset[Text] = frozenset()
    """Those that answer with what is the same for all tenants."""


class HoldersFile(Checked, frozen=True):
    """Holders, in a file of their own: recipes/state/holders.toml, or the one of `--state`."""

    holder: tuple[HolderEntry, ...] = ()
    """One a `[[holder]]`."""


class SharedFile(Checked, frozen=True):
    """recipes/state/shared.toml."""

    shared: tuple[SharedObject, ...] = ()
    """One a `[[shared]]`."""


@dataclass(frozen=True)
class TenantState:
    """What recipes/state says, a field a file; holders and shared objects by where they are."""

    context: Context
    access: Access
    models: Models
    holders: Mapping[Symbol, Holder]
    shared: Mapping[Symbol, SharedObject]
    entry_points: EntryPoints
    gate: Gate
    apis: Apis
    plugins: Plugins


def definition(_kind: type, text: Any) -> Symbol:
    """A symbol, as people write it in a TOML file."""
    if not isinstance(text, str) or not _SYMBOL.fullmatch(text):
        raise ValueError(phrase("write module:name or module:Class.attribute"))
    return Symbol.parse(text)


def load_state(folder: Path | None = None) -> TenantState:
    """The state of a folder such as recipes/state. Raises TenantizeError for a file that says what none can say."""
    where = folder or recipes_folder() / "state"

    def read(name: str, kind: type[T]) -> T:
        return checked(read_toml(where / f"{name}.toml"), kind, where / f"{name}.toml", definition)

    known = [field.name for field in fields(TenantState)]
    for path in where.glob("*.toml"):
        if path.stem not in known:
            meant = suggestion(path.stem, known)
            raise TenantizeError(phrase("{path} is no part of the state: {meant}", path=path, meant=meant))
    state = TenantState(
        context=read("context", Context),
        access=read("access", Access),
        models=read("models", Models),
        holders={},
        shared={item.at: item for item in read("shared", SharedFile).shared},
        entry_points=read("entry_points", EntryPoints),
        gate=read("gate", Gate),
        apis=read("apis", Apis),
        plugins=read("plugins", Plugins),
    )
    return with_holders(state, holders_of(read("holders", HoldersFile).holder))


def read_holders(path: Path) -> tuple[Holder, ...]:
    """The holders of a user's file. Raises TenantizeError for one that says anything else, or nothing."""
    entries = checked(read_toml(path), HoldersFile, path, definition).holder
    if not entries:
        raise TenantizeError(
            phrase("{path} names no holder: write one as a table below [[holder]], or leave the file out.", path=path)
        )
    return holders_of(entries, str(path))


def holders_of(entries: Sequence[HolderEntry], source: str = "") -> tuple[Holder, ...]:
    """Holders with the file that names them."""
    return tuple(Holder(item.name, item.at, item.scope, item.key, source) for item in entries)


def with_holders(state: TenantState, holders: Sequence[Holder]) -> TenantState:
    """The state with more holders; one at the place of another takes it."""
    return replace(state, holders={**state.holders, **{holder.at: holder for holder in holders}})
