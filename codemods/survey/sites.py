"""Places that codemods edit, as the survey names them."""

from __future__ import annotations

from dataclasses import dataclass

from codemods.places import Place


@dataclass(frozen=True, slots=True)
class Site:
    """A place that a codemod edits: its kind (what recipes ask for with `on`), the file, and the place in it.
    atomic_group: of the sites that share this name, all are edited or none; "" where each stands for itself. It may be
    what a decision names, which then keeps them as they are."""

    on: str
    path: str
    place: Place
    atomic_group: str = ""
    stands_on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unfit:
    """A place of a kind that ought to be edited and cannot be, and why: what is edited with it stays as it is, too."""

    on: str
    path: str
    line: int
    reason: str
