"""pair-keys: which joined texts become pairs. What must not change comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown

RECIPE = "pair-keys"
CACHE = "src/chat/cache.py"
UNCHANGED = {
    "a text that is stored": """
    import hashlib


    def chat_id(tenant_id, agent_id, user):
        return hashlib.md5(f"{tenant_id}_{agent_id}_{user}".encode()).hexdigest()
    """,
    "a text that is sent": """
    def name(tenant_id, agent_id):
        return f"{tenant_id}_{agent_id}"


    async def greet(tenant_id, agent_id, hub):
        await hub.send(name(tenant_id, agent_id))
    """,
    "a message": """
    def work(tenant_id, agent_id):
        raise ValueError(f"{tenant_id}:{agent_id}")
    """,
}
CHANGED = {
    "a key of a cache": """
    from typing import Dict, Optional

    _SETTINGS: Dict[str, dict] = {}


    def _key(tenant_id: str, agent_id: Optional[str]) -> str:
        return f"{tenant_id}:{agent_id or ''}"


    def settings(tenant_id: str, agent_id: Optional[str]) -> dict:
        key = _key(tenant_id, agent_id)
        if key not in _SETTINGS:
            _SETTINGS[key] = {}
        return _SETTINGS[key]
    """,
    "a key where it is used": """
    _SEEN = {}


    def seen(tenant_id, agent_id, user):
        return _SEEN.setdefault(f"{tenant_id}/{agent_id}/{user}", [])
    """,
}


def form(text: str) -> str:
    return dedent(text).strip("\n") + "\n"


@pytest.mark.parametrize("name", UNCHANGED)
def test_stays_as_it_is(name: str) -> None:
    assert plan_of(form_tree({CACHE: form(UNCHANGED[name])}), RECIPE).changes == ()


@pytest.mark.parametrize("name", CHANGED)
def test_is_kept_as_a_pair(name: str, snapshot: SnapshotAssertion) -> None:
    assert shown(name, {CACHE: form(CHANGED[name])}, RECIPE) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("name", CHANGED)
def test_the_audit_sees_it_and_sees_it_mended(name: str) -> None:
    checkout = form_tree({CACHE: form(CHANGED[name])})
    assert said(checkout) == {"joined-ids"}
    assert said(after(checkout, plan_of(checkout, RECIPE))) == set()


def test_what_a_change_of_stored_ids_would_cost_is_said() -> None:
    checkout = form_tree({CACHE: form(UNCHANGED["a text that is stored"])})
    (finding,) = [item for item in survey_of(checkout).findings("shared-state") if item.path == CACHE]
    assert "every chat is new" in finding.details[0]


def said(checkout: Checkout) -> set[str]:
    return {item.what for item in survey_of(checkout).findings("shared-state") if item.path == CACHE}
