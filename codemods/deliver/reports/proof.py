"""A proof as text: a line a way, what crossed, and where the audit and the run disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from codemods.deliver.reports.words import RUN_WORDS, VERDICT_WORDS, person, title_of
from codemods.messages import counted, phrase, told
from codemods.prove.guest.shapes import CHANGED, CROSSED, Crossing
from codemods.prove.joining import RUN_ALONE
from codemods.prove.names import RESTART
from codemods.prove.proof import VERDICTS, Proof, Sum, Way
from codemods.terminal.layout import padded, wrapped

# Wide enough for "not reached → not reached"; so many crossings of a way and
# errors are told.
_VERDICTS, _TOLD, _NAMED = 26, 3, 10
# A sum's columns.
_SECTIONS, _SUMS = 28, 13
_INDENT = " " * 8


def proof_lines(proof: Proof) -> Iterator[str]:
    """All of it, for people and for grep."""
    for section, ways in groupby(proof.ways, key=lambda way: way.section):
        yield title_of(section)
        for path, some in groupby(ways, key=lambda way: way.path):
            yield f"  {told(path)}"
            for way in some:
                yield from _way_lines(way)
        yield ""
    yield from _sums(proof.sums)
    yield ""
    for sentence in closing(proof):
        yield from wrapped(told(sentence), "", "  ")


def _way_lines(way: Way) -> Iterator[str]:
    verdicts = " → ".join(told(RUN_WORDS[outcome.verdict]) for outcome in (way.before, way.after))
    yield f"    {padded(verdicts, _VERDICTS)}{told(way.name)}"
    for sentence in sentences_of(way):
        yield from wrapped(told(sentence), _INDENT, f"{_INDENT}  ")


def sentences_of(way: Way) -> Iterator[str]:
    """What crossed there, what the audit says of what still does, and why nothing could be seen."""
    shown = way.after if way.after.crossings else way.before
    for crossing in _telling(shown.crossings)[:_TOLD]:
        yield _crossed(crossing, "" if shown is way.after else phrase("before: "))
    if len(shown.crossings) > _TOLD:
        yield phrase("and {count} more like these", count=len(shown.crossings) - _TOLD)
    if way.after.verdict == CROSSED:
        fault = phrase(" THE AUDIT IS WRONG.") if way.is_fault else ""
        yield phrase("the audit says: {what}{fault}", what=_audited(way), fault=fault)
    if way.after.why:
        yield way.after.why


def _audited(way: Way) -> str:
    if not way.audited:
        return phrase("nothing")
    verdict = VERDICT_WORDS[way.audited]
    return phrase("{verdict} ({reason})", verdict=verdict, reason=way.reason) if way.reason else verdict


def _telling(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Those that tell most first: words that a tenant saw, then the others."""
    return sorted(crossings, key=lambda crossing: (crossing.how == CHANGED, crossing.seen_by))


def _crossed(crossing: Crossing, when: str) -> str:
    if crossing.how == CHANGED:
        by = phrase(", by {put_in}", put_in=crossing.put_in) if crossing.put_in else ""
        return phrase(
            "{when}{seen_by} changed {came_out} of {owner}{by}",
            when=when,
            seen_by=person(crossing.seen_by),
            came_out=crossing.came_out,
            owner=person(crossing.owner),
            by=by,
        )
    return phrase(
        "{when}{word} of {owner}, put in as {put_in}, came out in {came_out} for {seen_by}",
        when=when,
        word=crossing.word,
        owner=person(crossing.owner),
        put_in=crossing.put_in,
        came_out=crossing.came_out,
        seen_by=person(crossing.seen_by),
    )


def _sums(sums: Sequence[Sum]) -> Iterator[str]:
    """A table: before → after of each verdict, a row a section."""
    yield " " * _SECTIONS + "".join(padded(told(RUN_WORDS[verdict]), _SUMS, right=True) for verdict in VERDICTS)
    for item in sums:
        cells = (f"{was} → {now}" for was, now in zip(item.before, item.after, strict=True))
        yield padded(title_of(item.section), _SECTIONS) + "".join(padded(cell, _SUMS, right=True) for cell in cells)


def closing(proof: Proof) -> Iterator[str]:
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
        audited = VERDICT_WORDS[way.audited]
        if way.after.verdict == CROSSED:
            yield phrase("THE AUDIT IS WRONG: it calls {id} {audited}, and it crossed.", id=way.id, audited=audited)
        else:
            yield phrase(
                "THE AUDIT IS WRONG: it calls {id} {audited}, and it answers without a tenant.",
                id=way.id,
                audited=audited,
            )
    for way in proof.lost:
        if way.section == RUN_ALONE[RESTART]:
            yield phrase("LOST BY THE MIGRATION: {id} is kept over a restart today, and was gone.", id=way.id)
        else:
            yield phrase("LOST BY THE MIGRATION: {id} shows its owner what is his today, and did not.", id=way.id)
    if proof.logged:
        yield counted(
            sum(error.count for error in proof.logged),
            "{count} error was logged in work of tenants once migrated:",
            "{count} errors were logged in work of tenants once migrated:",
        )
    for error in proof.logged[:_NAMED]:
        yield phrase("{number} × {text}", number=error.count, text=error.text)
    if len(proof.logged) > _NAMED:
        yield phrase("and {count} more like these", count=len(proof.logged) - _NAMED)
