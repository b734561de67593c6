"""Which names of recipes a file uses without an import, and what is judged then."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.places import Unimported
from codemods.survey.sites import Site
from codemods.tree import module_name
from tests.conftest import SAMPLE, survey_of
from tests.forms import FORM, form_repository, form_tree

MAP = "src/common/structure/context_aware_map.py"
USED = "def f(rows):\n    return own_rows(rows)\n"
ACCESS = "src.common.message.tenant_access"


def unimported(files: dict[str, str]) -> set[Symbol]:
    return set(survey_of(form_tree({MAP: (SAMPLE / MAP).read_bytes(), **files})).program.unimported)


@pytest.mark.parametrize(
    "text",
    [
        f"from {ACCESS} import own_rows\n\n{USED}",
        f"from somewhere import own_rows\n\n{USED}",
        f"from somewhere import *\n\n{USED}",
        f"def own_rows(rows):\n    return rows\n\n\n{USED}",
        f"class own_rows:\n    pass\n\n\n{USED}",
        f"own_rows = list\n\n\n{USED}",
        f"def make():\n    global own_rows\n    own_rows = list\n\n\n{USED}",
        f"def f(rows):\n    from {ACCESS} import own_rows\n\n    return own_rows(rows)\n",
        "def f(own_rows):\n    def g(rows):\n        return own_rows(rows)\n\n    return g\n",
        "def f(rows):\n    return [own_rows(1) for own_rows in rows]\n",
        "def f(self):\n    return self.own_rows\n",
        "def f(rows):\n    return our_rows(rows)\n",
    ],
)
def test_what_has_a_meaning_needs_no_import(text: str) -> None:
    assert unimported({FORM: text}) == set()


def test_what_a_plugin_alone_uses_is_its_own_to_import() -> None:
    assert survey_of(form_repository({"plugin.py": USED})).program.unimported == set()


def test_a_support_file_itself_is_told_otherwise() -> None:
    assert unimported({"src/common/message/tenant_access.py": USED}) == set()


@pytest.mark.parametrize("text", [USED, "@own_rows\ndef f():\n    pass\n", "def f(rows=own_rows):\n    pass\n"])
def test_what_nothing_gives_a_meaning_is_judged_with_its_import(text: str) -> None:
    survey = survey_of(form_tree({FORM: text}))
    name = Symbol(module_name(FORM), "own_rows")
    assert survey.program.unimported == {name}
    assert survey.program.files[name.module].body.imports["own_rows"] == Symbol(ACCESS, "own_rows")
    assert survey.sites("unimported-name") == [Site("unimported-name", FORM, Unimported("own_rows", ACCESS))]
    said = [item.reason for item in survey.findings() if item.what.startswith("not-imported")]
    assert said == ["own_rows is used here, and nothing imports it"] * ("own_rows)" not in text)


def test_a_survey_that_takes_over_what_an_earlier_one_read_says_the_same() -> None:
    from codemods.knowledge.state import load_state
    from codemods.survey.survey import survey_files

    checkout = form_tree({FORM: USED})
    first = survey_of(checkout)
    again = survey_files(checkout.files, load_state(), 1, known=first.known())
    assert again.program.unimported == first.program.unimported != set()
