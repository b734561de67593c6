"""Every leak that the audit's tests plant, and that can run in the sample, is seen to cross; right code is not."""

from __future__ import annotations

import pytest

from tests.once import made_once
from tests.prove.planted import crossed_in
from tests.survey.shared_state import leaks_memory, leaks_outside, quiet
from tests.survey.shared_state.planted import Piece

# What cannot be seen to cross by running it here, and why.
UNSEEN = {
    "weakly_kept": "what it keeps is gone at once",
    "offers_every_action": "what it offers are names of plugins, in which nothing is put",
    "runs_every_tool": "the tools that it runs are harmless",
    "logged_token": "nobody calls it, and a log that no socket streams is its operator's",
    "logged_key": "a log that no socket streams is its operator's",
    "cache_of_another_library": "cachetools is not installed",
    "sqlmodel_table": "SQLModel is not installed, and its session has no database",
    "sqlalchemy_table": "SQLAlchemy is not installed, and its session has no database",
    "sql_of_apis": "it reads a table that the sample has not",
    "copied_file": "the text of a message names no file that is there",
    "replaced_characters": "the tenants' ids have nothing that is replaced: no page may choose one that has",
    "sanitized_folder": "what it answers is the name of a folder, in which nothing is put",
}
LEAKS = (*leaks_memory.LEAKS, *leaks_outside.LEAKS)
# A piece that does not import would take the application with it.
RUN = tuple(piece for piece in LEAKS if "not installed" not in UNSEEN.get(piece.name, ""))


@pytest.fixture(scope="session")
def crossed() -> set[str]:
    """The names of all pieces that something crossed through: two guests for all of them."""
    found: set[str] = made_once("leaks", lambda folder: crossed_in(RUN, folder))
    found |= made_once("quiet", lambda folder: crossed_in(quiet.QUIET, folder))
    return found


@pytest.mark.parametrize("piece", [piece for piece in LEAKS if piece.name not in UNSEEN], ids=lambda piece: piece.name)
def test_a_leak_that_can_run_is_seen_to_cross(crossed: set[str], piece: Piece) -> None:
    assert piece.name in crossed


@pytest.mark.parametrize("piece", quiet.QUIET, ids=lambda piece: piece.name)
def test_nothing_crosses_through_right_code(crossed: set[str], piece: Piece) -> None:
    assert piece.name not in crossed


def test_what_cannot_run_is_known(crossed: set[str]) -> None:
    assert set(UNSEEN) < {piece.name for piece in LEAKS}
    assert set(UNSEEN) & crossed == set()
    assert len(UNSEEN) <= 12
