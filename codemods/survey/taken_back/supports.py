"""Support files that a tree has otherwise than this release brings them: of an earlier one, changed by hand or gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.knowledge.earlier import is_current, is_earlier
from codemods.knowledge.recipes import Support
from codemods.messages import phrase
from codemods.survey.own_tests import imported_by
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.closed_map import map_is_closed
from codemods.survey.verdicts import Finding
from codemods.tree import module_name


def other_supports(program: TenantProgram) -> Iterator[Finding]:
    """Each of a recipe that ran on the tree. One that is not ours at all may stand where a fork has its own."""
    from codemods.knowledge.recipes import all_recipes

    told = set[str]()
    for recipe in all_recipes():
        there = [
            (support, program.sources.text(module))
            for support in recipe.supports
            if not support.merge and (module := module_name(support.target)) in program.files
        ]
        if not any(is_current(*item) or is_earlier(*item) for item in there):
            continue
        for support, data in (item for item in there if item[0].target not in told):
            told.add(support.target)
            if is_earlier(support, data):
                reason = phrase("is as an earlier release wrote it: run {name} again", name=recipe.name)
                yield Finding(support.target, 1, reason, "earlier-support")
            elif not is_current(support, data) and not _is_to_be_replaced(program, support):
                reason = phrase("was changed by hand, so {name} does not bring it up to date", name=recipe.name)
                yield Finding(support.target, 1, reason, "changed-support")


def open_guards(program: TenantProgram) -> Iterator[Finding]:
    """The tree's own guards that answer where there is no tenant: nothing that reads them first is kept apart by it."""
    for guard in sorted(program.state.context.guards & program.functions.keys()):
        run = program.reaches.run_by([guard], lambda edge: not edge.guessed)
        parts = [part for item in run for part in program.sources.nodes(item)]
        answers = [part.value for part in program.sources.nodes(guard) if isinstance(part, ast.Return)]
        looks_into = any(isinstance(part, ast.Attribute) for answer in answers if answer for part in ast.walk(answer))
        if not looks_into and not any(isinstance(part, (ast.Raise, ast.Assert)) for part in parts):
            reason = phrase(
                "{name}() answers where there is no tenant: let it raise, for all that reads it first relies on that",
                name=guard.name,
            )
            line = program.functions[guard].line
            yield Finding(program.file_of(guard).path, line, reason, "changed-support")


def _is_to_be_replaced(program: TenantProgram, support: Support) -> bool:
    """Whether it is the tree's own map still, of which chat-manager-guard says that it is open, and whether it goes."""
    at = program.state.gate.map
    return module_name(support.target) == at.module and at in program.classes and not map_is_closed(program)


def missing_files(program: TenantProgram) -> Iterator[Finding]:
    """Each that the tree's own code imports and that is not there, at the first file that does."""
    from codemods.knowledge.recipes import all_recipes

    told = set(program.missing)
    own = [file for module, file in sorted(program.files.items()) if module not in program.missing]
    first = {module: file.path for file in reversed(own) for module in imported_by(file)}
    for recipe in all_recipes():
        for module in (module_name(support.target) for support in recipe.supports):
            if module in told and module in first:
                told.remove(module)
                reason = phrase("needs {module}, which is not there: run {name} again", module=module, name=recipe.name)
                yield Finding(first[module], 1, reason, f"missing {module}")
