"""What was seen before and after, joined way by way with what the audit says of the tree as it is afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from codemods.messages import phrase
from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, REFUSED, Crossing, Seen
from codemods.prove.guest.words import ADMIN
from codemods.prove.names import MINUTES, RESTART, SHARED
from codemods.prove.proof import Outcome, Way
from codemods.survey.area import all_areas
from codemods.survey.logs.kept import log_sockets
from codemods.survey.logs.outside import OUTSIDE
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, EXEMPT, GLOBAL, SCOPED, SECURE, STATELESS, Finding, Judged

# What the audit calls harmless.
_HARMLESS = frozenset({SECURE, SCOPED, GLOBAL, STATELESS, EXEMPT})
# What answers whoever asks: tenants, and the admin with a token.
_ANSWERING = frozenset({"api-function", "webui-handler"})
_WORST = (CROSSED, APART, REFUSED, NOT_REACHED)
_ABSENT = Outcome(NOT_REACHED, phrase("it is not there"))
_SILENT = Outcome(NOT_REACHED, phrase("before the stop, it did not show both what is theirs"))
Place = tuple[str, str]
# Sections that the audit, which does not run a tree, has not.
RUN_ALONE = {MINUTES: phrase("Minutes of a moved clock"), RESTART: phrase("Stop and restart")}


class Joining:
    """Joins what two guests saw."""

    def __init__(self, survey: Survey, migrated: Survey) -> None:
        self._before, self._after = _Audited(survey), _Audited(migrated)
        self._explained: set[str] = set()

    def ways(self, before: Sequence[Seen], after: Sequence[Seen]) -> tuple[Way, ...]:
        """Every way that either saw, in the order of the audit's sections."""
        was, now = self._outcomes(before, self._before), self._outcomes(after, self._after)
        order = {area.title: area.order for area in all_areas()}
        order |= {title: max(order.values()) + number for number, title in enumerate(RUN_ALONE.values(), 1)}
        self._explained = {
            _what(crossing)
            for (kind, path, name), outcome in now.items()
            if kind == SHARED and not self._is_harmless(path, name, kind)
            for crossing in outcome.crossings
        }
        found = [
            self._way(key, was.get(key, absent), now.get(key, absent))
            for key in dict.fromkeys((*was, *now))
            for absent in [_SILENT if key[0] == RESTART else _ABSENT]
        ]
        return tuple(sorted(found, key=lambda way: (order.get(way.section, 0), way.path, way.name)))

    def _way(self, key: tuple[str, str, str], was: Outcome, now: Outcome) -> Way:
        kind, path, name = key
        verdict, reason = self._after.says(path, name, kind)
        is_fault = self._is_harmless(path, name, kind) and any(
            not self._is_said(crossing, verdict) for crossing in now.crossings
        )
        return Way(
            section=_titles().get(kind, kind),
            path=path,
            name=name,
            before=was,
            after=now,
            audited=verdict,
            reason=reason,
            is_fault=(now.verdict == CROSSED and is_fault) or (verdict == SCOPED and now.answers_nobody),
            is_lost=_is_lost(kind, was, now),
        )

    def _is_said(self, crossing: Crossing, verdict: str) -> bool:
        """Whether it is as the audit says: it came out of a holder that is insecure, or the process's for its admin."""
        is_the_admins = verdict == GLOBAL and crossing.seen_by == ADMIN
        return is_the_admins or _what(crossing) in self._explained

    def _is_harmless(self, path: str, name: str, kind: str) -> bool:
        """Whether the audit calls something harmless, and finds nothing there besides."""
        said = self._after.of(path, name, kind)
        return said is not None and said.verdict in _HARMLESS and not self._after.has_finding(path, name)

    @staticmethod
    def _outcomes(seen: Iterable[Seen], audited: _Audited) -> dict[tuple[str, str, str], Outcome]:
        """The outcome of each way; what crossed through a holder is the holder's, where the way itself is in order."""
        found: dict[tuple[str, str, str], list[Seen]] = defaultdict(list)
        for item in seen:
            path = audited.path(item.module)
            said = audited.of(path, item.qualname, item.kind)
            mine = [crossing for crossing in item.crossings if not crossing.is_holder]
            if said is not None and said.verdict in BAD:
                mine = list(item.crossings)
            for crossing in item.crossings:
                if crossing.is_holder and item.kind != SHARED:
                    found[audited.holder(crossing.came_out)].append(_of_holder(crossing, item))
            verdict = APART if item.verdict == CROSSED and not mine else item.verdict
            found[item.kind, path, item.qualname].append(replace(item, verdict=verdict, crossings=mine))
        return {key: _outcome(items) for key, items in found.items()}


class _Audited:
    """What the audit says, by place."""

    def __init__(self, survey: Survey) -> None:
        self._paths = {file.module: file.path for file in survey.program.files.values()}
        self._items: dict[Place, list[Judged]] = defaultdict(list)
        for item in (*survey.entry_points(), *survey.api_functions):
            self._items[item.home or item.path, item.name].append(item)
        self._found: dict[Place, list[Finding]] = defaultdict(list)
        sockets = {(survey.program.file_of(name).path, name.qualname) for name, _ in log_sockets(survey.program)}
        decided = (item for item in survey.decided if isinstance(item, Finding))
        for finding in (*survey.findings(), *decided):
            self._found[finding.path, finding.name].append(finding)
            # What is logged outside of all tenants is seen where the log is shown.
            for at in sockets if finding.what == OUTSIDE else ():
                self._found[at].append(finding)

    def path(self, module: str) -> str:
        return self._paths.get(module, module)

    def holder(self, name: str) -> tuple[str, str, str]:
        module, _, qualname = name.partition(":")
        return SHARED, self.path(module), qualname

    def of(self, path: str, name: str, kind: str) -> Judged | None:
        """What is said of the code at a place: of this kind first."""
        found = self._items.get((path, name.replace(".<locals>", "")), [])
        return next((item for item in found if item.kind == kind), found[0] if found else None)

    def says(self, path: str, name: str, kind: str) -> tuple[str, str]:
        """The verdict, and why: what is left to a person, or was decided, before what is harmless in itself."""
        said, findings = self.of(path, name, kind), self._findings(path, name)
        if findings and (said is None or said.verdict in _HARMLESS):
            return findings[0].verdict, findings[0].reason
        return (said.verdict, said.reason) if said is not None else ("", "")

    def _findings(self, path: str, name: str) -> Sequence[Finding]:
        return self._found.get((path, name.replace(".<locals>", "")), ())

    def has_finding(self, path: str, name: str) -> bool:
        """Whether something there is left for a person to decide, or was decided."""
        return bool(self._findings(path, name))


def _is_lost(kind: str, was: Outcome, now: Outcome) -> bool:
    """Whether what a way shows its owners as the tree is, or leaves to them over a restart, is gone once migrated."""
    if kind == RESTART:
        was_kept = was.verdict == APART or (was.verdict == CROSSED and not was.why)
        return was_kept and now.verdict == NOT_REACHED and now is not _SILENT
    return kind in _ANSWERING and bool(was.owners_shown - now.owners_shown)


def _what(crossing: Crossing) -> str:
    """What came out, or was changed."""
    return crossing.word or crossing.came_out


def _of_holder(crossing: Crossing, item: Seen) -> Seen:
    module, _, qualname = crossing.came_out.partition(":")
    put_in = crossing.put_in or f"{item.module}:{item.qualname}"
    return Seen(SHARED, module, qualname, CROSSED, crossings=[replace(crossing, put_in=put_in)])


def _outcome(items: Sequence[Seen]) -> Outcome:
    """What became of a way that was asked several times."""
    first = min(items, key=lambda item: _WORST.index(item.verdict))
    crossings = tuple(dict.fromkeys(crossing for item in items for crossing in item.crossings))
    questions = tuple(question for item in items for question in item.questions)
    return Outcome(first.verdict, first.why, crossings, questions)


def _titles() -> Mapping[str, str]:
    own = {kind: area.title for area in all_areas() for kind in area.kinds}
    return own | RUN_ALONE
