"""What is said of an item is one sentence that fits on two lines; what more there is to say stands below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from codemods.analysis.reach import LEADING_ON
from codemods.messages import Phrase
from codemods.survey.verdicts import EntryPoint, Finding, Judged, Statement

# So many characters a reason has at most, and a part of it that is shortened at least.
WIDEST, _SHORTEST = 160, 12
Said = TypeVar("Said", bound=Judged | Finding | Statement)


def in_brief(item: Said) -> Said:
    """An item with a reason that is short enough, and the whole of it first among its details where it was not."""
    if isinstance(item, EntryPoint) and any(len(each.reason) > WIDEST for each in item.statements):
        item = replace(item, statements=tuple(map(in_brief, item.statements)))
    if len(item.reason) <= WIDEST:
        return item
    return replace(item, reason=shortened(item.reason), details=(item.reason, *item.details))


def in_full(item: Said) -> Said:
    """An item that was shortened, as it was before."""
    if item.details and item.details[0] != item.reason == shortened(item.details[0]):
        return replace(item, reason=item.details[0], details=item.details[1:])
    return item


def shortened(text: str, room: int = WIDEST) -> str:
    """As much of a text as there is room for: its longest part without the middle of the way in it, or its end."""
    if len(text) <= room or not isinstance(text, Phrase):
        return text if len(text) <= room else _cut(text, room)
    name, longest = max(_parts(text).items(), key=lambda part: len(part[1]), default=("", ""))
    shorter = shortened(longest, max(len(longest) - (len(text) - room), _SHORTEST))
    if len(shorter) >= len(longest):
        # Less than the whole of a wording could not be told in another language.
        return "…" if room < WIDEST else _cut(text, room)
    return shortened(Phrase(text.wording, text.many, {**text.arguments, name: shorter}), room)


def _parts(text: Phrase) -> dict[str, str]:
    return {name: value if isinstance(value, str) else str(value) for name, value in text.arguments.items()}


def _cut(text: str, room: int) -> str:
    start, *stations = text.split(LEADING_ON)
    for first in range(1, len(stations)):
        short = LEADING_ON.join([start, "…", *stations[first:]])
        if len(short) <= room:
            return short
    whole_words = text[: room - 1].rpartition(" ")[0]
    return (whole_words or text[: room - 1]) + "…"
