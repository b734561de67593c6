"""Which joined texts are keys and nothing else, and so may be tuples."""

from __future__ import annotations

import pytest

from codemods.survey.pair_keys.keys import key_sites
from tests.survey.shared_state.small import PATH, small

KEY = "def key(tenant_id, agent_id):\n    return f'{tenant_id}:{agent_id}'\n\n\n"
CACHE = (
    "class Cache(Base):\n    def __init__(self):\n        self.noted = {}\n\n    def key(self, tenant_id, agent_id):\n"
    "        self.noted[f'{tenant_id}:{agent_id}'] = 1\n"
)
NOTED = "SEEN = {}\n\n\ndef key(tenant_id, agent_id):\n    SEEN[f'{tenant_id}:{agent_id}'] = 1\n\n\n"
OTHER = {
    "nobody in view asks for it": KEY,
    "it is sent": KEY + "def send(tenant_id, agent_id, hub):\n    hub.send(key(tenant_id, agent_id))\n",
    "it is shown": KEY + "def show(tenant_id, agent_id):\n    return {'key': key(tenant_id, agent_id)}\n",
    "it is taken apart": KEY + "def first(tenant_id, agent_id):\n    return key(tenant_id, agent_id).split(':')\n",
    "it is hashed": "def key(tenant_id, agent_id):\n    return md5(f'{tenant_id}:{agent_id}'.encode())\n",
    "an inner function has it": (
        "SEEN = {}\n\n\ndef note(tenant_id, agent_id):\n    key = f'{tenant_id}:{agent_id}'\n\n"
        "    def inner():\n        return SEEN[key]\n\n    return inner\n"
    ),
    "its container is written away": (
        "import json\n\nSEEN = {}\n\n\ndef note(tenant_id, agent_id):\n    SEEN[f'{tenant_id}:{agent_id}'] = 1\n\n\n"
        "def store(file):\n    json.dump(SEEN, file)\n"
    ),
    "its keys are listed": NOTED + "def all_noted():\n    return sorted(SEEN)\n",
    "its keys are gone through": NOTED + "def show():\n    for key in SEEN:\n        print(key)\n",
    "its keys come with what is kept": NOTED + "def show():\n    for key, value in SEEN.items():\n        print(key)\n",
    "the oldest key is told": NOTED + "def forget():\n    return SEEN.popitem()[0]\n",
    "its keys are listed by whoever is asked": NOTED + "def forget():\n    return SEEN.popitem\n",
    "it is made longer": (
        "SEEN = {}\n\n\ndef note(tenant_id, agent_id, chat):\n    key = f'{tenant_id}:{agent_id}'\n"
        "    key += chat\n    SEEN[key] = 1\n"
    ),
    "its maker is handed on": (
        f"SEEN = {{}}\n\n\n{KEY}def seen(tenant_id, agent_id, hub):\n    hub.name_by(key)\n"
        "    return SEEN[key(tenant_id, agent_id)]\n"
    ),
    "a function around it has it": (
        "SEEN = {}\n\n\ndef noted(hub):\n    key = ''\n\n    def note(tenant_id, agent_id):\n        nonlocal key\n"
        "        key = f'{tenant_id}:{agent_id}'\n        return SEEN[key]\n\n    note('a', 'b')\n    hub.send(key)\n"
    ),
    "it is also logged": (
        "SEEN = {}\n\n\ndef note(tenant_id, agent_id):\n    print(f'{tenant_id}:{agent_id}')\n"
        "    return SEEN[f'{tenant_id}:{agent_id}']\n"
    ),
}
KEYS = {
    "what is kept under it is gone through": NOTED + "def all_noted():\n    return list(SEEN.values()), len(SEEN)\n",
    "the oldest is thrown away": NOTED + "def forget():\n    SEEN.popitem()\n",
    "where it is made": "SEEN = {}\n\n\ndef key(tenant_id, agent_id):\n    SEEN[f'{tenant_id}:{agent_id}'] = 1\n",
    "under a name": (
        "SEEN = {}\n\n\ndef key(tenant_id, agent_id):\n    name = f'{tenant_id}:{agent_id}'\n"
        "    if name not in SEEN:\n        SEEN.setdefault(name, 1)\n    return SEEN.get(name)\n"
    ),
    "by who asks for it": (
        f"SEEN = {{}}\n\n\n{KEY}def seen(tenant_id, agent_id):\n    name = key(tenant_id, agent_id)\n"
        "    return SEEN.pop(name, None) if name is not None else None\n"
    ),
    "in an object that it is handed to": (
        "class Cache:\n    def __init__(self):\n        self.data = {}\n\n    def get(self, name, make):\n"
        "        if not name:\n            return None\n        if name not in self.data:\n"
        "            self.data[name] = make()\n        return self.data[name]\n\n\n"
        f"CACHE = Cache()\n\n\n{KEY}def seen(tenant_id, agent_id):\n"
        "    return CACHE.get(key(tenant_id, agent_id), list)\n"
    ),
}


def places(text: str) -> list[str]:
    return [site.place.what for site in key_sites(small(text)) if site.path == PATH]


@pytest.mark.parametrize("form", OTHER)
def test_it_is_more_than_a_key(form: str) -> None:
    assert places(OTHER[form]) == []


@pytest.mark.parametrize("form", KEYS)
def test_it_is_a_key(form: str) -> None:
    assert places(KEYS[form]) == ["key"]


@pytest.mark.parametrize(
    ("other", "expected"), [("Log", ["Cache.key"]), ("Log(Base)", ["Cache.key"]), ("Log(Cache)", []), ("Base", [])]
)
def test_what_an_object_keeps_other_classes_do_not_show(other: str, expected: list[str]) -> None:
    listing = f"class {other}:\n    def all(self, noted):\n        return list(self.noted), list(noted)\n"
    parts = [listing, CACHE] if other == "Base" else ["class Base:\n    pass\n", CACHE, listing]
    assert places("\n\n".join(parts)) == expected


def test_whoever_has_it_may_show_what_it_keeps() -> None:
    assert places(f"{CACHE}\n\ndef listed(cache):\n    return list(cache.noted)\n") == []
