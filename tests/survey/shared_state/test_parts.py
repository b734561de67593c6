"""How what is kept becomes one for each tenant: what stays as it is comes first, all in one tree."""

from __future__ import annotations

from functools import cache

import pytest

from codemods.analysis.kept import Holder
from codemods.survey.shared_state.parts import Part
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.judging import GUARDED, program_of
from tests.survey.shared_state.becomes import BECOMES
from tests.survey.shared_state.kept import files_of, module_of
from tests.survey.shared_state.small import served
from tests.survey.shared_state.stays import STAYS

FORMS = {name: form for table in (BECOMES, STAYS) for name, (form, _) in table.items()}


@cache
def sharing() -> Sharing:
    return Sharing(program_of(GUARDED | files_of(FORMS)))


def part_of(form: str) -> Part:
    found = sharing()
    module, name = module_of(list(FORMS).index(form)), FORMS[form].name
    (holder,) = (item for item in found.changed if (item.at.module, item.at.qualname) == (module, name))
    assert isinstance(holder, Holder)
    return found.part_of(holder)


@pytest.mark.parametrize("form", STAYS)
def test_stays_as_it_is(form: str) -> None:
    part = part_of(form)
    assert part.sites == ()
    assert STAYS[form][1] in part.obstacle


@pytest.mark.parametrize("form", BECOMES)
def test_becomes_one_for_each_tenant(form: str) -> None:
    part = part_of(form)
    assert part.obstacle == ""
    assert [(site.on, site.place) for site in part.sites] == BECOMES[form][1]


def test_what_is_edited_together_is_named_as_a_decision_names_it() -> None:
    part = part_of("a count of a module")
    (at,) = {site.atomic_group for site in part.sites}
    entry = next(item for item in sharing().judged() if item.at == at)
    assert (entry.verdict, entry.by_hand) == ("insecure", False)


def test_why_it_stays_is_said_below_the_verdict() -> None:
    number = list(FORMS).index("deleted")
    entry = next(item for item in sharing().judged() if item.home == f"src/webui/form_{number}.py")
    assert entry.by_hand
    assert [line for line in entry.details if line.startswith("no recipe changes it: it is deleted")]


def test_an_attribute_of_each_tenant_that_is_bound_as_its_object_is_made_is_a_finding() -> None:
    text = """
    from src.common.structure.tenant_attribute import TenantAttribute


    class Manager:
        kept = TenantAttribute(list)

        def __init__(self):
            {first}

        def work(self):
            self.kept = [1]


    manager = Manager()
    """
    found = {}
    for first in ("pass", "self.kept = []"):
        entries = Sharing(served("manager.work()", text.replace("{first}", first))).judged()
        found[first] = {entry.verdict for entry in entries if entry.qualname == "Manager.kept"}
    assert found == {"pass": {"secure"}, "self.kept = []": {"insecure"}}
