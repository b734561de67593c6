"""Leaks that are written into the migrated sample are named at their line, and right code beside them is not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from codemods.survey.survey import Survey
from codemods.survey.verdicts import INSECURE, UNRESOLVED, UNSCOPED, Finding, Judged
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after
from tests.survey.shared_state import (
    leaks_aliased,
    leaks_further,
    leaks_hidden,
    leaks_memory,
    leaks_objects,
    leaks_outside,
    leaks_process,
    leaks_readers,
    leaks_spelled,
    leaks_stored,
    planted_forms,
    quiet,
    quiet_hidden,
)
from tests.survey.shared_state.planted import Piece, command, files_of

LEAKS = (
    *leaks_memory.LEAKS,
    *leaks_outside.LEAKS,
    *leaks_readers.LEAKS,
    *leaks_hidden.LEAKS,
    *leaks_process.LEAKS,
    *leaks_spelled.LEAKS,
    *leaks_objects.LEAKS,
    *leaks_stored.LEAKS,
    *leaks_aliased.LEAKS,
    *leaks_further.LEAKS,
    *planted_forms.LEAKS,
)
QUIET = (
    *quiet.QUIET,
    *quiet_hidden.QUIET,
    *leaks_stored.QUIET,
    *leaks_aliased.QUIET,
    *leaks_further.QUIET,
    *planted_forms.QUIET,
)


@cache
def found_in(pieces: Sequence[Piece], tree: Path = SAMPLE) -> frozenset[tuple[str, int]]:
    """Where the audit of a migrated tree, with these pieces in it, has something to say."""
    checkout = open_checkout(tree)
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


@pytest.mark.skipif("MAIMBOT_TREE" not in os.environ, reason="MAIMBOT_TREE names no checkout")
def test_so_it_is_in_the_reference_tree() -> None:
    tree = Path(os.environ["MAIMBOT_TREE"])
    leaks, quiet_ones = found_in(LEAKS, tree), found_in(QUIET, tree)
    missed = [(piece.name, line) for piece in LEAKS for line in piece.leaks if (piece.path, line) not in leaks]
    paths = {piece.path: piece.name for piece in QUIET}
    assert missed == []
    assert [(paths[path], line) for path, line in sorted(quiet_ones) if path in paths] == []


def test_who_reads_what_others_have_put_into_their_state_reads_none_of_that() -> None:
    keeps = command("keeps_words", "class Box:\n    last = ''\n\n\nBOX = Box()", "BOX.last = self.message.plain_text")
    reads = command("reads_words", "", "return True, self.message.plain_text, True")
    found = found_in((keeps, reads))
    assert {path for path, _ in found if path in (keeps.path, reads.path)} == {keeps.path}
