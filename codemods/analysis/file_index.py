"""Which files of a program import what, lie below which package, and name what; whose a name in a function is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain

from codemods.analysis.facts import FileFacts, FunctionFacts
from codemods.analysis.own_names import binds_itself
from codemods.analysis.symbols import MODULE_BODY, Symbol


class FileIndex:
    """Tables over all files of a program, each made when it is first asked."""

    def __init__(self, files: Mapping[str, FileFacts], functions: Mapping[Symbol, FunctionFacts]) -> None:
        self._files, self._functions = files, functions
        self._globals: dict[str, dict[str, list[Symbol]]] = {}

    def file(self, module: str) -> FileFacts:
        return self._files[module]

    def naming(self, name: str) -> Sequence[Symbol]:
        """The functions that evaluate something by a name or attribute, in the order of the files."""
        return self._naming.get(name, ())

    def naming_one_of(self, names: Iterable[str]) -> frozenset[Symbol]:
        """The functions that evaluate something by any of some names."""
        return frozenset(identifier for name in names for identifier in self.naming(name))

    @cached_property
    def _naming(self) -> dict[str, list[Symbol]]:
        found: dict[str, list[Symbol]] = defaultdict(list)
        for identifier, function in self._functions.items():
            parts = set(chain.from_iterable(use.chain for use in function.uses))
            for name in {part.removeprefix(".") for part in parts}:
                found[name].append(identifier)
        return found

    def importers(self, modules: Iterable[str]) -> list[FileFacts]:
        """The files that import any of these modules, or from them, in order."""
        found = {file.path: file for module in modules for file in self._importers.get(module, ())}
        return [found[path] for path in sorted(found)]

    @cached_property
    def _importers(self) -> dict[str, list[FileFacts]]:
        found: dict[str, list[FileFacts]] = defaultdict(list)
        for file in self._files.values():
            for module in {target.module for each in file.functions.values() for target in each.imports.values()}:
                found[module].append(file)
        return found

    def modules_of(self, package: str) -> Sequence[str]:
        """A package and all that is below it, in order."""
        return self._below.get(package, ())

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for module in self._files:
            for end in (*(end for end, letter in enumerate(module) if letter == "."), len(module)):
                found[module[:end]].append(module)
        return found

    def is_imported(self, module: str) -> bool:
        """Whether any other file of the program imports a module."""
        return module in self._imported

    @cached_property
    def _imported(self) -> set[str]:
        return {
            name
            for home, file in self._files.items()
            for function in file.functions.values()
            for target in function.imports.values()
            for name in (target.module, target.dotted)
            if name != home
        }

    def is_package(self, name: str) -> bool:
        """Whether a name is a module of the program, or what modules are below."""
        return name in self._below

    def declared_global(self, module: str) -> Mapping[str, Sequence[Symbol]]:
        """The functions of a file that make a name the file's own, by that name."""
        if module not in self._globals:
            found = self._globals[module] = defaultdict(list)
            for qualname, function in self._files[module].functions.items():
                for name in function.global_names:
                    found[name].append(Symbol(module, qualname))
        return self._globals[module]

    def binds(self, identifier: Symbol, name: str) -> bool:
        """Whether a name in a function is its own, or one of a function around it, and not the module's."""
        return self.scope(identifier, name) is not None

    def scope(self, identifier: Symbol, name: str) -> Symbol | None:
        """The function whose own a name in a function is: that one or one around it; None where it is the module's."""
        module, qualname = identifier.module, identifier.qualname
        while qualname and qualname != MODULE_BODY:
            current = Symbol(module, qualname)
            function = self._functions.get(current)
            if function is not None and name not in function.nonlocal_names:
                if name in function.global_names:
                    return None
                if binds_itself(function, name):
                    return current
            qualname = qualname.rpartition(".<locals>.")[0]
        return None
