"""The plugin APIs: no answer without a tenant, nothing of another tenant's, and all that is the owner's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.behaviour.api_table import IS_REFUSED, KNOWS_NOTHING, ROWS, Row
from tests.behaviour.conftest import Observed
from tests.behaviour.sample import Pair
from tests.behaviour.world import OWNER, SISTER, STRANGER, belongs

# [answer, changes]
NO_CONTEXT = [{"raises": "TenantContextError"}, {}]
REFUSED = [{"raises": "TenantAccessError"}, {}]

OTHERS = [pytest.param(STRANGER, id="another-tenant"), pytest.param(SISTER, id="another-agent")]


def rows(*wanted: Row) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in wanted])


def functions(found: Iterable[Row]) -> set[str]:
    return {row.function for row in found}


def by(observed: Observed, row: Row, pair: Pair) -> Any:
    """What one of the others was answered with the owner's ids, and what that changed."""
    return observed["api_calls_by_others"][row.id]["/".join(pair)]


def alone(before: Observed, row: Row, pair: Pair) -> Any:
    """The same on the unmigrated tree where there is no owner: there the ids are unknown ones."""
    return before["api_calls_alone"][row.id]["/".join(pair)]


def of_the_owner(changes: Mapping[str, Any]) -> list[str]:
    return [place for place in changes if belongs(place, OWNER)]


# The table


@pytest.mark.parametrize("tree", ["before", "after"])
def test_every_public_function_has_a_row(observed: dict[str, Observed], tree: str) -> None:
    assert observed[tree]["api_functions"] == sorted(functions(ROWS))


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


# What the unmigrated tree does


def test_before_most_functions_answer_without_a_context(before: Observed) -> None:
    called = [row for row in ROWS if row.needs_tenant]
    answering = [row for row in called if "answers" in before["api_calls_by_nobody"][row.id][0]]
    changing = [row for row in called if before["api_calls_by_nobody"][row.id][1]]
    assert [len(functions(each)) for each in (called, answering, changing)] == [93, 89, 25]


def test_before_many_functions_give_away_or_change_what_is_anothers(before: Observed) -> None:
    open_to = {
        pair: functions(
            row
            for row in ROWS
            if row.stranger in (KNOWS_NOTHING, IS_REFUSED) and not row.whole_process and not row.nobodys
            if by(before, row, pair) != alone(before, row, pair) or of_the_owner(by(before, row, pair)[1])
        )
        for pair in (STRANGER, SISTER)
    }
    assert [len(each) for each in open_to.values()] == [27, 27]


def test_before_every_tenant_may_change_the_process(before: Observed) -> None:
    for row in ROWS:
        if row.whole_process:
            assert by(before, row, STRANGER) == before["api_calls_alone"][row.id]["owner"]


def test_before_nobody_asks_which_plugins_are_enabled(before: Observed) -> None:
    for row in ROWS:
        if isinstance(row.stranger, Mapping):
            assert by(before, row, STRANGER) == by(before, row, SISTER) == before["api_calls_by_owner"][row.id]


def test_before_a_picture_is_written_where_its_name_leads(before: Observed) -> None:
    places = {place for seen in before["files_written"].values() for place in seen["places"]}
    assert places == {"acme/bot", "beta/bot", "elsewhere"}


# Without a context


@rows(*(row for row in ROWS if row.needs_tenant))
def test_without_a_context_there_is_no_answer(after: Observed, row: Row) -> None:
    assert after["api_calls_by_nobody"][row.id] == NO_CONTEXT


@rows(*(row for row in ROWS if not row.needs_tenant))
def test_what_touches_nobodys_state_answers_everybody_as_before(before: Observed, after: Observed, row: Row) -> None:
    expected = before["api_calls_by_nobody"][row.id]
    assert "answers" in expected[0]
    assert after["api_calls_by_nobody"][row.id] == expected
    assert by(after, row, STRANGER) == by(after, row, SISTER) == expected


# By another tenant, or by another agent of the owner's


@pytest.mark.parametrize("pair", OTHERS)
@rows(*(row for row in ROWS if row.stranger is KNOWS_NOTHING))
def test_what_is_anothers_does_not_exist(before: Observed, after: Observed, row: Row, pair: Pair) -> None:
    assert by(after, row, pair) == alone(before, row, pair)


@pytest.mark.parametrize("pair", OTHERS)
@rows(*(row for row in ROWS if row.stranger is IS_REFUSED))
def test_what_would_act_on_anothers_is_refused(after: Observed, row: Row, pair: Pair) -> None:
    assert by(after, row, pair) == REFUSED


@pytest.mark.parametrize("pair", OTHERS)
@rows(*(row for row in ROWS if isinstance(row.stranger, Mapping)))
def test_lists_and_lookups_show_the_plugins_that_are_enabled(after: Observed, row: Row, pair: Pair) -> None:
    assert isinstance(row.stranger, Mapping)
    assert by(after, row, pair) == [row.stranger[pair], {}]


@pytest.mark.parametrize("pair", OTHERS)
@rows(*(row for row in ROWS if row.needs_tenant))
def test_nothing_of_the_owners_has_changed(after: Observed, row: Row, pair: Pair) -> None:
    assert of_the_owner(by(after, row, pair)[1]) == []


def test_a_picture_is_written_into_the_tenants_own_folder(after: Observed) -> None:
    for name, seen in after["files_written"].items():
        assert set(seen["places"]) <= {"beta/bot"}, name
        assert seen["owner"] == [], name


def test_a_row_that_does_not_say_whose_it_is_becomes_the_tenants(after: Observed) -> None:
    """Also in a table that the tree's base model does not filter, and under a key that another tenant has."""
    for name, title in {"create": "new", "save": "new", "save by key": "title of acme-bot"}.items():
        ((place, (then, now)),) = after["rows_without_an_owner"][name].items()
        assert place == "rows Note beta/bot"
        assert [row["title"] for row in now if row not in then] == [title]


# By the owner


@rows(*ROWS)
def test_the_owner_loses_nothing(before: Observed, after: Observed, row: Row) -> None:
    expected = REFUSED if row.nobodys else before["api_calls_alone"][row.id]["owner"]
    assert after["api_calls_by_owner"][row.id] == expected


@rows(*(row for row in ROWS if row.whole_process))
def test_the_process_is_the_admin_tenants(before: Observed, after: Observed, row: Row) -> None:
    """Whichever the settings of the WebUI name: the owner is none until they do."""
    calls = after["whole_process_calls"][row.id]
    assert calls["owner"] == REFUSED
    assert calls["named"] == before["api_calls_alone"][row.id]["owner"]
    assert calls["admin"] == REFUSED


# Two tenants at once


@rows(*(row for row in ROWS if row.needs_tenant))
def test_two_tenants_at_once_have_their_own(before: Observed, after: Observed, row: Row) -> None:
    if row.whole_process or row.nobodys:
        expected = [[REFUSED[0], REFUSED[0]], {}]
    else:
        owner, stranger = (before["api_calls_alone"][row.id][who] for who in ("owner", "stranger"))
        theirs = row.stranger[STRANGER] if isinstance(row.stranger, Mapping) else stranger[0]
        expected = [[owner[0], theirs], owner[1] | stranger[1]]
    assert after["api_calls_at_once"][row.id] == expected
