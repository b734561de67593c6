"""Components of plugins: whoever runs one asks first whether it is enabled for the tenant."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.components import unasked_components
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import here, served

ABOVE = """
from src.common.message.tenant_access import enabled_for_tenant
from src.plugin_system.base.base_command import BaseCommand
from src.plugin_system.core.component_registry import component_registry
from src.plugin_system.utils.saas_utils import is_plugin_enabled


class Say(BaseCommand):
    async def execute(self):
        return await self.again()

    async def again(self):
        return await self.execute()
"""


def found(body: str) -> list[str]:
    program = served(body, ABOVE)
    return [item.reason for item in here(list(unasked_components(program, Sharing(program).work)))]


@pytest.mark.parametrize(
    "body",
    [
        "chat.execute()",
        "Messages.delete().execute()",
        "if is_plugin_enabled('a', chat):\n    await Say(chat).execute()",
    ],
    ids=["something else", "a query", "asked for"],
)
def test_runs_nothing_unasked(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("await Say(chat).execute()", "Say().execute()"),
        ("await component_registry.get_component_class(chat)().execute()", "component_registry"),
        ("made = component_registry.get_component_class(chat)\nawait made(chat).execute()", "made"),
    ],
    ids=["its class", "out of the registry", "by another name"],
)
def test_runs_what_is_enabled_for_others(body: str, written: str) -> None:
    (reason,) = found(body)
    assert reason.startswith(written)
    assert reason.endswith("runs for every tenant, whether its plugin is enabled for it or not")
