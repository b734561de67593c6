"""What keeps one value for each tenant keeps it for each tenant, and loses none of it."""

from __future__ import annotations

from tests.behaviour.conftest import Observed


def test_each_tenant_has_its_own(after: Observed) -> None:
    assert after["attribute_of_two_tenants"] == [["admin"], [], ["acme"]]


def test_first_reads_of_several_threads_lose_nothing(after: Observed) -> None:
    assert after["first_reads_at_once"] == 0


def test_first_entries_of_several_threads_lose_nothing(after: Observed) -> None:
    assert after["first_entries_at_once"] == {"ContextAwareMap": 0, "ProcessAwareMap": 0, "TemplateMap": 0}


def test_what_is_registered_is_everybodys_and_what_a_tenant_does_to_it_its_own(after: Observed) -> None:
    acme, admin, late, process, text = after["template_of_two_tenants"]
    assert acme == [["list", "own", "text"], 3, ["acme"], "acme", None, False, 2]
    assert admin == [["list", "more", "text"], [], "process", 0, 3]
    assert late == [4, False, 0]
    assert (process, text) == (["later", "list", "more", "text"], "process")


def test_the_process_has_a_part_of_its_own(after: Observed) -> None:
    assert after["part_of_the_process"] == [False, "acme", "acme", [], ["key"], "process"]
