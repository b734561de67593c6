"""Sockets of the process: what they show is what it does for those who ask it, and nothing of a tenant's."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import Symbol
from codemods.places import Decorators
from codemods.survey.program import TenantProgram, once
from codemods.survey.requests import handlers_of
from codemods.survey.routes import registering_decorators
from codemods.survey.shared_state.work import is_admins
from codemods.survey.sites import Site
from codemods.survey.webui.asking import checks_itself, is_wrapped, unasked_lines
from codemods.survey.webui.broadcasts import tellers_of
from codemods.survey.webui.carried import carried
from codemods.survey.webui.handlers import anonymous_sites


def asking_sites(program: TenantProgram) -> Iterator[Site]:
    """The handlers that a decorator can make ask for the token; those of such sockets ask for the admin as well."""
    sockets = {
        (program.file_of(handler).path, handler.qualname): registering_decorators(program, handler)
        for handler in process_sockets(program)
    }
    yield from (site for site in anonymous_sites(program) if (site.path, site.place.what) not in sockets)
    for (path, name), below in sockets.items():
        yield Site("process-socket", path, Decorators(name, below))


@once
def process_sockets(program: TenantProgram) -> tuple[Symbol, ...]:
    return tuple(
        handler
        for handler, route in handlers_of(program).items()
        if route.websocket and not is_admins(program, handler) and _is_processes(program, handler)
        if _can_ask(program, handler)
    )


def _is_processes(program: TenantProgram, handler: Symbol) -> bool:
    """Whether a socket is shown what others say, all of whom ask for what is no tenant's, and nothing else."""
    tellers = frozenset(tellers_of(program, handler))
    asking = [other for teller in tellers for other in _asking(program, teller)]
    routes = handlers_of(program)
    return (
        bool(asking)
        and not any(
            routes[item].websocket or program.path_to_state(item, unscoped_only=False) is not None for item in asking
        )
        and program.path_to_state(handler, unscoped_only=False) is None
    )


def _asking(program: TenantProgram, teller: Symbol) -> set[Symbol]:
    """The handlers from which a function gets what it says."""
    carrying, found = carried(program).before, {teller}
    queue = [teller]
    while queue:
        for caller in program.reaches.callers.get(queue.pop(), ()):
            if caller in carrying and caller not in found:
                found.add(caller)
                queue.append(caller)
    return found & handlers_of(program).keys()


def _can_ask(program: TenantProgram, handler: Symbol) -> bool:
    """Whether a handler asks nobody for a token yet, or does so by a decorator of ours."""
    is_open = bool(unasked_lines(program, handler, websocket=True)) and not checks_itself(program, handler)
    return is_open or is_wrapped(program, handler)
