"""Those whose words are put in: their ids, and the things of theirs that the tree has made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .texts import phrase
from .tree import Pair
from .words import ADMIN, COMMON, FIRST, SECOND, SISTER, Words

PLATFORM = "qq"
# Both tenants have an agent of one name, as they may.
PAIRS: dict[str, Pair] = {
    FIRST: ("canary-a", "bot"),
    SECOND: ("canary-b", "bot"),
    SISTER: ("canary-a", "helper"),
    ADMIN: ("admin", "local"),
}
_NUMBERS = {FIRST: 71000001, SECOND: 72000002, SISTER: 73000003, ADMIN: 74000004}


@dataclass
class Owner:
    """One of them. `things`: what values of a signature's types are taken from; `ids`: by what kind of id it is."""

    name: str
    pair: Pair
    ids: dict[str, str] = field(default_factory=dict)
    things: list[Any] = field(default_factory=list)

    @property
    def key(self) -> str:
        return owner_key(self.pair)


def owner_key(pair: Pair) -> str:
    """The key by which a platform's messages, and requests to models, are known as a tenant's."""
    return f"key-of-{'-'.join(pair)}"


def owners(words: Words) -> dict[str, Owner]:
    """Everybody, with ids of forms that chats have."""
    found = {}
    for name, pair in PAIRS.items():
        number = str(_NUMBERS[name])
        owner = Owner(name, pair, {"user_id": number + "1", "group_id": number + "2"})
        for kind, text in owner.ids.items():
            words.alias(text, name, phrase("the {kind} of {owner}'s messages", kind=kind, owner=name))
        owner.ids.update(tenant_id=pair[0], agent_id=pair[1])
        for kind in ("nickname", "group_name", "message_id"):
            owner.ids[kind] = words.new(name, phrase("the {kind} of {owner}'s messages", kind=kind, owner=name))
        found[name] = owner
    known = {"user_id": "790000091", "nickname": "somebody", "message_id": "message-790000093"}
    found[COMMON] = Owner(COMMON, ("", ""), known)
    return found
