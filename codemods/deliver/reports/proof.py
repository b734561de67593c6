"""A proof as text and as JSON: a line a way, what crossed, and where the audit and the run disagree."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from codemods.messages import phrase
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
    for sentence in _closing(proof):
        yield from textwrap.wrap(sentence, _WIDTH, subsequent_indent="  ", break_long_words=False)


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
        yield from _wrapped(phrase("and {count} more like these", count=len(told.crossings) - _TOLD))
    if way.after.verdict == CROSSED:
        fault = phrase(" THE AUDIT IS WRONG.") if way.is_fault else ""
        yield from _wrapped(phrase("the audit says: {what}{fault}", what=way.audited or "nothing", fault=fault))
    if way.after.why:
        yield from _wrapped(way.after.why)


def _telling(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Those that tell most first: words that a tenant saw, then the others."""
    return sorted(crossings, key=lambda crossing: (crossing.how == CHANGED, crossing.seen_by))


def _crossed(crossing: Crossing, when: str) -> str:
    if crossing.how == CHANGED:
        by = f", by {crossing.put_in}" if crossing.put_in else ""
        return f"{when}{crossing.seen_by} changed {crossing.came_out} of {crossing.owner}{by}"
    return phrase(
        "{when}{word} of {owner}, put in as {put_in}, came out in {came_out} for {seen_by}",
        when=when,
        word=crossing.word,
        owner=crossing.owner,
        put_in=crossing.put_in,
        came_out=crossing.came_out,
        seen_by=crossing.seen_by,
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
    yield phrase(
        "{count} of {count2} ways were reached in {seconds:.0f} s with {python}.",
        count=count - len(proof.unreached),
        count2=count,
        seconds=proof.seconds,
        python=proof.python,
    )
    if proof.crossed:
        yield phrase("{count} cross after the migration.", count=len(proof.crossed))
    else:
        yield phrase("Nothing crosses after the migration, as far as it was reached.")
    for way in proof.faults:
        yield phrase("THE AUDIT IS WRONG: it calls {id} {audited}, and it crossed.", id=way.id, audited=way.audited)
    if proof.logged:
        yield phrase(
            "{count} errors were logged in work of tenants once migrated; the first: {logged}",
            count=len(proof.logged),
            logged=proof.logged[0],
        )
