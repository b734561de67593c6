"""Ids of tenant and agent joined into one text, which two pairs may share."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.keys import confused_ids
from tests.survey.shared_state.small import here, small

RIGHT = [
    "key = (tenant_id, agent_id)",
    "key = f'{tenant_id}'",
    "key = f'{tenant_id}_{chat}'",
    "print(f'{tenant_id}:{agent_id}')",
    "raise ValueError(f'{tenant_id}:{agent_id}')",
    "key = chat.join([tenant_id, agent_id])",
    "key = '-'.join(map(str, (tenant_id, chat)))",
    "key = chat.substitute(t=tenant_id, a=agent_id)",
    "key = '{t}-{c}'.format(t=tenant_id, c=chat)",
]
JOINED = [
    "key = f'{tenant_id}:{agent_id}'",
    "key = tenant_id + '_' + agent_id",
    "key = '%s_%s' % (tenant_id, agent_id)",
    "key = '_'.join([tenant_id, agent_id, chat])",
    "key = '{}_{}'.format(tenant_id, str(agent_id))",
    "key = '{t}_{a}'.format(t=tenant_id, a=agent_id)",
    "key = '_'.join(map(str, (tenant_id, agent_id)))",
    "key = '_'.join(sorted([tenant_id, agent_id]))",
    "key = Template('$t:$a').substitute(t=tenant_id, a=agent_id)",
    "between = '_'\n    key = between.join([tenant_id, agent_id])",
    "shape = '{}-{}'\n    key = shape.format(tenant_id, agent_id)",
    "key = f'{chat.tenant_id}:{chat.agent_id or 0}'",
    "key = f'{get_current_tenant_id()}:{get_current_agent_id()}'",
    "mine, theirs = tenant_id, 0\n    one = get_current_agent_id()\n    key = f'{tenant_id}:{one}'",
]


def found(statement: str) -> list[str]:
    text = f"def work(tenant_id, agent_id, chat):\n    {statement}\n"
    return [item.reason for item in here(list(confused_ids(small(text)))) if item.what == "joined-ids"]


@pytest.mark.parametrize("statement", RIGHT)
def test_is_no_key_of_both(statement: str) -> None:
    assert found(statement) == []


@pytest.mark.parametrize("statement", JOINED)
def test_is_both_in_one_text(statement: str) -> None:
    assert found(statement) == [
        "joins the ids of tenant and agent into one text, which two pairs may share: keep the pair"
    ]


LOADS = """
def load(agent_id):
    return open(agent_id)


def load_both(tenant_id, agent_id):
    return open(tenant_id + agent_id)


def load_in_tenant(agent_id):
    return open(get_current_tenant_id())
"""


def looked_up(body: str) -> int:
    text = f"{LOADS}\n\ndef get(tenant_id, agent_id, cache):\n    {body}\n"
    return sum(item.what == "lone-agent" for item in here(list(confused_ids(small(text)))))


@pytest.mark.parametrize(
    "body",
    [
        "return load_both(tenant_id, agent_id)",
        "return load_in_tenant(agent_id) if tenant_id else None",
        "return load(tenant_id), load(agent_id)",
        "print(tenant_id, agent_id)\n    return str(agent_id)",
        "return cache.get((tenant_id, agent_id))",
    ],
    ids=["with the tenant's", "which asks for its tenant", "part by part", "told", "the pair"],
)
def test_is_no_agent_alone(body: str) -> None:
    assert looked_up(body) == 0


@pytest.mark.parametrize(
    "body",
    [
        "return load(agent_id) if tenant_id else None",
        "return cache.get((tenant_id, agent_id), lambda: load(agent_id or ''))",
        "return cache.get((tenant_id, agent_id)) or load(agent_id=agent_id)",
    ],
)
def test_is_looked_up_by_the_agent_alone(body: str) -> None:
    assert looked_up(body) == 1
