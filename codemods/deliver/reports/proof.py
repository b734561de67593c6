"""A proof as text and as JSON: a line a way, what crossed, and where the audit and the run disagree."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from codemods.prove.guest.shapes import CHANGED, CROSSED, Crossing
from codemods.prove.proof import VERDICTS, Outcome, Proof, Sum, Way

# Wide enough for "not reached → not reached"; a line for a person; so many crossings of a way are told.
_VERDICTS, _WIDTH, _TOLD = 26, 80, 3
_SCHEMA = 1


def proof_lines(proof: Proof) -> Iterator[str]:
    """All of it, for people and for grep."""
    for section, ways in groupby(proof.ways, key=lambda way: way.section):
        yield section
        for path, some in groupby(ways, key=lambda way: way.path):
            yield f"  {path}"
            for way in some:
                yield from _way_lines(way)
        yield ""
    yield from _sums(proof.sums)
    yield ""
    yield from _closing(proof)


def proof_document(proof: Proof) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "schema": _SCHEMA,
        "tree": proof.tree,
        "python": proof.python,
        "seconds": round(proof.seconds, 1),
        "sums": {
            item.section: {
                "before": dict(zip(VERDICTS, item.before, strict=True)),
                "after": dict(zip(VERDICTS, item.after, strict=True)),
            }
            for item in proof.sums
        },
        "ways": [
            {
                "section": way.section,
                "path": way.path,
                "name": way.name,
                "before": _outcome_document(way.before),
                "after": _outcome_document(way.after),
                "audit": {"verdict": way.audited, "reason": way.reason},
                "fault_of_the_audit": way.is_fault,
            }
            for way in proof.ways
        ],
        "logged": list(proof.logged),
    }


def _outcome_document(outcome: Outcome) -> dict[str, Any]:
    return {
        "verdict": outcome.verdict,
        "why": outcome.why,
        "crossings": [asdict(crossing) for crossing in outcome.crossings],
    }


def _way_lines(way: Way) -> Iterator[str]:
    yield f"    {f'{way.before.verdict} → {way.after.verdict}':<{_VERDICTS}}{way.name}"
    told = way.after if way.after.crossings else way.before
    for crossing in _telling(told.crossings)[:_TOLD]:
        yield from _wrapped(_crossed(crossing, "" if told is way.after else "before: "))
    if len(told.crossings) > _TOLD:
        yield from _wrapped(f"and {len(told.crossings) - _TOLD} more like these")
    if way.after.verdict == CROSSED:
        fault = " THE AUDIT IS WRONG." if way.is_fault else ""
        yield from _wrapped(f"the audit says: {way.audited or 'nothing'}{fault}")
    if way.after.why:
        yield from _wrapped(way.after.why)


def _telling(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Those that tell most first: words that a tenant saw, then the others."""
    return sorted(crossings, key=lambda crossing: (crossing.how == CHANGED, crossing.seen_by))


def _crossed(crossing: Crossing, when: str) -> str:
    if crossing.how == CHANGED:
        by = f", by {crossing.put_in}" if crossing.put_in else ""
        return f"{when}{crossing.seen_by} changed {crossing.came_out} of {crossing.owner}{by}"
    return (
        f"{when}{crossing.word} of {crossing.owner}, put in as {crossing.put_in}, came out in {crossing.came_out} "
        f"for {crossing.seen_by}"
    )


def _wrapped(text: str) -> Iterable[str]:
    indent = " " * 8
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)


def _sums(sums: Sequence[Sum]) -> Iterator[str]:
    """A table: before → after of each verdict, a row a section."""
    yield f"{'':<28}" + "".join(f"{verdict:>13}" for verdict in VERDICTS)
    for item in sums:
        cells = (f"{was} → {now}" for was, now in zip(item.before, item.after, strict=True))
        yield f"{item.section:<28}" + "".join(f"{cell:>13}" for cell in cells)


def _closing(proof: Proof) -> Iterator[str]:
    """What it comes to, in sentences."""
    count = len(proof.ways)
    yield f"{count - len(proof.unreached)} of {count} ways were reached in {proof.seconds:.0f} s with {proof.python}."
    if proof.crossed:
        yield f"{len(proof.crossed)} cross after the migration."
    else:
        yield "Nothing crosses after the migration, as far as it was reached."
    for way in proof.faults:
        yield f"THE AUDIT IS WRONG: it calls {way.id} {way.audited}, and it crossed."
    if proof.logged:
        yield f"{len(proof.logged)} errors were logged in work of tenants once migrated; the first: {proof.logged[0]}"
