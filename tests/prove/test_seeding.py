"""What everybody is given from the start: a configuration of the own, and the tree's own tables."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import peewee
import pytest

from codemods.prove.guest import tree
from codemods.prove.guest.owners import PAIRS, Owner
from codemods.prove.guest.seeding import Seeding, own_parts
from codemods.prove.guest.words import ADMIN, FIRST, SECOND, SISTER, Words

DATABASE = peewee.SqliteDatabase(":memory:")
WHO = {"a": FIRST, "b": SECOND, "sister": SISTER, "admin": ADMIN}
OWNERS = {name: Owner(name, pair) for name, pair in PAIRS.items()}


def had(**kept: Any) -> dict[str, list[Any]]:
    """What each one gets of its own, of the parts that each one's work reads."""
    return {owner.name: found for owner, found in own_parts([(OWNERS[name], kept[key]) for key, name in WHO.items()])}


def test_what_all_read_is_the_processs_and_gets_nobodys_word() -> None:
    base = SimpleNamespace()
    assert had(a=[base], b=[base], sister=[base], admin=[base]) == {}


def test_each_one_gets_what_is_its_own_and_the_first_what_two_share() -> None:
    one, two, three = SimpleNamespace(n=1), SimpleNamespace(n=2), SimpleNamespace(n=3)
    assert had(a=[one], b=[one], sister=[two], admin=[three]) == {FIRST: [one], SISTER: [two], ADMIN: [three]}


def test_a_table_is_the_trees_own_where_a_library_has_one_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Base(peewee.Model):
        class Meta:
            database = DATABASE

    class OfLibrary(Base):
        chat = peewee.TextField(unique=True)

        class Meta:
            table_name = "chats"

    class OfTree(Base):
        chat, tenant_id = peewee.TextField(), peewee.TextField()

        class Meta:
            table_name = "chats"

    class Other(Base):
        pass

    # A base has no table: none that is left of it may stand where another's is looked for.
    monkeypatch.setattr(tree, "_below", lambda _: [Base, OfLibrary, OfTree, Other])
    monkeypatch.setattr(tree.Tree, "models", [OfTree])
    tree.Tree.__new__(tree.Tree).create_tables()
    assert {column.name for column in DATABASE.get_columns("chats")} == {"id", "chat", "tenant_id"}
    assert not any(index.unique for index in DATABASE.get_indexes("chats"))
    assert set(DATABASE.get_tables()) == {"chats", "other"}


def test_a_row_has_what_its_table_asks_for() -> None:
    class Usage(peewee.Model):
        when, ended = peewee.DateTimeField(), peewee.DateTimeField(null=True)
        model_name = peewee.TextField()

        class Meta:
            database = DATABASE

    words = Words()
    seeding = Seeding(SimpleNamespace(names=SimpleNamespace(columns=["tenant_id"])), words)  # type: ignore[arg-type]
    Usage.create_table()
    row = Usage.create(**seeding.row(Usage, OWNERS[FIRST]))
    assert row.when is not None and row.ended is None
    assert [canary.owner for canary in words.foreign(row.model_name, SECOND)] == [FIRST]
