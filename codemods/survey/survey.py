"""What a checkout does today: verdicts and findings, and the places that codemods edit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from codemods.analysis.facts import BrokenFile
from codemods.knowledge.state import TenantState
from codemods.survey.answers import Answers, AnswersCache, Asked, Caches
from codemods.survey.area import API_FUNCTION, Area, area_of_place, areas_of
from codemods.survey.brief import in_brief
from codemods.survey.decided import Decisions, is_open, without_accepted
from codemods.survey.honest import honest
from codemods.survey.identified import identified
from codemods.survey.profile import Profile, profile_of
from codemods.survey.program import TenantProgram
from codemods.survey.read_files import Files, Known, KnownFile
from codemods.survey.sites import Site, Unfit
from codemods.survey.verdicts import SCOPED, UNSCOPED, ApiFunction, EntryPoint, Finding, Judged
from codemods.terminal.progress import ShowProgress, to_nobody
from codemods.tree import SourceFile, module_name


@dataclass
class Survey:
    """A checkout. Its files are read, and each area is asked, when an answer is first needed that is not known yet."""

    _files: Files
    answers: Answers
    broken: tuple[BrokenFile, ...] = ()
    # Whether answers were known as it began.
    is_known: bool = False
    # The decisions that fit nothing, where only a part of what is found is shown.
    _idle: tuple[Finding, ...] | None = field(default=None, repr=False)

    @property
    def plain(self) -> TenantProgram:
        """What the tree defines: all that plans need besides the answers."""
        return self._files.read.plain

    @property
    def decisions(self) -> Decisions:
        return self._files.asked.decisions

    def keeping(self, cache: AnswersCache) -> Callable[[], None]:
        """What keeps its answers when it is called. What files that do not parse mean is not known for long: what
        reads them may be newer the next time."""
        return (lambda: None) if self.broken else cache.keeping(self._files.asked, self.answers)

    def let_go(self) -> None:
        """Let go of what answers were made from: nothing more will be asked."""
        self._files.let_go()

    @property
    def program(self) -> TenantProgram:
        return self._files.read.program

    @property
    def is_incomplete(self) -> bool:
        """Whether a file that could not be read is a part of the app."""
        return bool(self.broken) and self._files.read.is_incomplete

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
        text, files = self.plain.sources.text, self.plain.files.items()
        changed = {name.module for name in self.plain.unimported}  # whose facts are not all as they were read
        return {
            module: KnownFile(facts, text(module))
            for module, facts in files
            if module not in changed and facts.path not in but
        }

    def only(self, wants: Callable[[Judged | Finding], bool]) -> Survey:
        """The same survey, with those of its answers only that are wanted."""
        idle = tuple(filter(wants, self._idle_decisions()))
        judged = {key: tuple(filter(wants, found)) for key, found in self.answers.judged.items()}
        return replace(self, answers=replace(self.answers, judged=judged), _idle=idle)

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
        sites = self.answers.sites
        if area.order not in sites:
            sites[area.order] = self._editable(area)
        yield from (place for place in sites[area.order] if place.on == on)

    @property
    def profile(self) -> Profile:
        """What kind of tree it is."""
        if self.answers.profile is None:
            self.answers.profile = profile_of(self.program, {module_name(item.path) for item in self.broken})
        return self.answers.profile

    @property
    def failing_tests(self) -> tuple[str, ...]:
        """The tree's own tests that call what raises without a tenant once it is migrated: "path:line"."""
        if self.answers.failing_tests is None:
            self.answers.failing_tests = tuple(self._failing_tests())
        return self.answers.failing_tests

    def _failing_tests(self) -> Iterator[str]:
        found = (item for item in self._judged((API_FUNCTION,), closely=False) if isinstance(item, ApiFunction))
        verdicts = {(item.path, item.qualname) for item in found if item.verdict in (SCOPED, UNSCOPED)}
        gate = self.program.state.gate
        raising = {
            name for name in self.program.functions if (self.program.file_of(name).path, name.qualname) in verdicts
        }
        maps = {self.program.state.holders[at].name for at in gate.partitioned}
        own_tests = self._files.read.own_tests
        return own_tests.calling(self.program, frozenset(raising.union(gate.closed)), frozenset(maps))

    def _editable(self, area: Area) -> tuple[Site | Unfit, ...]:
        """The places of an area, without what was accepted; where nothing was decided, nothing is judged for them."""
        sites = list(filter(self._is_there, area.sites(self.program)))
        return without_accepted(sites, self._of(area, closely=False)) if self.decisions.all else tuple(sites)

    @cached_property
    def _missing(self) -> frozenset[str]:
        return frozenset(self.plain.files[module].path for module in self.plain.missing)

    def _is_there(self, item: Judged | Finding | Site | Unfit) -> bool:
        """Whether something is about the tree, and not about a file that it lacks."""
        return item.path not in self._missing

    def _judged(self, kinds: Iterable[str], closely: bool) -> Iterator[Judged | Finding]:
        for area in areas_of(kinds):
            yield from self._of(area, closely)

    def _of(self, area: Area, closely: bool) -> tuple[Judged | Finding, ...]:
        question = area.survey if closely or area.planned is None else area.planned
        judged, key = self.answers.judged, (area.order, closely)
        if key not in judged:
            there = filter(self._is_there, question(self.program))
            true = (honest(self.program, self.profile, item, closely=closely) for item in there)
            found = [in_brief(item) for item in true]
            named = identified(self.program, found)
            judged[key] = tuple(self.decisions.applied(area, item) for item in named)
        return judged[key]


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
    caches: Caches | None = None,
) -> Survey:
    """The survey of some files, read in up to `workers` processes. It does not depend on how many, or on the order.

    Of files that are the same as in `known`, of an earlier survey, or in a cache, nothing is read again; where all of
    them are as they were, what was answered is not asked again.
    """
    asked = Asked(tuple(files), state, decisions or Decisions(), tuple(shipped))
    there = Files(asked, workers, tell, known or {}, caches.facts if caches is not None else None)
    answers = caches.answers.known(asked) if caches is not None else None
    return Survey(there, Answers(), there.read.broken) if answers is None else Survey(there, answers, is_known=True)
