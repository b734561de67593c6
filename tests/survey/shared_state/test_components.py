"""Components of plugins: whoever runs one asks first whether it is enabled for the tenant."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.components import unasked_components
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import here, served

ABOVE = """
from functools import partial
from typing import Dict, Type
from src.common.message.tenant_access import enabled_for_tenant
from src.plugin_system.base.base_command import BaseCommand
from src.plugin_system.core.component_registry import component_registry
from src.plugin_system.utils.saas_utils import is_plugin_enabled


def is_mine(name):
    return is_plugin_enabled("a", name)


def is_anything(name):
    is_plugin_enabled("a", name)
    return True


KINDS: Dict[str, Type[BaseCommand]] = {}
numbers: Dict[str, int] = {}


class Hooks:
    def __init__(self):
        self.by_name: dict[str, BaseCommand] = {}


hooks = Hooks()


class Say(BaseCommand):
    async def execute(self):
        return await self.again()

    async def again(self):
        return await self.execute()
"""


GET = "made = component_registry.get_component_class(chat)"


def found(body: str) -> list[str]:
    program = served(body, ABOVE)
    return [item.reason for item in here(list(unasked_components(program, Sharing(program).work)))]


@pytest.mark.parametrize(
    "body",
    [
        "chat.execute()",
        "for number in numbers.values():\n    number.execute()",
        "for hook in hooks.by_name.values():\n    if is_plugin_enabled('a', hook.name):\n        await hook.execute()",
        "if hooks.by_name[chat].execute is None:\n    return",
        "Messages.delete().execute()",
        "await Say(chat).execute()",
        f"{GET}\nif not is_plugin_enabled('a', chat):\n    return\nawait made(chat).execute()",
        f"{GET}\nif is_plugin_enabled('a', chat):\n    await made(chat).execute()",
        f"{GET}\nif tenant_id and not is_plugin_enabled(tenant_id, chat):\n    return\nawait made(chat).execute()",
        "made = enabled_for_tenant(component_registry.get_component_class(chat))\nawait made(chat).execute()",
        "for made in list(enabled_for_tenant(component_registry.get_llm_available_tools()).values()):\n"
        "    await made(chat).execute()",
        "found = component_registry.get_llm_available_tools()\n"
        "for made in [item for name, item in found.items() if is_plugin_enabled('a', name)]:\n"
        "    await made().execute()",
        f"{GET}\nif is_mine(chat):\n    await made(chat).execute()",
    ],
    ids=[
        *(
            "something else",
            "of another kind",
            "of a mapping, asked for",
            "looked at",
            "a query",
            "the host's own",
            "refused before",
            "asked for",
            "refused in a tenant",
        ),
        *("kept before", "gone through as kept", "a comprehension that asks", "a function that asks"),
    ],
)
def test_runs_nothing_unasked(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("await component_registry.get_component_class(chat)().execute()", "component_registry"),
        ("for hook in hooks.by_name.values():\n    await hook.execute()", "hook"),
        ("calls = [hook.execute() for hook in list(hooks.by_name.values())]", "hook"),
        ("calls = [partial(hook.execute) for hook in hooks.by_name.values()]", "hook.execute"),
        ("kind = KINDS.get(chat)\nawait kind(chat).execute()", "kind"),
        (f"{GET}\nawait made(chat).execute()", "made"),
        (f"is_plugin_enabled('a', chat)\n{GET}\nawait made(chat).execute()", "made"),
        (f"{GET}\nawait made(chat).execute()\nif is_plugin_enabled('a', chat):\n    chat.enable()", "made"),
        (f"{GET}\nif is_plugin_enabled('a', chat) or chat:\n    await made(chat).execute()", "made"),
        (f"{GET}\nif not is_plugin_enabled('a', chat):\n    chat.warn()\nawait made(chat).execute()", "made"),
        (f"{GET}\nenabled_for_tenant(made)\nawait made(chat).execute()", "made"),
        (f"{GET}\nif is_anything(chat):\n    await made(chat).execute()", "made"),
    ],
    ids=[
        *(
            "out of the registry",
            "of a mapping",
            "in a comprehension",
            "handed on",
            "of a mapping of classes",
            "by another name",
            "an answer that nobody looks at",
            "asked afterwards",
        ),
        *("one of two conditions", "warned only", "kept aside", "a function that forgets what it asked"),
    ],
)
def test_runs_what_is_enabled_for_others(body: str, written: str) -> None:
    (reason,) = found(body)
    assert reason.startswith(written)
    assert reason.endswith("runs for every tenant, whether its plugin is enabled for it or not")


BY_NAME = "return enabled_for_tenant(component_registry.get_component_class({}), {})"


def test_what_is_asked_for_by_a_name_is_kept_by_that_name() -> None:
    for name in ("chat", "'say'"):
        assert found(BY_NAME.format(name, name)) == []
    for other in ("chat", "'other'"):
        (reason,) = found(BY_NAME.format(other, "'say'"))
        assert reason.endswith("hands a tenant the components of plugins that are not enabled for it")
