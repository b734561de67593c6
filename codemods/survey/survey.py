"""What a checkout does today. Only reads: bytes in, verdicts and findings out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.sources import Sources
from codemods.knowledge.state import TenantState
from codemods.survey.area import API_FUNCTION, Area, area_of_place, areas_of
from codemods.survey.at_home import at_home
from codemods.survey.brief import in_brief
from codemods.survey.broken import explained, is_missed
from codemods.survey.decided import Decisions, is_open, without_accepted
from codemods.survey.facts_cache import FactsCache
from codemods.survey.honest import honest
from codemods.survey.identified import identified
from codemods.survey.missing import missing_supports
from codemods.survey.own_tests import OwnTests, parted
from codemods.survey.profile import Profile, profile_of
from codemods.survey.program import TenantProgram
from codemods.survey.reading import read_all
from codemods.survey.sites import Site, Unfit
from codemods.survey.unimported import with_imports
from codemods.survey.verdicts import SCOPED, UNSCOPED, ApiFunction, EntryPoint, Finding, Judged
from codemods.survey.webui.connections import with_connections
from codemods.terminal.progress import ShowProgress, to_nobody
from codemods.tree import SourceFile, module_name


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What has been read of a file, and what of."""

    facts: FileFacts
    data: bytes


# By the names of their modules.
Known = Mapping[str, KnownFile]


@dataclass
class Survey:
    """A checkout, read. Each area is asked when its answer is first needed."""

    program: TenantProgram
    broken: tuple[BrokenFile, ...]
    own_tests: OwnTests
    # Whether a file that could not be read is a part of the app.
    is_incomplete: bool = False
    decisions: Decisions = field(default_factory=Decisions)
    _found: dict[tuple[Area, bool], tuple[Judged | Finding, ...]] = field(default_factory=dict, repr=False)
    _sites: dict[Area, tuple[Site | Unfit, ...]] = field(default_factory=dict, repr=False)
    # The decisions that fit nothing, where only a part of what is found is shown.
    _idle: tuple[Finding, ...] | None = field(default=None, repr=False)

    def entry_points(self, *kinds: str, closely: bool = True) -> list[EntryPoint]:
        """The entry points of these kinds (of all when none is named), in order of place.

        Not `closely`: without what audits ask and no edit hangs on.
        """
        found = [item for item in self._judged(kinds, closely) if isinstance(item, EntryPoint)]
        return sorted((item for item in found if not kinds or item.kind in kinds), key=_place)

    @property
    def api_functions(self) -> list[ApiFunction]:
        """The public functions of the plugin APIs, in order of place."""
        found = self._judged((API_FUNCTION,), closely=True)
        return sorted((item for item in found if isinstance(item, ApiFunction)), key=_place)

    def findings(self, *kinds: str, closely: bool = True) -> list[Finding]:
        """What the areas of these kinds leave to a person; with none named, of all, and decisions that fit nothing."""
        found = [item for item in self._judged(kinds, closely) if isinstance(item, Finding) and is_open(item)]
        return found if kinds else [*found, *self._idle_decisions(closely)]

    def _idle_decisions(self, closely: bool = True) -> tuple[Finding, ...]:
        if self._idle is not None:
            return self._idle
        return tuple(map(in_brief, self.decisions.idle(list(self._judged((), closely)))))

    @property
    def open(self) -> list[Judged | Finding]:
        """All that a person may decide, in order of place."""
        return sorted((item for item in self._judged((), closely=True) if is_open(item)), key=_place)

    @property
    def undecided(self) -> list[Judged | Finding]:
        """What of it nobody has decided."""
        return [item for item in self.open if item.decision is None]

    def ended_by(self, item: Judged | Finding) -> tuple[str, ...]:
        """The decisions that would end what is open."""
        return self._area_of(item).ended_by

    def consequences(self, item: Judged | Finding) -> Mapping[str, str]:
        """What the recipes do about an answer to what is open, by the answers that they act on."""
        return self._area_of(item).consequences if isinstance(item, EntryPoint) else {}

    def _area_of(self, item: Judged | Finding) -> Area:
        return next(area for area in areas_of(()) if item in self._of(area, closely=True))

    @property
    def decided(self) -> list[Judged | Finding]:
        """What a decision has ended, in order of place."""
        found = (item for item in self._judged((), closely=True) if item.decision is not None and not is_open(item))
        return sorted(found, key=_place)

    def known(self, but: Collection[str] = ()) -> Known:
        """What other surveys may take over of this one, which may then be let go of; `but`: not of these paths."""
        text, files = self.program.sources.text, self.program.files.items()
        changed = {name.module for name in self.program.unimported}  # whose facts are not all as they were read
        return {
            module: KnownFile(facts, text(module))
            for module, facts in files
            if module not in changed and facts.path not in but
        }

    def only(self, wants: Callable[[Judged | Finding], bool]) -> Survey:
        """The same survey, with those of its answers only that are wanted."""
        idle = tuple(filter(wants, self._idle_decisions()))
        return replace(
            self, _found={key: tuple(filter(wants, found)) for key, found in self._found.items()}, _idle=idle
        )

    def sites(self, on: str) -> list[Site]:
        """The places of a kind that codemods edit, besides entry points. Only the area that knows the kind is asked."""
        return [site for site in self._places(on) if isinstance(site, Site)]

    def unfit(self, on: str) -> list[Unfit]:
        """The places of a kind that ought to be edited and cannot be."""
        return [place for place in self._places(on) if isinstance(place, Unfit)]

    def _places(self, on: str) -> Iterator[Site | Unfit]:
        area = area_of_place(on)
        if area is None:
            return
        if area not in self._sites:
            self._sites[area] = self._editable(area)
        yield from (place for place in self._sites[area] if place.on == on)

    @cached_property
    def profile(self) -> Profile:
        """What kind of tree it is."""
        return profile_of(self.program, {module_name(item.path) for item in self.broken})

    @cached_property
    def failing_tests(self) -> tuple[str, ...]:
        """The tree's own tests that call what raises without a tenant once it is migrated: "path:line"."""
        found = (item for item in self._judged((API_FUNCTION,), closely=False) if isinstance(item, ApiFunction))
        verdicts = {(item.path, item.qualname) for item in found if item.verdict in (SCOPED, UNSCOPED)}
        gate = self.program.state.gate
        raising = {
            name for name in self.program.functions if (self.program.file_of(name).path, name.qualname) in verdicts
        }
        maps = {self.program.state.holders[at].name for at in gate.partitioned}
        return tuple(self.own_tests.calling(self.program, frozenset(raising.union(gate.closed)), frozenset(maps)))

    def _editable(self, area: Area) -> tuple[Site | Unfit, ...]:
        """The places of an area, without what was accepted; where nothing was decided, nothing is judged for them."""
        sites = list(filter(self._is_there, area.sites(self.program)))
        return without_accepted(sites, self._of(area, closely=False)) if self.decisions.all else tuple(sites)

    @cached_property
    def _missing(self) -> frozenset[str]:
        return frozenset(self.program.files[module].path for module in self.program.missing)

    def _is_there(self, item: Judged | Finding | Site | Unfit) -> bool:
        """Whether something is about the tree, and not about a file that it lacks."""
        return item.path not in self._missing

    def _judged(self, kinds: Iterable[str], closely: bool) -> Iterator[Judged | Finding]:
        for area in areas_of(kinds):
            yield from self._of(area, closely)

    def _of(self, area: Area, closely: bool) -> tuple[Judged | Finding, ...]:
        question = area.survey if closely or area.planned is None else area.planned
        key = (area, closely)
        if key not in self._found:
            there = filter(self._is_there, question(self.program))
            true = (honest(self.program, self.profile, item, closely=closely) for item in there)
            found = [in_brief(item) for item in true]
            named = identified(self.program, found)
            self._found[key] = tuple(self.decisions.applied(area, item) for item in named)
        return self._found[key]


def _place(item: Judged | Finding) -> tuple[str, int]:
    return item.path, item.line


def survey_files(
    files: Sequence[SourceFile],
    state: TenantState,
    workers: int,
    tell: ShowProgress = to_nobody,
    known: Known | None = None,
    decisions: Decisions | None = None,
    shipped: Sequence[str] = (),
    cache: FactsCache | None = None,
) -> Survey:
    """Read every file, in up to `workers` processes. The result does not depend on how many, or on the order.

    Of files that are the same as in `known`, of an earlier survey, or in `cache`, the facts are taken over.
    """
    same = _facts_of_same(files, known or {})
    if cache is not None:
        same |= cache.known([file for file in files if file.path not in same])
    new = sorted((file for file in files if file.path not in same), key=lambda file: file.path)
    trees: dict[bytes, ast.Module] = {}
    unknown = read_all(new, workers, tell, trees)
    if cache is not None:
        cache.keep(new, unknown)
    read = sorted((*same.values(), *unknown), key=lambda item: item.path)
    facts = [item for item in read if isinstance(item, FileFacts)]
    data = {file.path: file.data for file in files}
    broken = explained([item for item in read if isinstance(item, BrokenFile)], data)
    modules = {file.path: file.module for file in files}
    there = frozenset(modules.values())
    facts, unimported = with_imports(facts, there, state)
    missing = list(missing_supports(facts, there, state))
    every = {file.module: file.data for file in (*files, *(item.file for item in missing))}
    app, own_tests = parted(at_home([*facts, *(item.facts for item in missing)]), every)
    decisions = decisions or Decisions()
    absent = frozenset(item.file.module for item in missing)
    program = TenantProgram(app, state, Sources(own_tests.data, trees), decisions.answers, shipped, absent, unimported)
    is_incomplete = any(is_missed(modules[item.path], app) for item in broken)
    return Survey(with_connections(program), broken, own_tests, is_incomplete, decisions)


def _facts_of_same(files: Sequence[SourceFile], known: Known) -> dict[str, FileFacts]:
    """The facts of files that are known as they are, by path."""
    pairs = ((file, known.get(file.module)) for file in files)
    return {file.path: had.facts for file, had in pairs if had and (had.facts.path, had.data) == (file.path, file.data)}
