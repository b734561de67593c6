"""What the process keeps of a tenant is that tenant's alone once the sample is migrated, and it loses none of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.conftest import Observed

BEFORE: dict[str, Any] = {
    "kept_by_chat": [["chat"], ["chat"]],
    "kept_by_a_handler": [1, 1],
    "kept_templates": ["甲", "甲", "甲"],
    "kept_clients": ["acme", "acme", "acme", "system"],
    "kept_objects": ["艾克", "艾克"],
    "kept_stamps": [True, False, False],
}
AFTER: dict[str, Any] = {
    "kept_by_chat": [[], ["chat"]],
    "kept_by_a_handler": [0, 1],
    "kept_templates": ["回复", "甲", "回复"],
    "kept_clients": ["acme", "admin", "acme", "system"],
    "kept_objects": ["管家", "艾克"],
    "kept_stamps": [True, True, False],
}


@pytest.mark.parametrize("scenario", BEFORE)
def test_before_a_tenant_finds_what_another_left(before: Observed, scenario: str) -> None:
    assert before[scenario] == BEFORE[scenario]


@pytest.mark.parametrize("scenario", AFTER)
def test_each_tenant_finds_its_own(after: Observed, scenario: str) -> None:
    assert after[scenario] == AFTER[scenario]
