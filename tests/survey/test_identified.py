"""What a decision names a finding by: it lasts while lines move, and is nobody else's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from codemods.survey.identified import _ranges
from codemods.survey.survey import Survey
from codemods.survey.verdicts import Finding, Judged
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, copy_of, survey_of


def _named(survey: Survey) -> list[str]:
    items: list[Judged | Finding] = [*survey.entry_points(), *survey.api_functions, *survey.findings()]
    return sorted(item.at for item in items)


def _moved(checkout: Checkout) -> Checkout:
    """The same, with its lines further down, but in files whose first bytes say how to read them."""
    for file in checkout.files:
        if b"coding" not in file.data[:100] and not file.data.startswith(b"\xef\xbb\xbf"):
            (checkout.root / file.path).write_bytes(b"# moved\n# down\n" + file.data)
    return open_checkout(checkout.root)


def test_a_name_lasts_while_lines_move(tmp_path: Path) -> None:
    checkout = open_checkout(copy_of(SAMPLE, tmp_path / "tree"))
    before = _named(survey_of(checkout))
    assert _named(survey_of(_moved(checkout))) == before


def test_what_a_line_stands_in_is_known_without_its_syntax() -> None:
    program = survey_of(open_checkout(SAMPLE)).program
    for module in program.files:
        parsed = program.sources.module(module)
        for name, node in (*parsed.functions.items(), *parsed.classes.items()):
            first = min((node.lineno, *(item.lineno for item in node.decorator_list)))
            for line in (first, node.lineno, node.end_lineno or 0):
                assert (first, name) in set(_ranges(program, module, line))
            assert (first, name) not in {*_ranges(program, module, first - 1)}
            assert (first, name) not in {*_ranges(program, module, (node.end_lineno or 0) + 1)}


def test_no_two_have_one_name() -> None:
    survey = survey_of(open_checkout(SAMPLE))
    assert [at for at, count in Counter(_named(survey)).items() if count > 1] == []
    assert "plugins/notebook_plugin/tables.py:Note#table-of-all" in _named(survey)
