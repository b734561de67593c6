"""The WebUI's applications: whether each has its guard (origins, frames, sessions that end), and keeps what handlers
depend on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.attributes import SETTING
from codemods.analysis.chains import chain_of, expression
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Expression
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding, webui_files

# The guard adds routes of its own, which no other application takes.
_GUARDED = ("FastAPI",)
_APPLICATIONS = (*_GUARDED, "Starlette")
# By this attribute tests put others in the place of what handlers depend on; and what takes that back.
_OVERRIDES = ".dependency_overrides"
_TAKING_BACK = ((".clear",), (".pop",))


def application_sites(program: TenantProgram) -> Iterator[Site]:
    """Where an application is made without a guard."""
    for frame, use in _unguarded(program, _GUARDED):
        yield Site("webui-application", program.file_of(frame).path, Expression(frame.qualname, expression(use.chain)))


def open_applications(program: TenantProgram) -> Iterator[Finding]:
    """The same, for people."""
    for frame, use in _unguarded(program):
        reason = phrase("other websites may call it as the admin and frame its page; sockets outlive their session")
        yield Finding(program.file_of(frame).path, use.line, reason, f"unguarded {expression(use.chain)}")


def replaced_dependencies(program: TenantProgram) -> Iterator[Finding]:
    """Where an application is told to call something else than what handlers say that they depend on."""
    for frame in sorted({*program.naming(_OVERRIDES[1:]), *program.naming_one_of(SETTING)}):
        for use in program.functions[frame].uses:
            cut = use.chain.index(_OVERRIDES) + 1 if _OVERRIDES in use.chain else 0
            is_set = not cut and use.chain[-1] == "()" and any(item.text == _OVERRIDES[1:] for item in use.arguments)
            is_replaced = cut and use.chain[cut : cut + 1] not in _TAKING_BACK and not _takes_out(program, frame, use)
            if is_set or is_replaced:
                reason = phrase("has handlers depend on something else: what asks for the token, or a tenant, may not")
                yield Finding(program.file_of(frame).path, use.line, reason, f"overrides {expression(use.chain)}")


def _takes_out(program: TenantProgram, frame: Symbol, use: Use) -> bool:
    """Whether a use is a `del` of one that was put there."""
    deleted = (node for node in program.sources.nodes(frame) if isinstance(node, ast.Delete))
    return any(
        isinstance(target, ast.Subscript) and (target.lineno, chain_of(target)) == (use.line, use.chain)
        for node in deleted
        for target in node.targets
    )


def _unguarded(program: TenantProgram, made: tuple[str, ...] = _APPLICATIONS) -> Iterator[tuple[Symbol, Use]]:
    for file in webui_files(program):
        for qualname, function in file.functions.items():
            frame = Symbol(file.module, qualname)
            for use in function.uses:
                if _makes_application(program, use, frame, made) and not _is_guarded(program, use, frame):
                    yield frame, use


def _makes_application(program: TenantProgram, use: Use, frame: Symbol, made: tuple[str, ...]) -> bool:
    if use.chain.count("()") != 1 or use.chain[-1] != "()":
        return False
    values = program.values(use.chain[:-1], frame)
    return any(value.kind == "outside" and value.name.name in made for value in values)


def _is_guarded(program: TenantProgram, use: Use, frame: Symbol) -> bool:
    return bool(use.given_to) and program.named(use.given_to, frame, program.state.entry_points.guarding)
