"""Decisions as TOML: blocks to paste, and a tenantize.toml that gets some and keeps all else, comments too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from codemods.errors import TenantizeError
from codemods.journal.folders import NotPlain, held
from codemods.knowledge.decisions import ANSWERS, FILE
from codemods.messages import phrase, told
from codemods.survey.verdicts import Finding, Judged
from codemods.terminal.text import printable

_NEW = f".{FILE}.new"
NO_NAME = phrase("its file's name is no UTF-8, so that no decision can name it: rename the file")


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody has answered to one question."""

    at: str
    answer: str
    why: str


def blocks(items: Sequence[Judged | Finding]) -> Iterator[str]:
    """Lines to paste into a tenantize.toml: of each a decision, in which the answer and the reason are still to say."""
    for item in items:
        yield f"# {printable(f'{item.path}:{item.line}: {told(item.reason)}')}"
        if not can_be_named(item):
            yield f"# {told(NO_NAME)}"
            yield ""
            continue
        yield "[[decision]]"
        yield f"at = {_as_toml(item.at)}"
        yield f'is = ""  # {", ".join(ANSWERS)}'
        yield 'why = ""'
        yield ""


def can_be_named(item: Judged | Finding) -> bool:
    """Whether TOML can say what an item is called: bytes of a file's name that are no text, it cannot."""
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in item.at)


def _as_toml(text: str) -> str:
    """A string of TOML in letters that a terminal shows."""
    quoted = tomlkit.string(text).as_string()
    return "".join(letter if printable(letter) == letter else f"\\U{ord(letter):08x}" for letter in quoted)


def write(root: Path, answered: Sequence[Answered]) -> None:
    """Put decisions into the tenantize.toml of a checkout: all of them, or it stays as it is.

    Raises TenantizeError where the file is a link or of a shape that cannot be added to.
    """
    try:
        with held(root) as folder:
            before = folder.read(FILE) if folder.has(FILE) else b""
            after = _with_decisions(before.decode("utf-8-sig"), answered).encode()
            if folder.has(_NEW):
                folder.remove(_NEW)
            if before:
                with folder.opened(FILE) as old:
                    folder.write(_NEW, after, like=old)
            else:
                folder.write(_NEW, after)
            folder.replace(_NEW, folder, FILE)
    except NotPlain as error:
        raise TenantizeError(
            phrase("{root} is a link or no plain file: put a file in its place.", root=root / FILE)
        ) from error


def _with_decisions(text: str, answered: Sequence[Answered]) -> str:
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise TenantizeError(
            phrase("{file} is no TOML ({error}): put that right, then run again.", file=FILE, error=error)
        ) from error
    there = document.setdefault("decision", tomlkit.aot())
    if not isinstance(there, AoT):
        raise TenantizeError(
            phrase("{file} has its decisions in one list: write each as `[[decision]]`, then run again.", file=FILE)
        )
    for each in answered:
        known = next((table for table in there if table.get("at") == each.at), None)
        table = known if known is not None else tomlkit.table()
        _fill(table, each)
        if known is None:
            there.append(table)
    return tomlkit.dumps(document)


def _fill(table: Table, answered: Answered) -> None:
    table.update({"at": answered.at, "is": answered.answer, "why": answered.why})
    if "until" in table:
        del table["until"]  # the time of what was decided before
