"""Names that recipes have code import, which a file uses and nothing imports: half of a merge, which a run makes whole.

All is judged as if the imports were there, as with files that are missing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

from codemods.analysis.facts import FileFacts
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.knowledge.state import TenantState
from codemods.tree import module_name


def with_imports(
    facts: Sequence[FileFacts], there: Collection[str], state: TenantState
) -> tuple[list[FileFacts], frozenset[Symbol]]:
    """The files with these imports, and what each file uses without: its module, and the name.

    `there`: the modules of the tree. Support files themselves stay as they are.
    """
    if not any(name.module in there for name in state.context.setters):
        return list(facts), frozenset()
    from codemods.knowledge.recipes import all_recipes

    brought = {support.target for recipe in all_recipes() for support in recipe.supports}
    known = _imported_by_recipes()
    lost = {file.module: _unimported(file, known) for file in facts if file.path not in brought}
    whole = [_importing(file, names) if (names := lost.get(file.module)) else file for file in facts]
    return whole, frozenset(Symbol(module, name) for module, names in lost.items() for name in names)


@cache
def _imported_by_recipes() -> Mapping[str, Symbol]:
    """What of their support files recipes have code import, by name."""
    from codemods.knowledge.recipes import all_recipes

    homes = {module_name(support.target) for recipe in all_recipes() for support in recipe.supports}
    values = [value for recipe in all_recipes() for codemod in recipe.codemods for value in codemod.options.values()]
    texts = [text for value in values for text in (value if isinstance(value, list | tuple) else [value])]
    symbols = [Symbol.parse(text) for text in texts if isinstance(text, str)]
    return {symbol.qualname: symbol for symbol in symbols if symbol.module in homes and symbol.qualname}


def _importing(file: FileFacts, names: Mapping[str, Symbol]) -> FileFacts:
    body = replace(file.body, imports={**file.body.imports, **names})
    return replace(file, functions={**file.functions, MODULE_BODY: body})


def _unimported(file: FileFacts, known: Mapping[str, Symbol]) -> dict[str, Symbol]:
    """The known names that a file uses, without anything in it that gives them a meaning."""
    body = file.body
    own = {*body.imports, *body.assigned, *body.annotated, *body.nested, *file.made_global}
    wanted = known.keys() - own
    if any(name.startswith("*") for name in own):
        return {}  # which may bring any
    found: dict[str, Symbol] = {}
    for qualname, function in file.functions.items():
        uses = (*function.uses, *function.decorators, *function.definition)
        for name in wanted.intersection([use.chain[0] for use in uses if use.chain]):
            if not _is_bound(file, qualname, name):
                found[name] = known[name]
    return found


def _is_bound(file: FileFacts, qualname: str, name: str) -> bool:
    """Whether a function, or one around it, gives a name a meaning of its own."""
    while qualname and qualname != MODULE_BODY:
        function = file.functions.get(qualname)
        if function is not None and (function.has_own(name) or name in function.comprehended):
            return True
        qualname = qualname.rpartition(".<locals>.")[0]
    return False
