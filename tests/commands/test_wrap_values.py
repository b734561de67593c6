"""WrapValues: which assignments hand their value to the function, and which stay."""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext, CodemodTest

from codemods.commands.editing.imports import place_imports
from codemods.commands.wrap_values import WrapValues
from codemods.places import Imported, Role, State

FUNCTION = Imported("src.common.message.tenant_files", "tenant_path")

STORE, OTHER = ("<module>", "STORE"), ("<module>", "OTHER")


class TestWrapValues(CodemodTest):
    TRANSFORM = WrapValues

    def wrapped(self, code: str, *places: tuple[str, str]) -> tuple[str, list[str]]:
        context = CodemodContext(full_module_name="plugins.form.plugin")
        command = WrapValues(context, [State(scope, text, Role.FIRST) for scope, text in places], function=FUNCTION)
        after = place_imports(context, command.transform_module_impl(cst.parse_module(code)))
        return after.code, list(context.warnings)

    def test_what_is_not_named_stays(self) -> None:
        code = "STORE = 1\n\n\ndef save():\n    STORE = 2\n"
        after, warnings = self.wrapped(code, ("save", "STORE"))
        self.assertIn("STORE = 1\n", after)
        self.assertIn("    STORE = tenant_path(2)\n", after)
        self.assertEqual(warnings, [])

    def test_what_is_wrapped_and_what_is_nothing_stay(self) -> None:
        head = "from src.common.message.tenant_files import tenant_path\n\n"
        code = head + "STORE = tenant_path(1)\nOTHER = None\n"
        self.assertEqual(self.wrapped(code, STORE, OTHER), (code, []))

    def test_a_taken_name_stays_and_is_reported(self) -> None:
        code = "from somewhere import tenant_path\n\nSTORE = 1\n"
        after, (warning,) = self.wrapped(code, STORE)
        self.assertEqual(after, code)
        self.assertIn("tenant_path is taken", warning)

    def test_what_is_not_there_is_reported_and_nothing_is_done(self) -> None:
        code = "STORE = 1\n"
        after, (warning,) = self.wrapped(code, STORE, OTHER)
        self.assertEqual(after, code)
        self.assertIn("OTHER", warning)

    def test_constants_attributes_and_annotations(self) -> None:
        code = (
            "from pathlib import Path\n\nSTORE: Path = Path('a')\n\n\n"
            "class Store:\n    base = 'b', 'c'\n\n"
            "    def __init__(self, folder):\n        self.folder = folder / 'a'  # here\n"
        )
        after, warnings = self.wrapped(code, STORE, ("Store", "base"), ("Store.__init__", "self.folder"))
        self.assertEqual(warnings, [])
        self.assertIn("STORE: Path = tenant_path(Path('a'))\n", after)
        self.assertIn("    base = tenant_path(('b', 'c'))\n", after)
        self.assertIn("        self.folder = tenant_path(folder / 'a')  # here\n", after)
