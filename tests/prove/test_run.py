"""What a proof needs to show anything at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.plan.make import Plan
from codemods.prove import run
from codemods.prove.guest.shapes import APART, NOT_REACHED, REFUSED, Seen, Task
from codemods.prove.names import names_of
from codemods.prove.process import Guest, Told
from codemods.prove.run import Run, prove
from codemods.tree import open_checkout
from tests.checkouts import maimbot
from tests.conftest import SAMPLE, survey_of
from tests.prove.conftest import PYTHON

API = ("api-function", "src.plugin_system.apis.chat_api")


def proven(seen: list[Seen], folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many ways a proof has whose guests have told this."""
    monkeypatch.setattr(run, "_driven", lambda *_: (Told(seen), Told(seen)))
    monkeypatch.setattr(run, "copy_tree", lambda _, target: target.mkdir())
    monkeypatch.setattr(run, "write_changes", lambda *_: None)
    checkout = open_checkout(maimbot(folder / "tree"))
    survey = survey_of(checkout)
    return len(prove(Run(checkout, survey, Plan((), (), ()), survey, PYTHON), folder).ways)


@pytest.mark.parametrize("told", [[], [Seen(*API, "get_all", NOT_REACHED, "no"), Seen(*API, "get_one", REFUSED, "no")]])
def test_a_tree_that_answers_nobody_shows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[Seen]
) -> None:
    with pytest.raises(TenantizeError, match="answered nobody once migrated, so nothing is shown") as raised:
        proven(told, tmp_path, monkeypatch)
    assert ("(no)" if told else "(it has no such ways)") in str(raised.value)


def test_one_answer_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert proven([Seen(*API, "get_all", APART), Seen(*API, "get_one", REFUSED)], tmp_path, monkeypatch) == 2


def test_a_holder_of_either_audit_is_looked_at_in_both_copies_and_after_their_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Task] = []

    class Listening(Guest):
        def run(self, task: Task) -> Told:
            asked.append(task)
            if task.is_again:
                raise TenantizeError("the tree did not run")
            return Told([Seen(*API, "get_all", APART)])

    monkeypatch.setattr(run, "Guest", Listening)
    checkout = open_checkout(maimbot(tmp_path / "tree"))
    names = names_of(survey_of(open_checkout(SAMPLE)))
    today, mended = survey_of(checkout), survey_of(open_checkout(maimbot(tmp_path / "tree", "src/b.py")))
    holders = {id(today): ["src.a:ONE", "src.c:THREE"], id(mended): ["src.a:ONE", "src.b:TWO"]}
    monkeypatch.setattr(run, "names_of", lambda _: names)
    monkeypatch.setattr(run, "holders_of", lambda survey: holders[id(survey)])
    (tmp_path / "run").mkdir()
    proof = prove(Run(checkout, today, Plan((), (), ()), mended, PYTHON), tmp_path / "run")
    assert [task.holders for task in asked] == [["src.a:ONE", "src.b:TWO", "src.c:THREE"]] * 4
    # Each is started again, and one that does not is told, with all that was seen before.
    assert sorted(task.is_again for task in asked) == [False, False, True, True]
    assert {(way.after.verdict, way.after.why) for way in proof.ways} == {
        (APART, ""),
        (NOT_REACHED, "the tree did not run"),
    }
