"""StartForTenants: what an `__init__` starts is started by a handler, or stays where it is not as it was read."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.start_for_tenants import StartForTenants
from codemods.places import Beginnings, Imported

ENUM, BASE = Imported("src.plugin_system", "EventType"), Imported("src.plugin_system", "BaseEventHandler")
PLACE = Beginnings("Digest", "DigestTenantLoad", "create_task(self.loop())")
CODE = """
from asyncio import create_task

from src.plugin_system import BasePlugin


class Digest(BasePlugin):
    def __init__(self):
        super().__init__()
        # start
        create_task( self.loop() )
"""


def apart(code: str, *places: Beginnings) -> tuple[str, list[str]]:
    context = CodemodContext(full_module_name="plugins.form.plugin")
    command = StartForTenants(context, places, becomes="ON_TENANT_LOAD", enum=ENUM, base=BASE)
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code)))
    return after.code, list(context.warnings)


@pytest.mark.parametrize(
    "code",
    [
        CODE.replace("create_task( self.loop() )", "create_task(self.other())"),
        CODE.replace("class Digest", "class Other"),
        CODE + "\n\nclass DigestTenantLoad:\n    pass\n",
    ],
)
def test_what_is_not_as_it_was_read_stays(code: str) -> None:
    after, warnings = apart(code, PLACE)
    assert after == code
    assert bool(warnings) == ("class Other" not in code)


def test_a_taken_name_stays_and_is_reported() -> None:
    code = "EventType = 1\n" + CODE
    after, (warning,) = apart(code, PLACE)
    assert after == code
    assert "taken" in warning


def test_it_is_run_by_a_handler() -> None:
    after, warnings = apart(CODE, PLACE)
    assert warnings == []
    assert "        # start\n        DigestTenantLoad.started_plugin = self\n" in after
    assert "        create_task( self.started_plugin.loop() )\n        return True" in after
    assert "from src.plugin_system import BaseEventHandler, EventType, BasePlugin\n" in after
    assert "weight" not in after
    assert "is None" not in after
    assert apart(after, PLACE)[0] == after


def test_what_others_work_with_is_made_first() -> None:
    code = CODE.replace("        # start\n", "        made = Store(self, self.name)\n        keep(made)\n")
    statements = ["made = Store(self, self.name)", "keep(made)"]
    after, warnings = apart(code, *(Beginnings("Digest", "DigestTenantLoad", each, True, True) for each in statements))
    assert warnings == []
    owner = "self.started_plugin"
    assert f"        if {owner} is None:\n            return True, True, None, None, None\n" in after
    assert f"        made = Store({owner}, {owner}.name)\n        keep(made)\n        return True" in after
    assert "    weight = 100000  # 先于其他处理器\n    intercept_message = True\n" in after
    assert "        DigestTenantLoad.started_plugin = self\n        create_task( self.loop() )\n" in after


def test_branches_have_a_handler_each() -> None:
    code = CODE.replace("        # start\n", "        if self.a:\n            begin(self.b)\n")
    after, warnings = apart(code, PLACE, Beginnings("Digest", "DigestTenantLoad2", "begin(self.b)", is_gated=True))
    assert warnings == []
    assert "        if self.a:\n            DigestTenantLoad2.started_plugin = self\n" in after
    assert after.count("(BaseEventHandler):") == 2
