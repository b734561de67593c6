"""Recipes × survey → changes. A file is parsed with LibCST only when some recipe edits it, once for all of them."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from codemods.changes import Change, Edit
from codemods.errors import TenantizeError
from codemods.recipe import Recipe, Support, all_recipes
from codemods.survey import Survey
from codemods.survey.verdicts import GLOBAL, INSECURE, Finding
from codemods.tree import Checkout, module_name

_ADD_DEFINITIONS = "add_definitions.AddDefinitions"
# Below this many files, a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 3


@dataclass(frozen=True, slots=True)
class Site:
    """A place that a codemod edits: the file, and how its command names the place."""

    path: str
    argument: str


@dataclass(frozen=True)
class Plan:
    """What the recipes do to a checkout, what they leave to a person, and which were passed over, and why."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    passed_over: tuple[str, ...]


@dataclass
class _Work:
    """One file on its way: the commands to run over it, in order, and the edits that they stand for."""

    path: str
    before: bytes
    commands: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    # Whether edits of other files stand on this one.
    supports: bool = False
    edits: list[Edit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Result:
    path: str
    after: bytes
    warnings: tuple[str, ...]


def make_plan(
    checkout: Checkout,
    survey: Survey,
    recipes: Sequence[Recipe],
    *,
    named: bool = False,
    paths: Sequence[str] = (),
    all_handlers: bool = False,
    workers: int = 1,
) -> Plan:
    """What `recipes` (in order) do to a checkout.

    `named`: the user named the recipes, so that one which cannot run is an error and not passed over. `paths`: edit
    only files that match one of these, and add what those edits stand on. `all_handlers`: wrap every WebUI handler.
    Raises TenantizeError for a tree that cannot be migrated, or a path that names nothing.
    """
    _require_matches(checkout, paths)
    work: dict[str, _Work] = {}
    added: dict[str, Change] = {}
    passed_over: list[str] = []
    findings: list[Finding] = []
    running: list[Recipe] = []
    needed: set[str] = set()
    for recipe in recipes:
        obstacle = _obstacle(recipe, checkout, survey, running)
        if obstacle:
            if named:
                raise TenantizeError(obstacle)
            passed_over.append(obstacle)
            continue
        running.append(recipe)
        findings += _left_to_a_person(survey, recipe)
        if _add_edits(recipe, checkout, survey, work, paths, all_handlers):
            needed.add(recipe.name)
    for recipe in reversed(running):
        if recipe.name in needed:
            needed.update(recipe.requires)
        elif not recipe.codemods and _wanted_alone(recipe, paths):
            needed.add(recipe.name)
    for recipe in running:
        if recipe.name in needed:
            for support in recipe.supports:
                _add_support(recipe, support, checkout, survey, work, added)
    changes = [*added.values()]
    for item, result in zip(work.values(), _run_all(list(work.values()), workers), strict=True):
        if item.supports and result.warnings:
            raise TenantizeError(f"{item.path}: {result.warnings[0]}, and the rest stands on it. Nothing was changed.")
        findings += [Finding(item.path, 1, warning) for warning in result.warnings]
        if result.after != item.before:
            changes.append(Change(item.path, item.before, result.after, tuple(item.edits)))
    return Plan(tuple(sorted(changes, key=lambda change: change.path)), tuple(findings), tuple(passed_over))


# What a recipe edits


def _add_edits(
    recipe: Recipe,
    checkout: Checkout,
    survey: Survey,
    work: dict[str, _Work],
    paths: Sequence[str],
    all_handlers: bool,
) -> bool:
    """Note a recipe's commands for each file they edit. False when there is nothing to edit."""
    any_site = False
    for codemod in recipe.codemods:
        by_file: dict[str, list[str]] = {}
        for site in _sites(survey, codemod.on, all_handlers):
            if _matches(site.path, paths):
                by_file.setdefault(site.path, []).append(site.argument)
        for path, arguments in sorted(by_file.items()):
            any_site = True
            item = work.setdefault(path, _Work(path, checkout.by_path[path].data))
            item.commands.append((codemod.command, {**codemod.options, codemod.argument: arguments}))
            item.edits += [Edit(recipe.name, argument) for argument in arguments]
    return any_site


def _sites(survey: Survey, on: str, all_handlers: bool) -> Iterator[Site]:
    """The places of a checkout that a codemod asks for by the name of their kind."""
    if on == "shared-connections":
        for place in survey.shared_connections:
            yield Site(place.path, f"{place.qualname}={place.collection}")
        return
    verdicts = {INSECURE, GLOBAL} if all_handlers else {INSECURE}
    for entry in survey.entry_points(on):
        if entry.verdict in verdicts and not entry.by_hand:
            yield Site(entry.path, f"{entry.qualname}={entry.registering}")


def _left_to_a_person(survey: Survey, recipe: Recipe) -> list[Finding]:
    """What a recipe is for but leaves alone, and why."""
    if not recipe.mends:
        return []
    by_hand = [
        Finding(entry.path, entry.line, entry.reason)
        for entry in survey.entry_points(*recipe.mends)
        if entry.by_hand and entry.verdict == INSECURE
    ]
    return [*survey.findings(*recipe.mends), *by_hand]


def _add_support(
    recipe: Recipe,
    support: Support,
    checkout: Checkout,
    survey: Survey,
    work: dict[str, _Work],
    added: dict[str, Change],
) -> None:
    """Note what of a support file the tree lacks."""
    missing = _missing(support, survey)
    if not missing:
        return
    edit = Edit(recipe.name, ", ".join(name for name in missing if not name.startswith("_")))
    there = checkout.by_path.get(support.target)
    if there is None:
        added[support.target] = Change(support.target, None, support.source.read_bytes(), (edit,))
        for package in _missing_packages(support.target, checkout):
            added[package] = Change(package, None, b"", (edit,))
    elif support.merge:
        item = work.setdefault(support.target, _Work(support.target, there.data))
        options = {"source": str(support.source), "names": list(missing), "after": support.after}
        item.commands.append((_ADD_DEFINITIONS, options))
        item.supports = True
        item.edits.append(edit)
    else:
        raise TenantizeError(
            f"{support.target} exists and does not define {missing[0]}: rename that file, then run {recipe.name} again."
        )


def _missing(support: Support, survey: Survey) -> tuple[str, ...]:
    """The names of a support file that the tree's module does not define."""
    if module_name(support.target) not in survey.program.files:
        return support.defines
    return _undefined(support.defines, support.target, survey)


def _undefined(names: Sequence[str], path: str, survey: Survey) -> tuple[str, ...]:
    """Those of the names that a module of the tree does not define; none where there is no such module."""
    file = survey.program.files.get(module_name(path))
    if file is None:
        return ()
    body = file.body
    there = {*body.nested, *body.imports, *body.assigned}
    return tuple(name for name in names if name not in there)


def _missing_packages(target: str, checkout: Checkout) -> list[str]:
    """The `__init__.py` files that a new module's folders lack, where the folders above have theirs."""
    missing = []
    for folder in list(PurePosixPath(target).parents)[:-1]:
        init = f"{folder}/__init__.py"
        if init in checkout.by_path or any(path.startswith(f"{folder}/") for path in checkout.by_path):
            break
        missing.append(init)
    return missing


# What stands in the way


def _obstacle(recipe: Recipe, checkout: Checkout, survey: Survey, running: Sequence[Recipe]) -> str | None:
    """Why a recipe cannot run on this tree, or None. Raises TenantizeError when a file that it needs is broken."""
    needed = [need.file for need in recipe.needs] + [support.target for support in recipe.supports]
    for broken in survey.broken:
        if broken.path in needed:
            raise TenantizeError(
                f"{broken.path}:{broken.line}:{broken.column} cannot be read ({broken.message}), and {recipe.name} "
                "needs it. Nothing was changed: put that right and run it again."
            )
    for need in recipe.needs:
        if need.file not in checkout.by_path:
            return f"{recipe.name} needs {need.file}; {need.otherwise}."
    for support in recipe.supports:
        if lacking := _undefined(support.uses, support.target, survey):
            return (
                f"{support.target} defines no {lacking[0]}, on which {recipe.name} builds: give it the reference "
                "tree's interface, or move it away to get that one."
            )
    for required in all_recipes():
        if required.name not in recipe.requires or required in running:
            continue
        for support in required.supports:
            if _missing(support, survey):
                return (
                    f"{recipe.name} stands on {required.name}, which would create {support.defines[0]} in "
                    f"{support.target}: run that first, or both together (--recipe {required.name})."
                )
    return None


def _wanted_alone(recipe: Recipe, paths: Sequence[str]) -> bool:
    return any(_matches(support.target, paths) for support in recipe.supports)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path matches a glob ('*' also crosses folders) or lies in a named folder. Yes where there is none."""
    return not patterns or any(
        fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/") for pattern in patterns
    )


def _require_matches(checkout: Checkout, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        if not any(_matches(path, [pattern]) for path in checkout.by_path):
            raise TenantizeError(
                f"--path {pattern} matches no Python file of this checkout: give a path or glob from its root, "
                "such as 'src/webui/*'."
            )


# Running commands


def _run_all(items: Sequence[_Work], workers: int) -> list[_Result]:
    if not items:
        return []
    if workers < 2 or len(items) < _WORTH_A_SECOND_PROCESS:
        return [_run(item) for item in items]
    largest_first = sorted(items, key=lambda item: -len(item.before))
    with ProcessPoolExecutor(workers) as pool:
        results = {result.path: result for result in pool.map(_run, largest_first)}
    return [results[item.path] for item in items]


def _run(item: _Work) -> _Result:
    """Run a file's commands over its tree. A file that cannot be given back as it was is left alone."""
    import libcst as cst
    from libcst.codemod import CodemodContext

    from codemods.commands.scoped import apply_imports

    try:
        tree = cst.parse_module(item.before)
    except (cst.ParserSyntaxError, RecursionError) as error:
        return _Result(item.path, item.before, (f"LibCST cannot parse it ({type(error).__name__}): it is left alone",))
    if tree.bytes != item.before:
        return _Result(item.path, item.before, ("LibCST does not give it back byte for byte, so it is left alone",))
    # No command asks for metadata, so none is worked out, and the imports of all are added together at the end.
    module = module_name(item.path)
    package = module if item.path.endswith("/__init__.py") else module.rpartition(".")[0]
    context = CodemodContext(filename=item.path, full_module_name=module, full_package_name=package)
    for name, options in item.commands:
        file, _, command = name.rpartition(".")
        kind = getattr(importlib.import_module(f"codemods.commands.{file}"), command)
        tree = kind(context, **options).transform_module_impl(tree)
    after = apply_imports(context, tree).bytes
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tree's own escapes are not this tool's to report
            compile(after, item.path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return _Result(item.path, item.before, (f"the edit would not compile ({error}), so it is left alone",))
    return _Result(item.path, after, tuple(context.warnings))
