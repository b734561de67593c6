"""StartForTenants: what an `__init__` starts is started by a handler, or stays where it is not as it was read."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.start_for_tenants import StartForTenants
from codemods.places import Beginnings, Imported

ENUM, BASE = Imported("src.plugin_system", "EventType"), Imported("src.plugin_system", "BaseEventHandler")
PLACE = "Digest=components=create_task(self.loop())"
CODE = """
from asyncio import create_task

from src.plugin_system import BasePlugin


class Digest(BasePlugin):
    def __init__(self):
        super().__init__()
        # start
        create_task( self.loop() )

    def components(self):
        return {answer}
"""


def apart(code: str, *places: str) -> tuple[str, list[str]]:
    context = CodemodContext(full_module_name="plugins.form.plugin")
    wanted = [Beginnings.parse(place) for place in places]
    command = StartForTenants(context, wanted, becomes="ON_TENANT_LOAD", enum=ENUM, base=BASE)
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code)))
    return after.code, list(context.warnings)


@pytest.mark.parametrize(
    "code",
    [
        CODE.format(answer="[]").replace("create_task( self.loop() )", "create_task(self.other())"),
        CODE.format(answer="[]").replace("class Digest", "class Other"),
        CODE.format(answer="[]").replace("def components", "def others"),
        CODE.format(answer="[]") + "\n\nclass DigestTenantLoad:\n    pass\n",
    ],
)
def test_what_is_not_as_it_was_read_stays(code: str) -> None:
    after, warnings = apart(code, PLACE)
    assert after == code
    assert bool(warnings) == ("class Other" not in code)


def test_a_taken_name_stays_and_is_reported() -> None:
    code = "EventType = 1\n" + CODE.format(answer="[]")
    after, (warning,) = apart(code, PLACE)
    assert after == code
    assert "taken" in warning


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [
        ("[]", "[{pair}]"),
        ("[(A.info(), A)]", "[(A.info(), A), {pair}]"),
        ("[a, b]", "[a, b, {pair}]"),
        ("[\n            a,\n        ]", "[\n            a,\n            {pair},\n        ]"),
        ("super().components()", "[*super().components(), {pair}]"),
    ],
)
def test_the_handler_is_registered_where_the_others_are(answer: str, becomes: str) -> None:
    after, warnings = apart(CODE.format(answer=answer), PLACE)
    assert warnings == []
    pair = "(DigestTenantLoad.get_handler_info(), DigestTenantLoad)"
    assert f"        return {becomes.format(pair=pair)}\n" in after
    assert "        # start\n        DigestTenantLoad.started_plugin = self\n" in after
    assert "        create_task(self.started_plugin.loop())\n" in after
    assert "from src.plugin_system import BasePlugin, BaseEventHandler, EventType\n" in after or "EventType" in after
    assert apart(after, PLACE)[0] == after
