"""Ids of tenant and agent joined into one text, which two pairs may share."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.keys import joined_ids
from tests.survey.shared_state.small import here, small

RIGHT = [
    "key = (tenant_id, agent_id)",
    "key = f'{tenant_id}'",
    "key = f'{tenant_id}_{chat}'",
    "print(f'{tenant_id}:{agent_id}')",
    "raise ValueError(f'{tenant_id}:{agent_id}')",
    "key = chat.join([tenant_id, agent_id])",
]
JOINED = [
    "key = f'{tenant_id}:{agent_id}'",
    "key = tenant_id + '_' + agent_id",
    "key = '%s_%s' % (tenant_id, agent_id)",
    "key = '_'.join([tenant_id, agent_id, chat])",
    "key = '{}_{}'.format(tenant_id, str(agent_id))",
    "key = f'{chat.tenant_id}:{chat.agent_id or 0}'",
    "key = f'{get_current_tenant_id()}:{get_current_agent_id()}'",
    "mine, theirs = tenant_id, 0\n    one = get_current_agent_id()\n    key = f'{tenant_id}:{one}'",
]


def found(statement: str) -> list[str]:
    return [
        item.reason
        for item in here(list(joined_ids(small(f"def work(tenant_id, agent_id, chat):\n    {statement}\n"))))
    ]


@pytest.mark.parametrize("statement", RIGHT)
def test_is_no_key_of_both(statement: str) -> None:
    assert found(statement) == []


@pytest.mark.parametrize("statement", JOINED)
def test_is_both_in_one_text(statement: str) -> None:
    assert found(statement) == [
        "joins the ids of tenant and agent into one text, which two pairs may share: keep the pair"
    ]
