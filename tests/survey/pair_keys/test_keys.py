"""Which joined texts are keys and nothing else, and so may be tuples."""

from __future__ import annotations

import pytest

from codemods.survey.pair_keys.keys import key_sites
from tests.survey.shared_state.small import PATH, small

KEY = "def key(tenant_id, agent_id):\n    return f'{tenant_id}:{agent_id}'\n\n\n"
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
    "it is also logged": (
        "SEEN = {}\n\n\ndef note(tenant_id, agent_id):\n    print(f'{tenant_id}:{agent_id}')\n"
        "    return SEEN[f'{tenant_id}:{agent_id}']\n"
    ),
}
KEYS = {
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
    return [str(site.place) for site in key_sites(small(text)) if site.path == PATH]


@pytest.mark.parametrize("form", OTHER)
def test_it_is_more_than_a_key(form: str) -> None:
    assert places(OTHER[form]) == []


@pytest.mark.parametrize("form", KEYS)
def test_it_is_a_key(form: str) -> None:
    assert places(KEYS[form]) == ["key"]
