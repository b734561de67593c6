"""A checkout's audit today, what the recipes make of it, and the audit then: what the page is filled with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codemods.changes import Change
from codemods.deliver.decide.blocks import blocks
from codemods.deliver.page.labels import LABELS
from codemods.deliver.page.model import (
    Both,
    Counts,
    FileChange,
    HunkOf,
    KindOf,
    Page,
    Place,
    RecipeOf,
    Section,
    Station,
    both,
)
from codemods.deliver.page.runs import Runs
from codemods.deliver.reports.sections import Section as Audited
from codemods.deliver.reports.sections import audit_of
from codemods.deliver.reports.words import RUN_WORDS, VERDICT_WORDS
from codemods.deliver.review.hunks import hunks_of
from codemods.deliver.review.texts import functions_of, patch_of
from codemods.knowledge.explanations import Kind, all_kinds, explained, kind_of
from codemods.knowledge.recipes import all_recipes, recipe_for
from codemods.messages import either, phrase
from codemods.prove.proof import Proof
from codemods.survey.area import all_areas
from codemods.survey.chat_manager.gate import THROUGH_THE_DOOR
from codemods.survey.decided import is_open
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, OPEN, EntryPoint, Finding, Judged
from codemods.tree import Checkout


@dataclass(frozen=True, slots=True)
class Migration:
    """What the recipes make of a checkout: their changes, and the audit once they are written."""

    changes: tuple[Change, ...]
    checkout: Checkout
    survey: Survey


def page_of(checkout: Checkout, survey: Survey, migration: Migration | None, link: str, proof: Proof | None) -> Page:
    """What the page shows. Without a migration it is the audit alone."""
    hunks = _Hunks(migration.changes if migration else ())
    found = _Places(survey, migration.survey if migration else None, hunks, Runs(proof)).all()
    places = tuple(sorted(found, key=_urgency))
    return Page(
        sections=tuple(_sections(checkout, survey, migration)),
        places=places,
        hunks=tuple(hunks.all),
        doors=tuple(_doors(migration.survey if migration else survey)),
        recipes=tuple(_recipes(migration.changes if migration else ())),
        kinds={kind.name: _kind(kind) for kind in all_kinds()},
        labels={name: both(text) for name, text in LABELS.items()},
        verdicts={name: both(text) for name, text in {**VERDICT_WORDS, **RUN_WORDS}.items()},
        link=link,
        is_proven=proof is not None,
    )


def _kind(kind: Kind) -> KindOf:
    def pair(field: str) -> Both:
        texts = (getattr(words, field) for words in (kind.file.en, kind.file.zh))
        english, chinese = (" ".join(text.split()) for text in texts)
        return english, chinese

    return KindOf(*map(pair, KindOf.__struct_fields__))


# Sections


def titles() -> dict[str, Both]:
    """The titles of sections, by those that the audit has in the language that is spoken."""
    found: dict[str, Both] = {
        either(area.title, area.title_zh): (area.title, area.title_zh) for area in all_areas() if area.kinds
    }
    return found | {_FOR_A_PERSON: both(_FOR_A_PERSON)}


_OPEN = BAD | {OPEN}
_FOR_A_PERSON = phrase("For a person to decide")


def _sections(checkout: Checkout, survey: Survey, migration: Migration | None) -> Iterator[Section]:
    today = {section.title: section for section in audit_of(checkout, survey).sections}
    then = {item.title: item for item in audit_of(migration.checkout, migration.survey).sections} if migration else {}
    for title, shown in titles().items():
        if title == _FOR_A_PERSON:
            left = Counts(bad=len(migration.survey.findings())) if migration else None
            yield Section(shown, Counts(bad=len(survey.findings())), left)
        else:
            yield Section(shown, _counts(today.get(title)), _counts(then.get(title)) if migration else None)


def _counts(section: Audited | None) -> Counts:
    if section is None:
        return Counts()
    return Counts(section.bad, section.secure, section.quiet, section.unjudged, section.accepted)


# Places


class _Places:
    """The rows of the table: what is judged or found today, and what is there only once the recipes have run."""

    def __init__(self, today: Survey, migrated: Survey | None, hunks: _Hunks, runs: Runs) -> None:
        self._hunks, self._runs = hunks, runs
        self._today = _by_name(today)
        self._migrated = _by_name(migrated) if migrated else {}
        self._sections = {title: number for number, title in enumerate(titles())}
        self._titles = {kind: either(area.title, area.title_zh) for area in all_areas() for kind in area.kinds}

    def all(self) -> Iterator[Place]:
        for at, item in self._today.items():
            yield self._place(item, item.verdict, self._migrated.get(at))
        for at, item in self._migrated.items():
            if at not in self._today:
                yield self._place(item, "", item)

    def _place(self, item: Judged | Finding, today: str, migrated: Judged | Finding | None) -> Place:
        judged = isinstance(item, Judged)
        left = migrated or (item if not self._migrated else None)
        kind = kind_of(item.kind if isinstance(item, Judged) else item.what)
        return Place(
            section=self._sections[self._titles[item.kind] if isinstance(item, Judged) else _FOR_A_PERSON],
            kind=kind.name if kind else "",
            path=item.path,
            line=item.line,
            name=item.name if judged or item.name else item.path.rpartition("/")[2],
            today=today,
            migrated=migrated.verdict if migrated else "",
            reason=both(_reason(item)),
            then=both(_reason(migrated)) if migrated and _reason(migrated) != _reason(item) else "",
            details=tuple(both(detail) for detail in _details(item)),
            way=tuple(Station(each.path, each.line, each.name, each.reached) for each in item.way),
            hunks=self._hunks.mending(item) if isinstance(item, Judged) else (),
            decision="\n".join(blocks([left])).strip() if left is not None and is_open(left) else "",
            ran=self._runs.of(item),
        )


def _urgency(place: Place) -> tuple[bool, bool, str, int]:
    """What is left for a person comes first, then what recipes mend; else in order of place."""
    return not place.decision, place.today not in _OPEN, place.path, place.line


def _doors(survey: Survey) -> Iterator[Place]:
    """What passes the door."""
    for item in survey.entry_points("chat-manager"):
        if item.reason in THROUGH_THE_DOOR:
            yield Place(0, item.kind, item.path, item.line, item.name, item.verdict, "", both(item.reason))


def _by_name(survey: Survey) -> dict[str, Judged | Finding]:
    items: list[Judged | Finding] = [*survey.entry_points(), *survey.api_functions, *survey.findings()]
    items += [item for item in survey.decided if isinstance(item, Finding)]
    return {item.at: item for item in items}


def _reason(item: Judged | Finding) -> str:
    if isinstance(item, EntryPoint) and item.note:
        return phrase("{reason}; {note}", reason=item.reason, note=item.note)
    return item.reason


def _details(item: Judged | Finding) -> Iterator[str]:
    yield from item.details
    if item.decision is not None:
        yield phrase("decided: {answer}, {why}", answer=item.decision.answer, why=item.decision.why)
    if isinstance(item, EntryPoint):
        for each in item.statements:
            yield phrase("line {line}: {verdict}: {reason}", line=each.line, verdict=each.verdict, reason=each.reason)


# Hunks and changes


class _Hunks:
    """The hunks of a migration, each as a patch, and which of them mend a place."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.all: list[HunkOf] = []
        self._of: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for change in changes:
            for hunk in hunks_of(change) if change.before is not None else ():
                names = functions_of(change, hunk)
                if names and not hunk.imports:
                    self.all.append(HunkOf(hunk.recipe, "\n".join(patch_of(change, [hunk]))))
                    self._of[change.path] += [(len(self.all) - 1, hunk.recipe, name) for name in names]

    def mending(self, item: Judged) -> tuple[int, ...]:
        """Those that edit a function; of what is no function, those of its recipe in what it stands in."""
        there = self._of[item.home or item.path]
        exact = [number for number, _, name in there if name == item.name or item.name.startswith(f"{name}.")]
        owner, recipe = item.name.rpartition(".")[0], recipe_for(item.kind)
        near = [number for number, by, name in there if by == recipe and owner and name.startswith(f"{owner}.")]
        return tuple(dict.fromkeys(exact or (near if is_open(item) else ())))


def _recipes(changes: Sequence[Change]) -> Iterator[RecipeOf]:
    files: dict[str, list[FileChange]] = defaultdict(list)
    for change in changes:
        before = change.before
        for stage in change.stages:
            part = replace(change, before=before, after=stage.after, stages=())
            added, removed = part.counts
            patch = part.diff().decode("utf-8", "replace")
            files[stage.recipe].append(FileChange(change.path, before is None, added, removed, patch))
            before = stage.after
    for recipe in all_recipes():
        topic = explained(recipe)
        if recipe.name not in files or topic is None:
            continue
        en, zh = topic.file.en, topic.file.zh
        yield RecipeOf(
            recipe.name,
            (recipe.title, recipe.title_zh),
            (" ".join(en.gets.split()), " ".join(zh.gets.split())),
            tuple(zip(en.changes, zh.changes, strict=True)),
            (en.risk, zh.risk),
            tuple(files[recipe.name]),
        )
