"""Support files that code of the tree imports and that are not there: half of a merge, which a run makes whole.

All is judged as if they were there: what a run decides without them, the next one would decide otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from codemods.analysis.facts import FileFacts
from codemods.analysis.reading import read_facts
from codemods.knowledge.state import TenantState
from codemods.survey.own_tests import imported_by
from codemods.tree import SourceFile, module_name


class Missing(NamedTuple):
    """A file that a run brings, and what is in it."""

    file: SourceFile
    facts: FileFacts


def missing_supports(facts: Sequence[FileFacts], there: Collection[str], state: TenantState) -> Iterator[Missing]:
    """Those that the tree's own files import, and that these import of each other; `there`: the modules of the tree.

    What a recipe brings may be there before what it stands on.
    """
    if not any(name.module in there for name in state.context.setters):
        return  # a plugin or a file alone, whose imports lead to a tree that is not at hand
    from codemods.knowledge.recipes import all_recipes, brought_by

    supports = [support for recipe in all_recipes() for support in recipe.supports if not support.merge]
    absent = {module: item for item in supports if (module := module_name(item.target)) not in there}
    targets = {support.target for support in supports}
    queue = [file for file in facts if file.path not in targets]
    while queue:
        for module in imported_by(queue.pop()):
            if (support := absent.pop(module, None)) is not None:
                file = SourceFile(support.target, module, brought_by(support))
                found = read_facts(file.path, module, file.data)
                assert isinstance(found, FileFacts)
                yield Missing(file, found)
                queue.append(found)
