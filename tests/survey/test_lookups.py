"""Callers, subclasses and methods, as every area asks for them."""

from __future__ import annotations

from codemods.analysis.symbols import Symbol
from codemods.survey.lookups import callers_of, method_of, subclasses_of
from tests.survey.judging import program_of

MODULE = "src.form.work"
TEXT = """
class Base:
    def run(self):
        pass

    def stop(self):
        pass


class Middle(Base):
    def run(self):
        pass


class Last(Middle):
    pass


class Other:
    def run(self):
        pass


def calls(base: Base):
    base.run()


def names(base: Base):
    return base.run


def others(other: Other):
    other.run()
"""
PROGRAM = program_of({"src/form/work.py": TEXT})


def at(name: str) -> Symbol:
    return Symbol(MODULE, name)


def test_callers_are_those_of_the_method_itself() -> None:
    assert set(callers_of(PROGRAM, frozenset({at("Other.run")}))) == {at("others")}
    assert at("calls") in set(callers_of(PROGRAM, frozenset({at("Base.run")})))
    assert list(callers_of(PROGRAM, frozenset({at("Base.stop")}))) == []


def test_subclasses_at_any_depth() -> None:
    assert subclasses_of(PROGRAM, frozenset({at("Base")})) == [at("Last"), at("Middle")]
    assert subclasses_of(PROGRAM, frozenset({at("Last")})) == []


def test_a_method_is_the_nearest_of_its_name() -> None:
    assert method_of(PROGRAM, at("Last"), "run") == at("Middle.run")
    assert method_of(PROGRAM, at("Last"), "stop") == at("Base.stop")
    assert method_of(PROGRAM, at("Last"), "start") is None
