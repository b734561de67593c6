"""What there is of a tenant's to be seen."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codemods.prove.guest.owners import owners
from codemods.prove.guest.seeing import Sight
from codemods.prove.guest.views import Holders, Views
from codemods.prove.guest.words import COMMON, FIRST, NOBODY, SECOND, Words


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("data/notes/canary-a/note.txt", FIRST),
        ("data/canary-b/bot/note.txt", SECOND),
        ("data/note.txt", NOBODY),
        ("data/canary-a", NOBODY),
        ("data/canary-a-and-b/note.txt", NOBODY),
    ],
)
def test_a_folder_that_is_called_as_a_tenant_is_that_tenants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, whose: str
) -> None:
    monkeypatch.chdir(tmp_path)
    tree: Any = SimpleNamespace(find=lambda _: None, names=SimpleNamespace(storage=""))
    warden: Any = SimpleNamespace(written=set())
    everybody = [owner for name, owner in owners(Words()).items() if name != COMMON]
    views = Views(tree, Sight(), tmp_path / "tree.db", [], warden)
    assert views.owner_of(path, everybody) == whose


class Registry(type):
    kept = ("a word",)


class Registered(metaclass=Registry):
    kept = ("another",)


def test_what_a_metaclass_keeps_is_seen() -> None:
    names = [f"{__name__}:Registry.kept", f"{__name__}:Registered.kept"]
    tree: Any = None
    assert dict(Holders(tree, names).values()) == {names[0]: [("a word",)], names[1]: [("another",)]}
