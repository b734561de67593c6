"""What a person has decided: `[[decision]]` of a tenantize.toml, or of `[tool.tenantize]` in a pyproject.toml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, field

from codemods.errors import TenantizeError
from codemods.knowledge.schema import Checked, checked, read_toml
from codemods.messages import phrase

FILE, PROJECT = "tenantize.toml", "pyproject.toml"
PROCESS, SHARED, TENANT, ACCEPTED = "process", "shared", "tenant", "accepted"
ANSWERS = (PROCESS, SHARED, TENANT, ACCEPTED)
Answer = Literal["process", "shared", "tenant", "accepted"]


class DecisionEntry(Checked, frozen=True):
    """One `[[decision]]`."""

    at: Annotated[str, Meta(pattern=r"\S", description="what 'tenantize audit' prints as `at` of a finding")]
    """What it is about, as the audit names it."""
    answer: Answer = field(name="is")
    """The process's on purpose, shared on purpose, to become a tenant's, or left as it is."""
    why: Annotated[str, Meta(pattern=r"\S", description="the reason, in a few words")]
    """The reason."""
    until: Annotated[date, Meta(description="a date, such as 2027-12-31")] | None = None
    """The last day on which it holds."""


class _File(Checked, frozen=True):
    """A tenantize.toml."""

    decision: tuple[DecisionEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided of one finding, why, until when, and the line that says so."""

    at: str
    answer: str
    why: str
    until: date | None
    file: str
    line: int

    def has_expired(self, today: date) -> bool:
        return self.until is not None and self.until < today


def read_decisions(root: Path, project: Sequence[DecisionEntry]) -> tuple[Decision, ...]:
    """The decisions of a checkout, those of its pyproject.toml among them.

    Raises TenantizeError for a file that cannot be read, or says what it may not.
    """
    own = root / FILE
    entries = checked(read_toml(own), _File, own).decision if own.is_file() else ()
    found = [*_decisions(root, FILE, entries), *_decisions(root, PROJECT, project)]
    _require_one_each(root, found)
    return tuple(found)


def _decisions(root: Path, file: str, entries: Sequence[DecisionEntry]) -> Iterator[Decision]:
    lines = (root / file).read_text(encoding="utf-8-sig").split("\n") if entries else []
    last = 0
    for entry in entries:
        line = _line(lines, entry.at, last)
        last = line or last
        yield Decision(entry.at, entry.answer, entry.why, entry.until, file, line or 1)


def _line(lines: Sequence[str], at: str, start: int) -> int | None:
    """The line that names what is decided, none before `start`.

    TOML's reader does not tell, but for their order; None where it is spelled out in escapes.
    """
    for number in range(max(start, 1), len(lines) + 1):
        if at in lines[number - 1] and not lines[number - 1].lstrip().startswith("#"):
            return number
    return None


def _require_one_each(root: Path, decisions: Sequence[Decision]) -> None:
    seen: dict[str, Decision] = {}
    for decision in decisions:
        first = seen.setdefault(decision.at, decision)
        if first is not decision:
            raise TenantizeError(
                phrase(
                    "{root}: `{at}` is decided twice (first in {file}, line {line}): take one out.",
                    root=root / decision.file,
                    at=decision.at,
                    file=first.file,
                    line=first.line,
                )
            )
