"""The handlers of the process's stop that do nothing but to end what a plugin's work for tenants keeps."""

from __future__ import annotations

import ast
from functools import cached_property

from codemods.analysis.chains import full_chain
from codemods.analysis.symbols import Symbol
from codemods.survey.lookups import method_of
from codemods.survey.plugins.first_values import PluginHolder
from codemods.survey.plugins.plugin_code import Part
from codemods.survey.plugins.plugin_files import PluginFiles
from codemods.survey.plugins.plugin_state import PluginState
from codemods.survey.plugins.subscriptions import Subscriptions
from codemods.survey.plugins.unclear import UnclearChanges

# What a handler of the stop may call besides, whatever it ends.
_WAITING = (
    *("asyncio", "contextlib", "json", "src.common.logger", "logging:getLogger"),
    *("src.plugin_system:get_logger", "time"),
)


class Ends:
    """What of one plugin runs when the process stops."""

    def __init__(
        self, state: PluginState, files: PluginFiles, unclear: UnclearChanges, subscriptions: Subscriptions
    ) -> None:
        self.state, self.code, self.program = state, state.code, state.program
        self.files, self.unclear, self.subscriptions = files, unclear, subscriptions

    def of(self, holders: set[PluginHolder]) -> list[Symbol]:
        """The handlers that end these, and nothing else."""
        return [execute for execute in self._executes if self._ends_only(execute, holders)] if holders else []

    def _ends_only(self, execute: Symbol, holders: set[PluginHolder]) -> bool:
        whole = [Part(execute)]
        return (
            not holders.isdisjoint(self.state.used_by(whole))
            and holders.issuperset(self.state.used_by(whole, changed=True, handed=False))
            and not self.files.shared(self.state.closure(whole), {})
            and not self.code.evidence("process", whole[0])
            and self.unclear.first(whole) is None
            and not any(self.code.unfollowed(part) or self._ends_others(part) for part in self.state.closure(whole))
        )

    def _ends_others(self, part: Part) -> bool:
        """Whether a part calls something imported for its effect, and not to log or to wait."""
        for node in self.program.sources.nodes(part.function):
            called = node.value if isinstance(node, ast.Expr) else None
            called = called.value if isinstance(called, ast.Await) else called
            chain = full_chain(called.func) if isinstance(called, ast.Call) else ()
            is_file = self.code.is_file_use((*chain, "()"))  # which is looked at by itself
            if chain and not is_file and self.code.is_imported(chain[0], part.function):
                values = self.program.values(chain[:1], part.function)
                if any(value.kind == "outside" and not str(value.name).startswith(_WAITING) for value in values):
                    return True
        return False

    @cached_property
    def _executes(self) -> list[Symbol]:
        stopping = self.program.state.entry_points.process_events[1]
        found: dict[Symbol, bool] = {}
        for cls in self.subscriptions.by_class:
            execute = method_of(self.program, cls, "execute")
            if execute is not None and self.code.owns(execute):
                found[execute] = found.get(execute, True) and self.subscriptions.events_of(cls) == {stopping}
        return [execute for execute, only_stops in found.items() if only_stops]
