"""The sample, run with two tenants as it is and migrated."""

from __future__ import annotations

from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, SHOWN
from codemods.prove.proof import Proof, Way

APIS = "Plugin APIs"


def way(proof: Proof, name: str, section: str = APIS) -> Way:
    (found,) = [way for way in proof.ways if way.name == name and way.section == section]
    return found


def test_functions_that_show_a_stranger_everybodys_chats_cross_before_and_not_after(proven: Proof) -> None:
    for name in ("get_all_streams", "get_stream_by_group_id", "get_locally_disabled_components"):
        found = way(proven, name)
        assert (found.before.verdict, found.after.verdict) == (CROSSED, APART)
        assert {crossing.how for crossing in found.before.crossings} == {SHOWN}


def test_a_crossing_says_which_word_came_from_where(proven: Proof) -> None:
    (crossing, *_) = [
        item for item in way(proven, "get_locally_disabled_components").before.crossings if item.seen_by == "tenant B"
    ]
    assert crossing.owner == "tenant A"
    assert crossing.put_in == "locally_disable_component (component_name)"
    assert crossing.came_out == "the answer of get_locally_disabled_components"


def test_no_api_function_crosses_after_the_migration(proven: Proof) -> None:
    assert [way.id for way in proven.crossed if way.section == APIS] == []


def test_owners_are_still_answered(proven: Proof) -> None:
    apis = [way for way in proven.ways if way.section == APIS]
    worse = [way.id for way in apis if way.before.verdict != NOT_REACHED and way.after.verdict == NOT_REACHED]
    assert worse == []
    assert sum(way.after.verdict == APART for way in apis) > 85


def test_messages_of_tenants_at_once_are_answered(proven: Proof) -> None:
    assert way(proven, "message_handler", "Gateway").after.verdict == APART


def test_sums_count_every_way(proven: Proof) -> None:
    *parts, whole = proven.sums
    assert sum(whole.after) == len(proven.ways) == sum(sum(part.after) for part in parts)
