"""What keeps one value for each tenant keeps it for each tenant, and loses none of it."""

from __future__ import annotations

from tests.behaviour.conftest import Observed


def test_each_tenant_has_its_own(after: Observed) -> None:
    assert after["attribute_of_two_tenants"] == [["admin"], [], ["acme"]]


def test_first_reads_of_several_threads_lose_nothing(after: Observed) -> None:
    assert after["first_reads_at_once"] == 0
