"""Values for parameters, by their names and annotations."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

import pytest

from codemods.prove.guest.owners import Owner, owners
from codemods.prove.guest.values import Unmade, Values
from codemods.prove.guest.words import COMMON, FIRST, SECOND, Words


class Kind(enum.Enum):
    ONE = "one"
    TWO = "two"


@dataclass
class UserInfo:
    user_id: str
    platform: str
    nickname: str | None = None


@dataclass
class Note:
    user_info: UserInfo
    text: str
    tags: list[str] = field(default_factory=list)


class Opaque:
    pass


class Made:
    def __init__(self) -> None:
        self.words = Words()
        self.owners = owners(self.words)

    def values(self, caller: str = SECOND, ids: str = FIRST) -> Values:
        return Values(self.words, self.owners[caller], self.owners[ids], "a way")

    def owner(self, name: str) -> Owner:
        return self.owners[name]


@pytest.fixture
def made() -> Made:
    return Made()


def test_ids_are_those_that_are_asked_about_and_words_the_callers(made: Made) -> None:
    def function(user_id: str, group_id: str | None = None, text: str = "", *, question: str) -> None: ...

    arguments = made.values().arguments(function)
    assert arguments["user_id"] == made.owner(FIRST).ids["user_id"]
    assert arguments["group_id"] == made.owner(FIRST).ids["group_id"]
    assert "text" not in arguments  # it need not be given, and asks for nobody's things
    (canary,) = made.words.foreign(arguments["question"], FIRST)
    assert (canary.owner, canary.put_in) == (SECOND, "a way (question)")


def test_a_tenant_that_is_named_is_the_callers_own(made: Made) -> None:
    def function(tenant_id: str) -> None: ...

    assert made.values().arguments(function) == {"tenant_id": made.owner(SECOND).pair[0]}


def test_types_that_have_one_form(made: Made) -> None:
    def function(
        kind: Kind, count: int, end_time: float, flag: bool, person_ids: list[str], rest: dict[str, Any]
    ) -> None: ...

    arguments = made.values().arguments(function)
    assert arguments["kind"] is Kind.ONE
    assert (arguments["count"], arguments["end_time"], arguments["flag"]) == (20, 4e9, False)
    assert arguments["person_ids"] == [made.owner(FIRST).ids["user_id"]]
    assert made.words.in_text(arguments["rest"]["anything"])


def test_records_are_made_of_their_fields(made: Made) -> None:
    note = made.values().value("note", Note)
    assert note.user_info.user_id == made.owner(FIRST).ids["user_id"]
    assert note.tags == []


def test_things_of_the_owners_that_the_tree_has_made_are_handed_on(made: Made) -> None:
    mine = Opaque()
    made.owner(FIRST).things.append(mine)
    assert made.values().value("it", Opaque) is mine


def test_what_there_is_no_value_for_says_so(made: Made) -> None:
    with pytest.raises(Unmade, match="no value for it: Opaque"):
        made.values().value("it", Opaque)


def test_what_both_know_is_the_same_for_both(made: Made) -> None:
    def function(user_id: str, text: str) -> None: ...

    first, second = (made.values(caller, COMMON).arguments(function) for caller in (FIRST, SECOND))
    assert first == second
    assert not made.words.in_text(str(first))


def test_rows_are_asked_for_by_the_ids_that_they_have(made: Made) -> None:
    def function(expression_id: int, note_id: str, user_id: int, other_id: int) -> None: ...

    made.owner(FIRST).ids |= {"expression_id": "31", "note_id": "32"}
    arguments = made.values().arguments(function)
    assert (arguments["expression_id"], arguments["note_id"]) == (31, "32")
    assert arguments["user_id"] == int(made.owner(FIRST).ids["user_id"])
    assert arguments["other_id"] == 2
