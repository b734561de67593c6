"""What a checkout does today. Only reads: bytes in, verdicts and findings out."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from codemods.analysis.facts import TOO_DEEP, BrokenFile, FileFacts
from codemods.analysis.reading import read_facts
from codemods.knowledge.state import TenantState, load_state
from codemods.places import Decorators, Expression
from codemods.survey.area import API_FUNCTION, Area, area_of_place, areas_of
from codemods.survey.at_home import at_home
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import INSECURE, ApiFunction, EntryPoint, Finding, Judged
from codemods.survey.webui.connections import shared_connections, with_connections
from codemods.terminal.progress import Told, to_nobody
from codemods.tree import SourceFile

# What reading a file in another process costs, sending its facts included, as a multiple of reading it here.
_SENDING = 1.4
# Below this many bytes, a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 500_000


@dataclass
class Survey:
    """A checkout, read. Each area is asked when its answer is first needed."""

    program: TenantProgram
    broken: tuple[BrokenFile, ...]
    _found: dict[Area, tuple[Judged | Finding, ...]] = field(default_factory=dict, repr=False)
    _sites: dict[Area, tuple[Site, ...]] = field(default_factory=dict, repr=False)

    def entry_points(self, *kinds: str) -> list[EntryPoint]:
        """The entry points of these kinds (of all when none is named), in order of place."""
        found = [item for item in self._judged(kinds) if isinstance(item, EntryPoint)]
        return sorted((item for item in found if not kinds or item.kind in kinds), key=_place)

    @property
    def api_functions(self) -> list[ApiFunction]:
        """The public functions of the plugin APIs, in order of place."""
        return sorted((item for item in self._judged((API_FUNCTION,)) if isinstance(item, ApiFunction)), key=_place)

    def findings(self, *kinds: str) -> list[Finding]:
        """What the areas of these kinds (all when none is named) leave to a person."""
        return [item for item in self._judged(kinds) if isinstance(item, Finding)]

    def sites(self, on: str) -> list[Site]:
        """The places of a kind that codemods edit, besides entry points. Only the area that knows the kind is asked."""
        area = area_of_place(on)
        if area is None:
            return []
        if area not in self._sites:
            self._sites[area] = tuple(area.sites(self.program))
        return [site for site in self._sites[area] if site.on == on]

    def _judged(self, kinds: Iterable[str]) -> Iterator[Judged | Finding]:
        for area in areas_of(kinds):
            if area not in self._found:
                self._found[area] = tuple(area.survey(self.program))
            yield from self._found[area]


def _place(item: Judged) -> tuple[str, int]:
    return item.path, item.line


def survey_files(files: Sequence[SourceFile], state: TenantState, workers: int, tell: Told = to_nobody) -> Survey:
    """Read every file, in up to `workers` processes. The result does not depend on how many, or on the order."""
    read = _read_all(sorted(files, key=lambda file: file.path), workers, tell)
    facts = [item for item in read if isinstance(item, FileFacts)]
    data = {file.path: file.data for file in files}
    broken = tuple(_explained(item, data[item.path]) for item in read if isinstance(item, BrokenFile))
    program = TenantProgram(at_home(facts), state, {file.module: file.data for file in files})
    return Survey(with_connections(program), broken)


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
    state = load_state()
    name = PurePath(filename).name
    folder = state.entry_points.webui[0].replace(".", "/")
    file = SourceFile(f"{folder}/{name}", f"{state.entry_points.webui[0]}.{Path(name).stem}", data)
    return survey_files([file], state, workers=1)


def handlers_alone(filename: str, data: bytes) -> list[Decorators]:
    """The handlers of one WebUI file that do tenant work, as far as the file shows by itself."""
    entries = _alone(filename, data).entry_points("webui-handler")
    insecure = [entry for entry in entries if entry.verdict == INSECURE and not entry.by_hand]
    return [Decorators(entry.qualname, entry.registering) for entry in insecure]


def connections_alone(filename: str, data: bytes) -> list[Expression]:
    """The places of one WebUI file that go through connections of several tenants."""
    return [Expression(site.qualname, site.collection) for site in shared_connections(_alone(filename, data).program)]
