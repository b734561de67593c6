"""RegisterHandlers: handlers are registered where a function returns the others."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.register_handlers import RegisterHandlers
from codemods.places import Registration

HERE = Registration("Digest.components", "DigestTenantLoad")
ELSEWHERE = Registration("Digest.components", "DigestTenantLoad", ".work.handlers")
CODE = """
from src.plugin_system import BasePlugin


class Digest(BasePlugin):
    def components(self):
        def inner():
            return []

        return {answer}
"""


def registered(code: str, place: Registration = HERE) -> tuple[str, list[str]]:
    context = CodemodContext(full_module_name="plugins.form.plugin")
    command = RegisterHandlers(context, [place])
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code)))
    return after.code, list(context.warnings)


@pytest.mark.parametrize(
    "code",
    [
        CODE.format(answer="[]").replace("def components", "def others"),
        "DigestTenantLoad = 1\n" + CODE.format(answer="[]"),
    ],
)
def test_what_is_not_as_it_was_read_stays(code: str) -> None:
    after, warnings = registered(code, ELSEWHERE)
    assert after == code
    assert len(warnings) == 1


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [
        ("[]", "[{pair}]"),
        ("[(A.info(), A)]", "[(A.info(), A), {pair}]"),
        ("[a, b]", "[a, b, {pair}]"),
        (
            "[\n            # first\n            a,\n        ]",
            "[\n            # first\n            a,\n            {pair},\n        ]",
        ),
        ("super().components()", "[*super().components(), {pair}]"),
    ],
)
def test_the_handler_is_registered_where_the_others_are(answer: str, becomes: str) -> None:
    after, warnings = registered(CODE.format(answer=answer))
    assert warnings == []
    pair = "(DigestTenantLoad.get_handler_info(), DigestTenantLoad)"
    assert f"        return {becomes.format(pair=pair)}\n" in after
    assert "            return []\n" in after


def test_one_of_another_file_is_imported() -> None:
    after, warnings = registered(CODE.format(answer="[]"), ELSEWHERE)
    assert warnings == []
    assert "from .work.handlers import DigestTenantLoad\n" in after
