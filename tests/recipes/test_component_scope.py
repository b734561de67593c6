"""component-scope: which components run for whom afterwards, and what is left alone."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown

RECIPE, STANDS_ON, FORM = "component-scope", ("tenant-foundation",), "src/chat/planner.py"
SERVICE = "src/plugin_system/utils/saas_utils.py"
HEAD = "from src.common.database.database_model import Messages\n"
REGISTRY = HEAD + "from src.plugin_system.core.component_registry import component_registry\n\n\n"

UNCHANGED = {
    "what is no registry's": HEAD + "\n\ndef plan(hub):\n    return hub.get_default_actions(), Messages.select()\n",
    "what is the same for all": REGISTRY
    + "def plan(name):\n    Messages.select()\n    return component_registry.get_plugin_config(name)\n",
    "asked for already": REGISTRY.rstrip("\n")
    + "\nfrom src.plugin_system.utils.saas_utils import is_plugin_enabled\n\n\n"
    + "def plan(tenant, name):\n    Messages.select()\n    info = component_registry.get_plugin_info(name)\n"
    + "    return info if is_plugin_enabled(tenant, '', name) else None\n",
    "a name that is taken": REGISTRY
    + "own_components = None\n\n\ndef plan():\n"
    + "    Messages.select()\n    return component_registry.get_default_actions()\n",
    "no tenant's work": REGISTRY.replace(HEAD, "")
    + "def plan():\n    return component_registry.get_default_actions()\n",
}
CHANGED = {
    "actions offered to a planner": REGISTRY
    + """class Planner:
    def __init__(self):
        self.actions = component_registry.get_default_actions()

    async def plan(self, name, kind):
        rows = Messages.select()
        action = component_registry.get_component_class(name, kind)  # 动作
        if action is None or component_registry.get_plugin_info(name) is None:
            return None
        return await action(rows).execute()
""",
    "handlers that are handed on": HEAD
    + """from src.plugin_system.base.base_events_handler import BaseEventHandler


class Hub:
    handlers = {}

    async def tell(self):
        Messages.select()
        for name, handler in self.handlers.items():
            await self._run(handler)
        return [await self._run(handler) for handler in self.handlers.values() if handler]

    async def _run(self, handler: BaseEventHandler):
        return await handler.execute()
""",
}


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str) -> None:
    plan = plan_of(form_tree({FORM: UNCHANGED[form]}), *STANDS_ON, RECIPE)
    assert FORM not in {change.path for change in plan.changes}


@pytest.mark.parametrize("form", CHANGED)
def test_keeps_to_the_tenants_own(form: str, snapshot: SnapshotAssertion) -> None:
    made = shown(form, {FORM: CHANGED[form]}, RECIPE, stands_on=STANDS_ON)
    assert made == snapshot(extension_class=RecipeSnapshots)


def test_a_service_that_cannot_be_asked(snapshot: SnapshotAssertion) -> None:
    text = """
        import requests


        def is_plugin_enabled(tenant_id, agent_id, plugin_name):
            return plugin_name in _enabled(tenant_id)


        def _enabled(tenant_id):
            try:
                return [item["plugin_name"] for item in requests.get(f"http://service/{tenant_id}").json()]
            except OSError:
                return []
    """
    assert shown("a service that cannot be asked", {SERVICE: text}, RECIPE, stands_on=STANDS_ON) == snapshot(
        extension_class=RecipeSnapshots
    )


@pytest.mark.parametrize("form", CHANGED)
def test_the_audit_sees_it_and_sees_it_mended(form: str) -> None:
    checkout = form_tree({FORM: CHANGED[form]})
    migrated = after(checkout, plan_of(checkout, *STANDS_ON, RECIPE))

    def unasked(tree: object) -> list[str]:
        found = survey_of(tree).findings()  # type: ignore[arg-type]
        return [item.what for item in found if item.path == FORM and "component" in item.what]

    assert unasked(checkout)
    assert unasked(migrated) == []
