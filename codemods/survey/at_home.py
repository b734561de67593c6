"""Imports by names that modules have elsewhere lead home.

A plugin in its own repository imports itself by the name that its folder has in a host tree; and what puts a folder on
the path of modules imports what lies there by its bare name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from codemods.analysis.facts import FileFacts, FunctionFacts
from codemods.analysis.symbols import Symbol


def at_home(files: Sequence[FileFacts]) -> Sequence[FileFacts]:
    """These files, with imports that lead to each other."""
    modules = {file.module for file in files}
    packages = {".".join(module.split(".")[:2]) for module in modules}
    if len(packages) == 1 and all(name.startswith("plugins.") for name in packages):
        (package,) = packages
        files = [_led(file, lambda target: _target(package, target, modules)) for file in files]
    onto = {file.module.rpartition(".")[0] for file in files if _sets_path(file)}
    return [_beside(file, onto, modules) for file in files] if onto else files


def _sets_path(file: FileFacts) -> bool:
    """Whether a file puts a folder on the path of modules as it is imported."""
    return file.body.imports.get("sys") == Symbol("sys") and any(
        use.chain[:2] == ("sys", ".path") and len(use.chain) > 2 for use in file.body.uses
    )


def _beside(file: FileFacts, onto: Collection[str], modules: Collection[str]) -> FileFacts:
    """A file whose imports by bare names lead to what lies in a folder above it that some file puts on the path."""
    parts = file.module.split(".")
    above = [name for cut in range(len(parts) - 1, 0, -1) if (name := ".".join(parts[:cut])) in onto]
    return _led(file, lambda target: _found_in(above, target, modules)) if above else file


def _found_in(packages: Sequence[str], target: Symbol, modules: Collection[str]) -> Symbol:
    if target.module in modules or target.module.partition(".")[0] in sys.stdlib_module_names:
        return target
    found = (name for package in packages if (name := f"{package}.{target.module}") in modules)
    return Symbol(next(found, target.module), target.qualname)


def _led(file: FileFacts, home: Callable[[Symbol], Symbol]) -> FileFacts:
    return replace(file, functions={name: _led_home(function, home) for name, function in file.functions.items()})


def _led_home(function: FunctionFacts, home: Callable[[Symbol], Symbol]) -> FunctionFacts:
    imports = {name: home(target) for name, target in function.imports.items()}
    also = {name: home(target) for name, target in (function.also_imports or {}).items()}
    return replace(function, imports=imports, also_imports=also)


def _target(package: str, target: Symbol, modules: Collection[str]) -> Symbol:
    parts = target.module.split(".")
    if "plugins" not in parts[:2] or target.module in modules:
        return target
    for start in range(parts.index("plugins") + 2, len(parts)):
        own = ".".join([package, *parts[start:]])
        if own in modules:
            return Symbol(own, target.qualname)
    return target
