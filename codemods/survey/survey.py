"""What a checkout does today. Only reads: bytes in, verdicts and findings out."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath

from codemods.analysis.facts import TOO_DEEP, BrokenFile, FileFacts, read_facts
from codemods.analysis.resolve import Program, Touch
from codemods.knowledge.state import STATE_FILE, TenantState, load_state
from codemods.survey.background.tasks import background_sites, tasks, threads
from codemods.survey.chat_manager.gate import gate, gate_sites
from codemods.survey.gateway.entrances import gateway_sites, gateways, startups
from codemods.survey.half_done.applied import half_done
from codemods.survey.plugin_apis.apis import Apis
from codemods.survey.plugins.start_edits import edits_of, event_handlers
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.sites import Site
from codemods.survey.verdicts import INSECURE, ApiFunction, EntryPoint, Finding
from codemods.survey.webui.connections import SharedConnections, shared_connections
from codemods.survey.webui.handlers import webui_handlers
from codemods.terminal.progress import Told, to_nobody
from codemods.tree import SourceFile

# What finds the entry points of each kind; background-task finds the chat loops as well.
KINDS: dict[str, Callable[[Program], Iterable[EntryPoint | Finding]]] = {
    "gateway": gateways,
    "webui-handler": webui_handlers,
    "startup": startups,
    "event-handler": event_handlers,
    "background-task": tasks,
    "thread": threads,
    "chat-manager": gate,
    "half-done": half_done,
}
API_FUNCTION = "api-function"
# The kinds of place that each area knows, besides entry points.
_PLACES: dict[str, frozenset[str]] = {
    "webui": frozenset({"shared-connections"}),
    "plugins": frozenset({"tenant-handler", "mixed-handler", "stopping-handler", "tenant-state"}),
    "plugin_apis": frozenset(
        {API_FUNCTION, "chat-argument", "file-argument", "whole-process", "model-argument", "model-data", "model-query"}
        | {"plugin-answer", "named-plugin-answer", "shared-items", "shared-mapping", "shared-attribute"}
    ),
    "gateway": frozenset({"gateway-branch", "gateway-handler"}),
    "background": frozenset({"chat-loop-init", "chat-loop-method", "thread-start"}),
    "chat_manager": frozenset({"open-map", "chat-mapping", "chat-gate", "system-across", "system-each"}),
}
# What reading a file in another process costs, sending its facts included, as a multiple of reading it here.
_SENDING = 1.4
# Below this many bytes, a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 500_000


@dataclass
class Survey:
    """A checkout, read. Each question is worked out when it is first asked."""

    program: Program
    broken: tuple[BrokenFile, ...]
    _connections: tuple[SharedConnections | Finding, ...]
    _by_kind: dict[str, list[EntryPoint | Finding]] = field(default_factory=dict, repr=False)
    _by_area: dict[str, list[Site]] = field(default_factory=dict, repr=False)

    def entry_points(self, *kinds: str) -> list[EntryPoint]:
        """The entry points that these surveys of KINDS find (all of them when none is named), in order of place."""
        found = [item for kind in kinds or KINDS for item in self._found(kind) if isinstance(item, EntryPoint)]
        return sorted(found, key=lambda entry: (entry.path, entry.line))

    def findings(self, *kinds: str) -> list[Finding]:
        """What those surveys, and that of the plugin APIs, leave to a person."""
        every = (*KINDS, API_FUNCTION)
        return [item for kind in kinds or every for item in self._found(kind) if isinstance(item, Finding)]

    @cached_property
    def api_functions(self) -> list[ApiFunction]:
        return sorted(self._apis.functions(), key=lambda function: (function.path, function.line))

    @cached_property
    def _apis(self) -> Apis:
        return Apis(self.program)

    @property
    def shared_connections(self) -> list[SharedConnections]:
        return [item for item in self._connections if isinstance(item, SharedConnections)]

    def sites(self, on: str) -> list[Site]:
        """The places of a kind that codemods edit, besides entry points; only the area that knows them is asked."""
        area = next((area for area, kinds in _PLACES.items() if on in kinds), None)
        return [site for site in self._sites_of(area) if site.on == on] if area else []

    def _sites_of(self, area: str) -> list[Site]:
        if area not in self._by_area:
            self._by_area[area] = list(self._work_out(area))
        return self._by_area[area]

    def _work_out(self, area: str) -> Iterable[Site]:
        if area == "webui":
            return [
                Site("shared-connections", place.path, f"{place.qualname}={place.collection}")
                for place in self.shared_connections
            ]
        if area == "plugins":
            return [edit for start in starts_of(self.program) for edit in edits_of(start)]
        if area == "plugin_apis":
            return self._apis.sites()
        return {"gateway": gateway_sites, "background": background_sites, "chat_manager": gate_sites}[area](
            self.program
        )

    def _open_connections(self) -> list[Finding]:
        """Ways through all tenants' connections in a tree whose WebUI has been migrated."""
        if self.program.state.filters.isdisjoint(self.program.functions):
            return []
        return [
            Finding(place.path, place.line, f"goes through {place.collection} of every tenant")
            for place in self.shared_connections
        ]

    def _found(self, kind: str) -> list[EntryPoint | Finding]:
        if kind not in self._by_kind:
            found = list(self._apis.findings() if kind == API_FUNCTION else KINDS[kind](self.program))
            if kind == "webui-handler":
                found += [item for item in self._connections if isinstance(item, Finding)]
            if kind == "half-done":
                found += self._open_connections()
            self._by_kind[kind] = found
        return self._by_kind[kind]


def survey_files(files: Sequence[SourceFile], state: TenantState, workers: int, tell: Told = to_nobody) -> Survey:
    """Read every file, in up to `workers` processes. The result does not depend on how many, or on the order."""
    read = _read_all(sorted(files, key=lambda file: file.path), workers, tell)
    facts = [item for item in read if isinstance(item, FileFacts)]
    data = {file.path: file.data for file in files}
    broken = tuple(_explained(item, data[item.path]) for item in read if isinstance(item, BrokenFile))
    program = Program(facts, state, {file.module: file.data for file in files})
    connections = tuple(shared_connections(program))
    for place in connections:
        if isinstance(place, SharedConnections):
            # Whoever goes through a tenant's connections does tenant work.
            touch = Touch("connections", place.line, False, place.collection)
            program.note(f"{place.module}:{place.qualname}", touch)
    return Survey(program, broken, connections)


def _explained(broken: BrokenFile, data: bytes) -> BrokenFile:
    """A broken file, with what to do about it where only this Python is too old for it."""
    import libcst  # knows newer grammars than ast does; loaded for broken files only

    if b"\0" in data or broken.message == TOO_DEEP:
        return broken
    try:
        libcst.parse_module(data)
    except Exception:  # whatever LibCST makes of it: it is broken there as well
        return broken
    version = ".".join(str(part) for part in sys.version_info[:2])
    advice = f"uses syntax that is newer than Python {version}: run tenantize with the Python that runs the tree"
    return replace(broken, message=advice)


def _read_all(files: Sequence[SourceFile], workers: int, tell: Told) -> list[FileFacts | BrokenFile]:
    if workers < 2 or sum(len(file.data) for file in files) < _WORTH_A_SECOND_PROCESS:
        return _read_some(files, tell)
    shares = _shares(files, workers)
    with ProcessPoolExecutor(workers - 1) as pool:
        others = [pool.submit(_read_some, share) for share in shares[1:]]
        read = _read_some(shares[0], tell, workers) + [item for other in others for item in other.result()]
    return sorted(read, key=lambda item: item.path)


def _shares(files: Sequence[SourceFile], workers: int) -> list[list[SourceFile]]:
    """The files dealt out so that all finish together. The first share is the caller's own, which need not send it."""
    shares: list[list[SourceFile]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    for file in sorted(files, key=lambda file: (-len(file.data), file.path)):
        lightest = loads.index(min(loads))
        shares[lightest].append(file)
        loads[lightest] += len(file.data) * (_SENDING if lightest else 1.0)
    return shares


def _read_some(files: Sequence[SourceFile], tell: Told = to_nobody, workers: int = 1) -> list[FileFacts | BrokenFile]:
    """Read a share of the files; as many more are read at the same time by each of the other workers."""
    read = []
    with _no_collection():
        for number, file in enumerate(files, 1):
            read.append(read_facts(file.path, file.module, file.data))
            tell("Reading", number * workers, len(files) * workers)
    return read


@contextmanager
def _no_collection() -> Iterator[None]:
    """Syntax trees are many small objects and no garbage: looking for some takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# One file by itself, for commands that run without a plan.


def _alone(filename: str, data: bytes) -> Survey:
    from codemods.knowledge.recipes import recipes_folder

    state = load_state(recipes_folder() / STATE_FILE)
    name = PurePath(filename).name
    folder = state.webui[0].replace(".", "/")
    file = SourceFile(f"{folder}/{name}", f"{state.webui[0]}.{Path(name).stem}", data)
    return survey_files([file], state, workers=1)


def handlers_alone(filename: str, data: bytes) -> list[str]:
    """ "function=N" for each handler of one WebUI file that does tenant work, as far as the file shows by itself."""
    entries = _alone(filename, data).entry_points("webui-handler")
    insecure = [entry for entry in entries if entry.verdict == INSECURE and not entry.by_hand]
    return [f"{entry.qualname}={entry.registering}" for entry in insecure]


def connections_alone(filename: str, data: bytes) -> list[str]:
    """ "function=collection" for each place of one WebUI file that goes through connections of several tenants."""
    return [f"{site.qualname}={site.collection}" for site in _alone(filename, data).shared_connections]
