"""The functions that plugins call, and the shared state behind each."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.survey.facts import MODULE_BODY, FileFacts, FunctionFacts, Use
from codemods.survey.resolve import Program, expression
from codemods.survey.verdicts import EXEMPT, SCOPED, STATELESS, UNRESOLVED, UNSCOPED, ApiFunction


def api_functions(program: Program) -> Iterator[ApiFunction]:
    """Every public function of the API modules, and every public static method of their classes."""
    package = program.state.api_package
    for file in program.files.values():
        if not file.module.startswith(package + "."):
            continue
        for qualname, function in file.functions.items():
            if qualname != MODULE_BODY and _is_public(file, function):
                yield _api_verdict(program, f"{file.module}:{qualname}")


def _is_public(file: FileFacts, function: FunctionFacts) -> bool:
    parts = function.qualname.split(".")
    if "<locals>" in parts or any(part.startswith("_") for part in parts):
        return False
    return function.owner is None or any(
        use.chain in (("staticmethod",), ("classmethod",)) for use in function.decorators
    )


def _api_verdict(program: Program, identifier: str) -> ApiFunction:
    module = identifier.partition(":")[0]
    file, function = program.file_of(identifier), program.functions[identifier]
    state = _state_behind(program, identifier)
    path = program.path_to_state(identifier)
    if module in program.state.api_exempt:
        verdict, reason = EXEMPT, "runs while plugins are imported, before any tenant"
    elif any(program.named(chain, identifier, program.state.guards) for chain in function.first_reads):
        verdict, reason = SCOPED, "reads its tenant first"
    elif path is not None:
        verdict, reason = UNSCOPED, f"answers without a tenant: {path}"
    elif state:
        verdict, reason = UNSCOPED, f"shares {', '.join(state)} with every tenant"
    elif unknown := _unknown_state(program, identifier):
        verdict, reason = UNRESOLVED, f"line {unknown.line} touches {expression(unknown.chain)}, which no rule covers"
    else:
        verdict, reason = STATELESS, "touches no shared state"
    return ApiFunction(file.path, function.qualname, function.line, verdict, reason, state)


def _state_behind(program: Program, identifier: str) -> tuple[str, ...]:
    """The state that an API function uses: its own, and that of the API functions and methods it calls directly."""
    names: set[str] = set()
    path = program.path_to_state(identifier)
    if path is not None:
        names.add(path.touch.state)
    reach = program.reach(identifier)
    package = program.state.api_package
    near = [identifier, *(edge.target for edge in reach.edges if edge.target.startswith(package))]
    for function in near:
        reach = program.reach(function)
        names.update(touch.state for touch in (*reach.touches, *reach.shared))
    return tuple(sorted(names))


def _unknown_state(program: Program, identifier: str) -> Use | None:
    """A module-level object of the tree outside the APIs that a function uses, though state.toml does not name it."""
    package = program.state.api_package
    for use in program.functions[identifier].uses:
        if len(use.chain) < 2:
            continue
        home = _home_of(program, use.chain[0], identifier)
        values = program.values(use.chain[:1], identifier)
        is_object = any(value.kind == "instance" for value in values)
        if home and not home.startswith(package) and is_object and home in program.files:
            return use
    return None


def _home_of(program: Program, name: str, identifier: str) -> str | None:
    """The module that a function imports a name from, or None where it is no import."""
    module = identifier.partition(":")[0]
    for function in (program.functions[identifier], program.files[module].body):
        if name in function.imports:
            return function.imports[name].partition(":")[0]
    return None
