"""The audit in the sections of the seed's analysis: its rows, how many are open, and what mends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codemods.knowledge.decisions import ACCEPTED
from codemods.knowledge.recipes import Recipe, all_recipes
from codemods.messages import counted, either, listed, phrase
from codemods.survey.area import all_areas
from codemods.survey.decided import is_open
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, EXEMPT, GLOBAL, NOT_JUDGED, STATELESS, UNSETTLED, EntryPoint, Finding, Judged
from codemods.tree import Checkout

# Verdicts that are no tenant's, of which there are many: a person need not read each.
QUIET = frozenset({GLOBAL, STATELESS, EXEMPT})


@dataclass(frozen=True, slots=True)
class Row:
    """One entry point, statement of start-up or API function: its place, its name there ("" for a statement), why."""

    path: str
    line: int
    name: str
    verdict: str
    reason: str
    # What a decision names it by, where something must be done about it.
    at: str = ""
    # What else there is to know, below the reason.
    details: tuple[str, ...] = ()

    @property
    def is_bad(self) -> bool:
        return self.verdict in BAD

    @property
    def is_quiet(self) -> bool:
        return self.verdict in QUIET or self.verdict == NOT_JUDGED


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the analysis: its rows in order of place, and how many of its items are what."""

    title: str
    rows: tuple[Row, ...]
    bad: int
    secure: int
    quiet: int
    unjudged: int = 0
    accepted: int = 0

    @property
    def status(self) -> str:
        count = self.bad + self.secure + self.quiet + self.unjudged + self.accepted
        accepted = phrase(", {accepted} ACCEPTED", accepted=self.accepted) if self.accepted else ""
        if self.bad:
            return phrase("{bad} of {all} INSECURE{accepted}", bad=self.bad, all=count, accepted=accepted)
        if self.unjudged:
            return phrase(
                "{unjudged} of {all} NOT JUDGED{accepted}", unjudged=self.unjudged, all=count, accepted=accepted
            )
        return phrase("SECURE ({secure}){accepted}", secure=count - self.accepted, accepted=accepted)

    @property
    def counts(self) -> str:
        """How many of its items are what, in words."""
        unjudged = phrase(", {unjudged} not judged", unjudged=self.unjudged) if self.unjudged else ""
        accepted = phrase(", {accepted} accepted", accepted=self.accepted) if self.accepted else ""
        return phrase(
            "{bad} insecure, {secure} secure, {quiet} not a tenant's{unjudged}{accepted}",
            bad=self.bad,
            secure=self.secure,
            quiet=self.quiet,
            unjudged=unjudged,
            accepted=accepted,
        )


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit says of a tree, for whoever lays it out: `mended` of the `open` ones by the named recipes."""

    tree: str
    profile: str
    sections: tuple[Section, ...]
    findings: tuple[Row, ...]
    decided: tuple[Row, ...]
    open: int
    mended: int
    recipes: tuple[str, ...]

    @property
    def advice(self) -> str:
        """What to run next, "" where no recipe mends anything."""
        if not self.recipes:
            return ""
        *others, last = self.recipes
        names = (
            phrase("{others} and {last} do", others=listed(others), last=last)
            if others
            else phrase("{last} does", last=last)
        )
        return phrase(
            "'tenantize diff' shows what {names} about {mended} of the {open} that are open.",
            names=names,
            mended=self.mended,
            open=self.open,
        )


def open_items(survey: Survey) -> int:
    """How many entry points and API functions are not safe, and how much is left for a person to decide."""
    judged = [*survey.entry_points(), *survey.api_functions]
    return sum(item.verdict in UNSETTLED for item in judged) + len(survey.findings())


def audit_of(checkout: Checkout, survey: Survey) -> Audit:
    """The audit of a checkout."""
    items = [*survey.entry_points(), *survey.api_functions]
    sections = [_section(title, some) for title, some in _by_title(items).items() if some]
    kinds = [item.kind for item in items if item.verdict in BAD and not _is_by_hand(item)]
    mending = [
        recipe
        for recipe in all_recipes()
        if survey.profile.is_migratable
        and not set(kinds).isdisjoint(recipe.mends)
        and (recipe.plugins or checkout.plugin is None)
    ]
    return Audit(
        tree=_described(checkout),
        profile=survey.profile.line,
        sections=tuple(sections),
        findings=tuple(_finding(item) for item in survey.findings()),
        decided=tuple(_finding(item) for item in survey.decided if isinstance(item, Finding)),
        open=sum(section.bad for section in sections),
        mended=sum(any(kind in recipe.mends for recipe in mending) for kind in kinds),
        recipes=_with_prerequisites(mending),
    )


def _described(checkout: Checkout) -> str:
    revision = phrase(", revision {revision}", revision=checkout.revision[:8]) if checkout.revision else ""
    return counted(
        len(checkout.files),
        "{name}: {count} Python file{revision}",
        "{name}: {count} Python files{revision}",
        name=checkout.root.name,
        revision=revision,
    )


def _with_prerequisites(recipes: Sequence[Recipe]) -> tuple[str, ...]:
    """The names of recipes and of those that they require, in order."""
    names = {name for recipe in recipes for name in (recipe.name, *recipe.requires)}
    return tuple(recipe.name for recipe in all_recipes() if recipe.name in names)


def _by_title(items: Sequence[Judged]) -> dict[str, list[Judged]]:
    """What is judged, by the title of its areas, in their order."""
    titles = {kind: either(area.title, area.title_zh) for area in all_areas() for kind in area.kinds}
    sections: dict[str, list[Judged]] = {title: [] for title in titles.values()}
    for item in items:
        sections[titles[item.kind]].append(item)
    return sections


def _is_by_hand(item: Judged) -> bool:
    return isinstance(item, EntryPoint) and item.by_hand


def _section(title: str, items: Sequence[Judged]) -> Section:
    verdicts = [item.verdict for item in items]
    groups = (BAD, QUIET, {NOT_JUDGED}, {ACCEPTED})
    bad, quiet, unjudged, accepted = (sum(verdict in group for verdict in verdicts) for group in groups)
    rows = tuple(row for item in items for row in _rows(item))
    secure = len(verdicts) - bad - quiet - unjudged - accepted
    return Section(title, rows, bad, secure, quiet, unjudged, accepted)


def _rows(item: Judged) -> list[Row]:
    """An item, and of start-up the statements that something must be done about."""
    at, details = (item.at, item.details) if is_open(item) else ("", ())
    reason = _reason(item)
    if not isinstance(item, EntryPoint):
        return [Row(item.path, item.line, item.name, item.verdict, reason, at, details)]
    if item.note:
        reason = phrase("{reason}; {note}", reason=reason, note=item.note)
    statements = [
        Row(item.path, statement.line, "", statement.verdict, statement.reason, details=statement.details)
        for statement in item.statements
        if statement.verdict in BAD and is_open(item)
    ]
    return [Row(item.path, item.line, item.name, item.verdict, reason, at, details), *statements]


def _finding(item: Finding) -> Row:
    at, details = (item.at, item.details) if is_open(item) else ("", ())
    return Row(item.path, item.line, "", item.verdict, _reason(item), at, details)


def _reason(item: Judged | Finding) -> str:
    """Why it gets its verdict: where a person has decided, by that."""
    if item.decision is None:
        return item.reason
    until = phrase(" (until {until})", until=item.decision.until) if item.decision.until else ""
    if is_open(item):
        return phrase(
            "{reason}; decided: {answer}, {why}{until}",
            reason=item.reason,
            answer=item.decision.answer,
            why=item.decision.why,
            until=until,
        )
    return phrase("{why}{until}: {reason}", why=item.decision.why, until=until, reason=item.reason)
