"""Components on their way out of a registry: where the tenant's own are kept, and where nothing is to be kept."""

from __future__ import annotations

import pytest

from codemods.places import Expression, Place
from codemods.survey.components.taken import component_sites
from tests.survey.shared_state.small import PATH, served

ANSWER, NAMED, COLLECTION = "component-answer", "named-component-answer", "component-collection"
ACTIONS = "component_registry.get_default_actions()"
ABOVE = """
from src.common.message.tenant_access import own_components
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.core.component_registry import component_registry


class Hub:
    def __init__(self):
        self.handlers = []
        self.by_name = {}

    async def run(self, handler: BaseEventHandler, text):
        await handler.execute(text)


hub = Hub()


def listing():
    return component_registry.get_default_actions()
"""


def places(body: str) -> list[tuple[str, Place]]:
    sites = [site for site in component_sites(served(body, ABOVE)) if site.path == PATH]
    return [(site.on, site.place) for site in sites]


@pytest.mark.parametrize(
    "body",
    [
        "chat.execute()",
        "for handler in own_components(hub.handlers):\n    await hub.run(handler, chat)",
        "await hub.run(hub.by_name['one'], chat)",
        "component_registry.get_plugin_config(chat)",
        "own_components(component_registry.get_default_actions())",
    ],
    ids=["something else", "asked for", "one by its key", "the same for all", "its answer asked for"],
)
def test_what_is_left_as_it_is(body: str) -> None:
    assert places(body) == []


@pytest.mark.parametrize(
    ("body", "on", "function", "text"),
    [
        (ACTIONS, ANSWER, "serve", ACTIONS),
        (
            "made = component_registry.get_component_class(chat)()\nawait made.execute()",
            ANSWER,
            "serve",
            "component_registry.get_component_class()",
        ),
        ("component_registry.get_plugin_info(chat)", NAMED, "serve", "component_registry.get_plugin_info()"),
        ("listing().keys()", ANSWER, "listing", ACTIONS),
        ("for handler in hub.handlers:\n    await hub.run(handler, chat)", COLLECTION, "serve", "hub.handlers"),
        (
            "for name, handler in hub.by_name.items():\n    await hub.run(text=name, handler=handler)",
            COLLECTION,
            "serve",
            "hub.by_name",
        ),
    ],
)
def test_where_the_tenants_own_are_kept(body: str, on: str, function: str, text: str) -> None:
    assert places(body) == [(on, Expression(function, text))]
