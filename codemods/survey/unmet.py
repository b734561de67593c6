"""What recipes need of a tree: where one lacks it, what they mend stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.knowledge.recipes import Prerequisite, Recipe, all_recipes
from codemods.survey.program import TenantProgram
from codemods.tree import module_name


def is_mended(program: TenantProgram, kind: str) -> bool:
    """Whether a recipe that can run on this tree is for entry points of a kind."""
    return any(kind in recipe.mends and unmet(program, recipe) is None for recipe in all_recipes())


def unmet(program: TenantProgram, recipe: Recipe) -> Prerequisite | None:
    """The first thing that a recipe needs and the tree lacks, or None."""
    return next((item for item in recipe.prerequisites if not _is_met(program, item)), None)


def _is_met(program: TenantProgram, needed: Prerequisite) -> bool:
    return module_name(needed.file) in program.files and not undefined(program, needed.defines, needed.file)


def undefined(program: TenantProgram, names: Sequence[str], path: str) -> tuple[str, ...]:
    """Those of the names ("function", "Class", "Class.member") that a module of the tree does not define."""
    file = program.files.get(module_name(path))
    if file is None:
        return ()
    there = {*file.body.nested, *file.body.imports, *file.body.assigned}
    for cls in file.classes.values():
        there.update(f"{cls.qualname}.{name}" for name in (*cls.methods, *cls.classes, *cls.assigned, *cls.annotated))
    return tuple(name for name in names if name not in there)
