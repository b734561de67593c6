"""What the page knows: everything that it shows, as JSON, each text in both languages where they differ."""

from __future__ import annotations

from msgspec import Struct

from codemods.messages import CHINESE, told

# A text, or what it is in English and in Chinese.
Both = str | tuple[str, str]


def both(text: str) -> Both:
    """A text in both languages."""
    english, chinese = str(text), told(text, CHINESE)
    return english if english == chinese else (english, chinese)


class Counts(Struct, frozen=True):
    """How many of a section are what."""

    bad: int = 0
    secure: int = 0
    quiet: int = 0
    unjudged: int = 0
    accepted: int = 0


class Section(Struct, frozen=True):
    """A section of the audit, today and migrated."""

    title: Both
    today: Counts
    migrated: Counts | None


class Station(Struct, frozen=True, omit_defaults=True):
    """A station of a way."""

    path: str
    line: int
    name: str
    reached: str = ""


class Ran(Struct, frozen=True, omit_defaults=True):
    """What a proof saw of a place, before and after, and what it says of that."""

    before: str
    after: str
    told: tuple[Both, ...] = ()


class Place(Struct, frozen=True, omit_defaults=True):
    """One row: what it is, where, its verdict today ("" where it is not there yet) and migrated, and why."""

    section: int
    kind: str
    path: str
    line: int
    name: str
    today: str
    migrated: str
    reason: Both
    # The reason once all recipes have run, where it is another.
    then: Both = ""
    details: tuple[Both, ...] = ()
    way: tuple[Station, ...] = ()
    # Numbers of hunks.
    hunks: tuple[int, ...] = ()
    # The decision to fill in, where it is still open once all recipes have run.
    decision: str = ""
    # Where a proof has run it.
    ran: Ran | None = None


class HunkOf(Struct, frozen=True):
    """A hunk of the migration, as a patch."""

    recipe: str
    patch: str


class FileChange(Struct, frozen=True):
    """What a recipe does to a file."""

    path: str
    is_new: bool
    added: int
    removed: int
    patch: str


class RecipeOf(Struct, frozen=True):
    """A recipe that changes something, and what."""

    name: str
    title: Both
    gets: Both
    behaviour: tuple[Both, ...]
    risk: Both
    files: tuple[FileChange, ...]


class KindOf(Struct, frozen=True):
    """What a kind of place or finding means."""

    title: Both
    means: Both
    by_hand: Both
    accept: Both


class Page(Struct, frozen=True):
    """All that the page shows. `link`: where a line of a file is, with {path} and {line}."""

    sections: tuple[Section, ...]
    places: tuple[Place, ...]
    hunks: tuple[HunkOf, ...]
    recipes: tuple[RecipeOf, ...]
    doors: tuple[Place, ...]
    kinds: dict[str, KindOf]
    labels: dict[str, Both]
    verdicts: dict[str, Both]
    link: str
    # Whether a proof is shown beside the audit.
    is_proven: bool
