"""A command run over a text, as a plan runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.function_command import PlaceCommand
from codemods.commands.editing.imports import place_imports
from codemods.places import Place


def edited(
    command: Callable[..., PlaceCommand], code: str, places: Sequence[Place], **options: Any
) -> tuple[str, list[str]]:
    """The code after, which compiles, and the warnings."""
    context = CodemodContext(full_module_name="p.a", full_package_name="p")
    tree = command(context, places, **options).transform_module_impl(cst.parse_module(code))
    after = place_imports(context, tree).code
    compile(after, "a.py", "exec", dont_inherit=True)
    return after, context.warnings
