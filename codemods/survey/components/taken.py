"""Components of plugins on their way out of a registry: what to keep the tenant's own of, so that none other runs."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import Chain, expression
from codemods.analysis.symbols import Symbol
from codemods.places import Expression
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.components import handing, running, working
from codemods.survey.shared_state.enabled import Enabled
from codemods.survey.shared_state.sharing import sharing_of
from codemods.survey.sites import Site

# So many functions hand a component on to each other, and so many names stand for one.
_DEEPEST = 4
_PARTS = ((".values", "()"), (".items", "()"))


def component_sites(program: TenantProgram) -> Iterator[Site]:
    """What a registry answers in a tenant's work, and collections of components that it goes through."""
    found: dict[Site, None] = {}
    work = sharing_of(program).work
    enabled = Enabled(program, work)
    for identifier in working(program, work):
        found.update(dict.fromkeys(_answers(program, enabled, identifier)))
        for run in running(program, enabled, identifier):
            found.update(dict.fromkeys(_collections(program, identifier, run.component, _DEEPEST)))
    yield from found


def _answers(program: TenantProgram, enabled: Enabled, identifier: Symbol) -> Iterator[Site]:
    path = program.file_of(identifier).path
    for handed in handing(program, enabled, identifier):
        on = "named-component-answer" if handed.by_name else "component-answer"
        yield Site(on, path, Expression(identifier.qualname, expression(handed.answer)))


def _collections(program: TenantProgram, frame: Symbol, component: Chain, depth: int) -> Iterator[Site]:
    """The collections that a component is taken from, here or where a function is handed it."""
    function = program.functions[frame]
    if depth == 0 or len(component) != 1:
        return
    for chain in function.assigned.get(component[0], ()):
        collection = _gone_through(chain)
        if collection and any(use.role == "each" and _gone_through(use.chain) == collection for use in function.uses):
            place = Expression(frame.qualname, expression(collection))
            yield Site("component-collection", program.file_of(frame).path, place)
        elif chain != component:
            yield from _collections(program, frame, chain, depth - 1)
    for caller, argument in _handed_over(program, frame, component[0]):
        yield from _collections(program, caller, argument, depth - 1)


def _gone_through(chain: Chain) -> Chain:
    """The collection whose items a loop's variables are, or all of what the loop goes through."""
    while chain[-1:] == ("[]",):
        chain = chain[:-1]
    return chain[:-2] if chain[-2:] in _PARTS else chain


def _handed_over(program: TenantProgram, function: Symbol, parameter: str) -> Iterator[tuple[Symbol, Chain]]:
    """What callers in view hand a function as one of its parameters."""
    names = [item.name for item in program.functions[function].parameters if item.name not in ("self", "cls")]
    if parameter not in names:
        return
    number = names.index(parameter)
    for caller in program.reaches.callers.get(function, ()):
        for use in program.functions[caller].uses:
            if use.chain[-1:] == ("()",) and program.named(use.chain[:-1], caller, frozenset({function})):
                argument = use.argument(number, parameter)
                if argument is not None and argument.chain:
                    yield caller, argument.chain
