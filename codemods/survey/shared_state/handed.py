"""The threads that are handed the tenant of what starts them: those that reach a tenant's data or files, or may."""

from __future__ import annotations

from codemods.analysis.chains import Chain, expression
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import NOWHERE, UNKNOWN
from codemods.messages import phrase
from codemods.survey.background.without import is_program_by_hand
from codemods.survey.never_made import never_run
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.own_paths import way_to_own_file
from codemods.survey.spawns import Spawn, thread_spawns


@once
def handed_threads(program: TenantProgram) -> tuple[Spawn, ...]:
    """The places that start such threads, and do not hand them their tenant yet."""
    return tuple(spawn for spawn in thread_spawns(program) if _gets_tenant(program, spawn))


def _gets_tenant(program: TenantProgram, spawn: Spawn) -> bool:
    if spawn.carried or spawn.obstacle or spawn.spawner in never_run(program):
        return False
    target = spawn.target
    reaches = program.path_to_state(target) or way_to_own_file(program, target) or way_to_anything(program, target)
    return bool(reaches) and not is_program_by_hand(program, spawn.spawner)


def way_to_anything(program: TenantProgram, target: Symbol) -> str | None:
    """The way to what a function is handed, or its object keeps, and it calls: whatever that is, it is run as well."""
    if target.module in program.brought:
        return None
    home = (target.module, program.functions[target].owner)
    own = program.reaches.run_by(
        [target], lambda edge: not edge.scoped and (edge.target.module, program.functions[edge.target].owner) == home
    )
    for function in own:
        for use in program.functions[function].uses:
            if use.chain[-1] == "()" and _is_handed(program, use.chain[:-1], function):
                names = dict.fromkeys(item.qualname.replace(".<locals>", "") for item in (target, function))
                return phrase("{way} → {name}", way=" → ".join(names), name=expression(use.chain))
    return None


def _is_handed(program: TenantProgram, callee: Chain, function: Symbol) -> bool:
    """Whether what is called is a name, or an attribute of the object, of which nobody knows what it stands for."""
    if len(callee) != 1 and not (len(callee) == 2 and callee[0] == "self"):
        return False
    values = program.values(callee, function)
    return bool(values) and all(value == UNKNOWN or value.name == NOWHERE for value in values)
