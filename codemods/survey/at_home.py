"""A plugin in its own repository: its imports of itself by the name that its folder has in a host tree lead home."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from codemods.analysis.facts import FileFacts, FunctionFacts
from codemods.analysis.symbols import Symbol


def at_home(files: Sequence[FileFacts]) -> Sequence[FileFacts]:
    """These files, where they are a plugin's alone with imports that lead to each other."""
    modules = {file.module for file in files}
    packages = {".".join(module.split(".")[:2]) for module in modules}
    if len(packages) != 1 or not all(name.startswith("plugins.") for name in packages):
        return files
    (package,) = packages
    return [
        replace(
            file,
            functions={name: _led_home(function, package, modules) for name, function in file.functions.items()},
        )
        for file in files
    ]


def _led_home(function: FunctionFacts, package: str, modules: Container[str]) -> FunctionFacts:
    imports = _targets(function.imports, package, modules)
    return replace(function, imports=imports, also_imports=_targets(function.also_imports or {}, package, modules))


def _targets(imports: Mapping[str, Symbol], package: str, modules: Container[str]) -> dict[str, Symbol]:
    return {name: _target(package, target, modules) for name, target in imports.items()}


def _target(package: str, target: Symbol, modules: Container[str]) -> Symbol:
    parts = target.module.split(".")
    if "plugins" not in parts[:2] or target.module in modules:
        return target
    for start in range(parts.index("plugins") + 2, len(parts)):
        own = ".".join([package, *parts[start:]])
        if own in modules:
            return Symbol(own, target.qualname)
    return target
