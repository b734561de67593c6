"""A user whom one tenant knows can be known by another, and no write reaches another's rows."""

from __future__ import annotations

from tests.behaviour.conftest import Observed

MINE = ["admin", "local", "mine"]


def test_before_only_the_first_tenant_can_know_a_person(before: Observed) -> None:
    """The second stores nothing, and its update changes the row of the first."""
    raised, rows = before["a_person_of_two_tenants"]
    assert raised == ["", "IntegrityError", ""]
    assert rows == [["admin", "local", "renamed by acme"]]


def test_after_each_knows_the_person_for_itself(after: Observed) -> None:
    raised, rows = after["a_person_of_two_tenants"]
    assert raised == ["", "", ""]
    assert rows == [["admin", "local", "of admin"], ["acme", "bot", "renamed by acme"]]


def test_a_person_stays_unique_within_a_tenant(before: Observed, after: Observed) -> None:
    assert before["a_person_twice"] == after["a_person_twice"] == ["", "IntegrityError"]


def test_rows_that_name_nobody_are_the_tenants(after: Observed) -> None:
    numbers = ["one", "two", "three", "four", "five", "six", "seven"]
    assert after["rows_of_nobody_in_particular"] == [["acme", "bot", number] for number in numbers]


def test_nobody_writes_rows_of_another(after: Observed) -> None:
    raised, rows = after["rows_of_another"]
    silent = {"ignored": "", "updated": ""}
    assert raised == dict.fromkeys(raised, "TenantAccessError") | silent | {"without a tenant": "TenantContextError"}
    assert rows == [MINE]


def test_a_tenant_replaces_and_updates_its_own(after: Observed) -> None:
    assert after["own_rows_again"] == [[["acme", "bot", "after"]], [["acme", "bot", "second"]]]


def test_pairs_whose_ids_look_alike_when_joined_remember_their_own(before: Observed, after: Observed) -> None:
    assert before["answers_of_two_pairs"] == ["of t:1", "of t:1"]
    assert after["answers_of_two_pairs"] == ["of t", "of t:1"]
