"""What was answered of a tree is kept for the next command on the same tree, by all that it comes of."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

import codemods
from codemods.analysis.symbols import Symbol
from codemods.knowledge.decisions import Decision
from codemods.knowledge.recipes import all_recipes, recipes_folder
from codemods.knowledge.state import Holder, TenantState, with_holders
from codemods.messages import phrase
from codemods.plan.make import make_plan
from codemods.survey import answers as kept
from codemods.survey.answers import AnswersCache, Asked, Caches
from codemods.survey.area import all_places
from codemods.survey.decided import Decisions
from codemods.survey.facts_cache import FactsCache
from codemods.survey.survey import Survey, survey_files
from codemods.survey.verdicts import Finding
from codemods.terminal.progress import to_nobody
from codemods.tree import Checkout, SourceFile, open_checkout
from tests.conftest import SAMPLE

FILES = (SourceFile("src/one.py", "src.one", b"x = 1"), SourceFile("src/two.py", "src.two", b"y = 2"))
HELD = Decision("src/one.py#shared-state x", "shared", "so it is", None, "tenantize.toml", 3)
TODAY = date(2026, 11, 26)


@pytest.fixture
def caches(tmp_path: Path) -> Caches:
    return Caches(FactsCache(tmp_path / "cache"), AnswersCache(tmp_path / "cache"))


@pytest.fixture
def asked(state: TenantState) -> Asked:
    return Asked(FILES, state, Decisions((HELD,), TODAY), ("data/words.txt",))


def surveyed(caches: Caches | None, state: TenantState, files: tuple[SourceFile, ...] = FILES) -> Survey:
    return survey_files(files, state, 1, to_nobody, caches=caches)


def ask_all(survey: Survey, checkout: Checkout) -> list[object]:
    """Everything that a survey answers."""
    asked = [survey.open, survey.decided, survey.findings(), survey.profile, survey.failing_tests]
    plan = make_plan(checkout, survey, all_recipes())
    return [*asked, plan.findings, plan.changes, plan.passed_over]


def test_nothing_is_known_of_what_differs_in_anything(caches: Caches, asked: Asked) -> None:
    first, second = FILES
    holder = Holder("Kept.all", Symbol("src.one", "Kept.all"), "partition", "", "state.toml")
    other = replace(asked.state, plugins=msgspec.structs.replace(asked.state.plugins, own_paths=frozenset()))
    others = [
        replace(asked, files=(first,)),
        replace(asked, files=(first, replace(second, data=b"y = 3"))),
        replace(asked, files=(first, replace(second, path="src/three.py"))),
        replace(asked, files=(first, replace(second, module="src.three"))),
        replace(asked, files=(replace(first, data=second.data), replace(second, data=first.data))),
        replace(asked, state=with_holders(asked.state, [holder])),
        replace(asked, state=other),
        replace(asked, decisions=Decisions((), TODAY)),
        replace(asked, decisions=Decisions((replace(HELD, answer="accepted"),), TODAY)),
        replace(asked, decisions=Decisions((replace(HELD, line=4),), TODAY)),
        replace(asked, decisions=Decisions((HELD,), date(2026, 11, 27))),
        replace(asked, shipped=()),
    ]
    caches.answers.put([(asked, kept.Answers())])
    assert caches.answers.known(replace(asked)) is not None
    assert caches.answers.known(replace(asked, files=(second, first))) is not None
    assert not any(caches.answers.known(each) for each in others)


def test_names_that_are_no_text_are_told_apart_as_well(caches: Caches, asked: Asked) -> None:
    holder = Holder("Kept.all", Symbol("src.one", "Kept.all"), "partition", "", "\udcff.toml")
    odd = replace(asked, shipped=("\udcff.txt",), state=with_holders(asked.state, [holder]))
    odd = replace(odd, files=(SourceFile("src/\udcff.py", "src.\udcff", b"x = 1"),))
    finding = Finding("src/\udcff.py", 1, phrase("{name} is shared", name="\udcff"), "shared-state \udcff")
    answers = kept.Answers({(90, True): (finding,)})
    caches.answers.put([(odd, answers)])
    assert caches.answers.known(replace(odd)) == answers
    assert caches.answers.known(replace(odd, shipped=("\udcfe.txt",))) is None


def test_without_decisions_a_day_is_like_another(caches: Caches, asked: Asked) -> None:
    undecided = replace(asked, decisions=Decisions((), TODAY))
    caches.answers.put([(undecided, kept.Answers())])
    assert caches.answers.known(replace(asked, decisions=Decisions((), date(2027, 1, 1)))) is not None


def test_nothing_is_known_to_another_release(caches: Caches, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    caches.answers.put([(asked, kept.Answers())])
    monkeypatch.setattr(kept, "_code", lambda: b"another")
    assert caches.answers.known(replace(asked)) is None
    assert caches.answers.known(asked) is not None


def test_answers_come_back_as_they_were(caches: Caches, state: TenantState) -> None:
    checkout = open_checkout(SAMPLE)
    files = tuple(checkout.files)
    first = surveyed(caches, state, files)
    keep = first.keeping(caches.answers)
    told = ask_all(first, checkout)
    keep()
    again = surveyed(caches, state, files)
    assert again.is_known and not first.is_known
    assert again.answers == first.answers
    assert ask_all(again, checkout) == told == ask_all(surveyed(None, state, files), checkout)


def test_what_is_asked_later_is_kept_as_well(caches: Caches, state: TenantState) -> None:
    for count in (1, 2, 2):
        survey = surveyed(caches, state)
        keep = survey.keeping(caches.answers)
        assert survey.profile
        if count == 2:
            assert survey.failing_tests == ()
        keep()
        known = caches.answers.known(Asked(FILES, state, Decisions(), ()))
        assert known is not None and known.count == survey.answers.count
    assert survey.answers.failing_tests == ()


def test_where_something_does_not_parse_nothing_is_kept(caches: Caches, state: TenantState) -> None:
    broken = (*FILES, SourceFile("src/three.py", "src.three", b"def :"))
    survey = surveyed(caches, state, broken)
    keep = survey.keeping(caches.answers)
    assert survey.open == [] and survey.broken
    keep()
    assert not surveyed(caches, state, broken).is_known


@contextmanager
def files_opened() -> Iterator[list[str]]:
    """What is opened meanwhile."""
    opened: list[str] = []
    is_on = True

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if is_on and event in ("open", "os.listdir", "os.scandir"):
            opened.append(str(arguments[0]))

    sys.addaudithook(note)
    yield opened
    is_on = False


def test_answers_come_of_no_file_but_those_that_are_told(state: TenantState, afresh: None) -> None:
    files = open_checkout(SAMPLE).files
    with files_opened() as opened:
        survey = surveyed(None, state, files)
        assert survey.open and survey.failing_tests == () and any(map(survey.sites, all_places()))
    places = (Path(codemods.__path__[0]), recipes_folder(), Path(sys.prefix), Path(sys.base_prefix))
    assert opened
    assert not [name for name in opened if not any(Path(name).is_relative_to(place) for place in places)]
