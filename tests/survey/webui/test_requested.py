"""Text of a request on its way: through names, functions that call themselves, and methods."""

from __future__ import annotations

from codemods.analysis.symbols import Symbol
from codemods.survey.webui.requested import Flow, Flows
from tests.survey.judging import program_of

FORM = "src/webui/form_flow.py"


def flow(text: str, *parameters: str) -> Flow:
    flows = Flows(program_of({FORM: f"import os\nfrom pathlib import Path\n\n\n{text}"}))
    return flows.of(Symbol("src.webui.form_flow", "f"), frozenset(parameters))


def test_names_that_get_it_later_are_found() -> None:
    text = "def f(name):\n    while True:\n        third = second\n        second = first\n        first = name\n"
    assert flow(text, "name").free == {"name", "first", "second", "third"}


def test_names_that_patterns_give_are_found() -> None:
    text = (
        "def f(name):\n    match name.rsplit('.', 1):\n        case [stem, 'json' as kind]:\n            return stem\n"
    )
    assert flow(text, "name").free == {"name", "stem", "kind"}


def test_what_is_worked_out_of_it_is_not_it() -> None:
    text = "def f(name):\n    size = len(name)\n    there = name.startswith('a')\n    same = name == 'a'\n"
    assert flow(text, "name").free == {"name"}


def test_what_a_function_gives_back_is_it() -> None:
    assert flow("def f(name):\n    return g(name)\n\n\ndef g(x):\n    return x.strip()\n", "name").answers
    assert not flow("def f(name):\n    return g(name)\n\n\ndef g(x):\n    return 'a' if x else 'b'\n", "name").answers


def test_a_function_that_calls_itself_ends() -> None:
    assert flow("def f(name):\n    f(name[1:])\n    return name\n", "name").answers


def test_only_the_parameters_that_get_it_are_handed_on() -> None:
    found = flow("def f(name):\n    g(1, b=name)\n\n\ndef g(a, b):\n    pass\n", "name").handed
    assert found == [(Symbol("src.webui.form_flow", "g"), frozenset({"b"}))]
