"""Leaks that are written into the migrated sample are named at their line, and right code beside them is not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from codemods.survey.survey import Survey
from codemods.survey.verdicts import INSECURE, UNRESOLVED, UNSCOPED, Finding, Judged
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after
from tests.survey.shared_state import leaks_memory, leaks_outside, leaks_readers, quiet
from tests.survey.shared_state.planted import Piece, files_of

LEAKS = (*leaks_memory.LEAKS, *leaks_outside.LEAKS, *leaks_readers.LEAKS)
QUIET = quiet.QUIET


@cache
def found_in(pieces: Sequence[Piece]) -> frozenset[tuple[str, int]]:
    """Where the audit of the migrated sample, with these pieces in it, has something to say."""
    checkout = open_checkout(SAMPLE)
    return _said(survey_of(after(checkout, plan_of(checkout)).changed(files_of(pieces))))


def _said(survey: Survey) -> frozenset[tuple[str, int]]:
    entries = [entry for entry in survey.entry_points() if entry.verdict == INSECURE]
    functions = [function for function in survey.api_functions if function.verdict in (UNRESOLVED, UNSCOPED)]
    said: list[Finding | Judged] = [*survey.findings(), *entries, *functions]
    return frozenset((item.path, item.line) for item in said)


def test_there_are_enough_pieces() -> None:
    assert len(LEAKS) >= 60
    assert len(QUIET) >= 30
    paths = [piece.path for piece in (*LEAKS, *QUIET)]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("piece", QUIET, ids=lambda piece: piece.name)
def test_right_code_stays_quiet(piece: Piece) -> None:
    assert [line for path, line in found_in(QUIET) if path == piece.path] == []


@pytest.mark.parametrize("piece", LEAKS, ids=lambda piece: piece.name)
def test_leaks_are_named_at_their_line(piece: Piece) -> None:
    assert piece.leaks
    assert set(piece.leaks) <= {line for path, line in found_in(LEAKS) if path == piece.path}
