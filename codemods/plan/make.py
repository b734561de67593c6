"""Recipes × survey → changes. A file is parsed with LibCST only when some recipe edits it, once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

from codemods.changes import Change, Edit, Step, require_valid
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import Codemod, Recipe, Support, all_recipes
from codemods.places import Decorators, Definition, Place
from codemods.survey.sites import Site
from codemods.survey.survey import Survey
from codemods.survey.taken_back.applied import is_done
from codemods.survey.verdicts import GLOBAL, INSECURE, Finding
from codemods.terminal.progress import Told, to_nobody
from codemods.tree import Checkout, module_name

_ADD_DEFINITIONS = "add_definitions.AddDefinitions"
# Below this many files, a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 3


@dataclass(frozen=True)
class Plan:
    """What the recipes do to a checkout, what they leave to a person, and which were passed over, and why."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A command at its places of a file, for a recipe."""

    recipe: str
    command: str
    places: tuple[Place, ...]
    options: Mapping[str, Any]


@dataclass
class _Work:
    """One file on its way: the commands to run over it, in order, and the edits they stand for."""

    path: str
    module: str
    # What is on disk (None for a file that the tree gets), and what the commands start from.
    before: bytes | None
    start: bytes
    runs: list[_Run] = field(default_factory=list)
    # The recipes whose edits of other files stand on this one, and what is edited together with others or not at all.
    supports: set[str] = field(default_factory=set)
    together: set[str] = field(default_factory=set)
    edits: list[Edit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of a file: its bytes after each recipe that ran over it, none where it is left alone."""

    path: str
    after: bytes
    warnings: tuple[str, ...]
    steps: tuple[tuple[str, bytes], ...] = ()


def make_plan(
    checkout: Checkout,
    survey: Survey,
    recipes: Sequence[Recipe],
    *,
    named: bool = False,
    paths: Sequence[str] = (),
    all_handlers: bool = False,
    workers: int = 1,
    without: frozenset[str] = frozenset(),
    tell: Told = to_nobody,
) -> Plan:
    """What `recipes` (in order) do to a checkout.

    `named`: the user named the recipes, so that one which cannot run is an error and not passed over. `paths`: edit
    only files that match one of these, and add what those edits stand on. `all_handlers`: wrap every WebUI handler.
    `without`: the plugins to leave alone, because one of their files could not be edited.
    Raises TenantizeError for a tree that cannot be migrated, or a path that names nothing.
    """
    _require_matches(checkout, paths)
    passed_over: list[str] = []
    findings: list[Finding] = []
    running: list[tuple[Recipe, list[_Edits]]] = []
    for recipe in recipes:
        obstacle = _obstacle(recipe, checkout, survey, [other for other, _ in running])
        if obstacle:
            if named:
                raise TenantizeError(obstacle)
            if checkout.plugin is None:  # else it is for trees only, which needs no mention
                passed_over.append(obstacle)
            continue
        findings += _left_to_a_person(survey, recipe)
        running.append((recipe, list(_edits(recipe, survey, paths, all_handlers, without))))
    needed: set[str] = set()
    for recipe, edits in reversed(running):
        if edits or recipe.name in needed or _wanted_alone(recipe, paths):
            needed.update((recipe.name, *recipe.requires))
    work = _Files(checkout)
    for recipe, edits in running:
        if recipe.name in needed:
            if checkout.plugin is None:
                _lay_ground(recipe, survey, work)
            for each in edits:
                work.edit(recipe, each)
    changes = [work.changed(item, item.start, ()) for item in work.values() if not item.runs]
    items = [item for item in work.values() if item.runs]
    results = _run_all(items, workers, tell)
    failed = {name for item, result in zip(items, results, strict=True) if result.warnings for name in item.together}
    if failed:
        again = make_plan(
            checkout,
            survey,
            recipes,
            named=named,
            paths=paths,
            all_handlers=all_handlers,
            workers=workers,
            without=without | failed,
            tell=tell,
        )
        reasons = [Finding(result.path, 1, warning) for result in results for warning in result.warnings]
        return replace(again, findings=tuple(dict.fromkeys((*again.findings, *reasons))))
    for item, result in zip(items, results, strict=True):
        if item.supports and result.warnings:
            raise TenantizeError(f"{item.path}: {result.warnings[0]}, and the rest stands on it. Nothing was changed.")
        findings += [Finding(item.path, 1, warning) for warning in result.warnings]
        if result.after != item.before:
            changes.append(work.changed(item, result.after, result.steps))
    return Plan(tuple(sorted(changes, key=lambda change: change.path)), tuple(findings), tuple(passed_over))


# What a recipe edits


@dataclass(frozen=True, slots=True)
class _Edits:
    """What one codemod does to one file, and where."""

    codemod: Codemod
    path: str
    places: tuple[Place, ...]
    together: str = ""


class _Files(dict[str, _Work]):
    """The files that a plan touches, by path."""

    def __init__(self, checkout: Checkout) -> None:
        super().__init__()
        self.checkout = checkout

    def open(self, path: str, edits: Sequence[Edit]) -> _Work:
        """A file of the tree, with a note of who edits it."""
        if path not in self:
            file = self.checkout.by_path[path]
            self[path] = _Work(path, file.module, file.data, file.data)
        self[path].edits += edits
        return self[path]

    def add(self, path: str, data: bytes, edit: Edit) -> None:
        """A file that the tree does not have. Where several recipes bring it, it is the first one's."""
        if path in self:
            return
        self[path] = _Work(path, module_name(path), None, data, edits=[edit])

    def edit(self, recipe: Recipe, edits: _Edits) -> _Work:
        codemod = edits.codemod
        item = self.open(edits.path, [Edit(recipe.name, (place.what,)) for place in edits.places])
        item.runs.append(_Run(recipe.name, codemod.command, edits.places, codemod.options))
        item.together |= {edits.together} - {""}
        return item

    @staticmethod
    def changed(item: _Work, after: bytes, steps: Sequence[tuple[str, bytes]]) -> Change:
        """What becomes of a file, and its way there: a new one begins as the support file that it is."""
        states = [(item.edits[0].recipe, item.start), *steps] if item.before is None else steps
        befores = [item.before, *(data for _, data in states)]
        taken = tuple(
            Step(recipe, data, recipe in item.supports or (item.before is None and number == 0))
            for number, ((recipe, data), before) in enumerate(zip(states, befores, strict=False))
            if data != before
        )
        return Change(item.path, item.before, after, tuple(item.edits), taken, frozenset(item.together))


def _edits(
    recipe: Recipe, survey: Survey, paths: Sequence[str], all_handlers: bool, without: frozenset[str]
) -> Iterator[_Edits]:
    """What a recipe's codemods do to the places of their kinds, file by file."""
    party = recipe.name if recipe.whole else ""
    kinds = [
        (codemod, [replace(site, together=site.together or party) for site in _sites(survey, codemod.on, all_handlers)])
        for codemod in recipe.codemods
        if codemod.on
    ]
    wanted = {site.together for _, sites in kinds for site in sites if path_matches(site.path, paths)} - {""}
    for codemod, sites in kinds:
        by_file: dict[tuple[str, str], list[Place]] = {}
        for site in sites:
            if site.together not in without and (site.together in wanted or path_matches(site.path, paths)):
                by_file.setdefault((site.path, site.together), []).append(site.place)
        for (path, together), places in sorted(by_file.items()):
            yield _Edits(codemod, path, tuple(places), together)


def _sites(survey: Survey, on: str, all_handlers: bool) -> Iterator[Site]:
    """The places of a checkout that a codemod asks for by the name of their kind."""
    yield from survey.sites(on)
    verdicts = {INSECURE, GLOBAL} if all_handlers else {INSECURE}
    for entry in survey.entry_points(on):
        if entry.verdict in verdicts and not entry.by_hand:
            yield Site(on, entry.path, Decorators(entry.qualname, entry.registering))


def _left_to_a_person(survey: Survey, recipe: Recipe) -> list[Finding]:
    """What a recipe is for but leaves alone, and why."""
    if not recipe.mends:
        return []
    by_hand = [
        Finding(entry.path, entry.line, entry.left or entry.reason)
        for entry in survey.entry_points(*recipe.mends)
        if entry.by_hand and entry.verdict == INSECURE
    ]
    return [*survey.findings(*recipe.mends), *by_hand]


# What a recipe's edits stand on


def _lay_ground(recipe: Recipe, survey: Survey, work: _Files) -> None:
    """Note what of a recipe's support files and fixed places the tree lacks."""
    from codemods.commands.editing.named import command_named

    for support in recipe.supports:
        _add_support(recipe, support, survey, work)
    for codemod in recipe.codemods:
        if codemod.at is not None and not is_done(survey.program, codemod.at, codemod.unless):
            path, _, place = codemod.at.partition(":")
            at = command_named(codemod.command).PLACE.parse(place)
            work.edit(recipe, _Edits(codemod, path, (at,))).supports.add(recipe.name)


def _add_support(recipe: Recipe, support: Support, survey: Survey, work: _Files) -> None:
    """Note what of a support file the tree lacks."""
    missing = _missing(support, survey)
    if not missing:
        return
    edit = Edit(recipe.name, tuple(name for name in missing if not name.startswith("_")))
    if support.target not in work.checkout.by_path:
        work.add(support.target, support.source.read_bytes(), edit)
        for package in _missing_packages(support.target, work.checkout):
            work.add(package, b"", edit)
    elif support.merge:
        item = work.open(support.target, [edit])
        options = {"source": str(support.source), "after": support.after}
        item.runs.append(_Run(recipe.name, _ADD_DEFINITIONS, tuple(map(Definition, missing)), options))
        item.supports.add(recipe.name)
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
    """Those of the names ("function", "Class", "Class.member") that a module of the tree does not define."""
    file = survey.program.files.get(module_name(path))
    if file is None:
        return ()
    there = {*file.body.nested, *file.body.imports, *file.body.assigned}
    for cls in file.classes.values():
        there.update(f"{cls.qualname}.{name}" for name in (*cls.methods, *cls.assigned, *cls.annotated))
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
    if checkout.plugin is not None:
        return (
            None if recipe.plugins else f"{recipe.name} is for MaiMBot checkouts, and {checkout.root.name} is a plugin."
        )
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
        if lacking := _undefined(need.defines, need.file, survey):
            return f"{recipe.name} needs {lacking[0]} in {need.file}; {need.otherwise}."
    for support in recipe.supports:
        if lacking := _undefined(support.uses, support.target, survey):
            return (
                f"{support.target} defines no {lacking[0]}, on which {recipe.name} builds: give it the reference "
                "tree's interface, or move it away to get that one."
            )
    return _missing_ground(recipe, survey, running)


def _missing_ground(recipe: Recipe, survey: Survey, running: Sequence[Recipe]) -> str | None:
    """What a required recipe has not brought yet and does not bring now, or None."""
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
    """Whether a recipe is for the tree's own files, and not only for what its sites stand on."""
    fixed = [codemod.at.partition(":")[0] for codemod in recipe.codemods if codemod.at]
    if not recipe.codemods:
        fixed = [support.target for support in recipe.supports]
    return any(path_matches(path, paths) for path in fixed)


def path_matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path matches a glob ('*' also crosses folders) or lies in a named folder. Yes where there is none."""
    return not patterns or any(
        fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/") for pattern in patterns
    )


def _require_matches(checkout: Checkout, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        if not any(path_matches(path, [pattern]) for path in checkout.by_path):
            raise TenantizeError(
                f"--path {pattern} matches no Python file of this checkout: give a path or glob from its root, "
                "such as 'src/webui/*'."
            )


# Running commands


def _run_all(items: Sequence[_Work], workers: int, tell: Told) -> list[_Result]:
    if not items:
        return []
    if workers < 2 or len(items) < _WORTH_A_SECOND_PROCESS:
        return list(_counted(map(_run, items), len(items), tell))
    largest_first = sorted(items, key=lambda item: -len(item.start))
    with ProcessPoolExecutor(workers) as pool:
        done = _counted(pool.map(_run, largest_first), len(items), tell)
        results = {result.path: result for result in done}
    return [results[item.path] for item in items]


def _counted(results: Iterable[_Result], count: int, tell: Told) -> Iterator[_Result]:
    for number, result in enumerate(results, 1):
        tell("Rewriting", number, count)
        yield result


def _run(item: _Work) -> _Result:
    """Run a file's commands over its tree. A file that cannot be given back as it was is left alone."""
    import libcst as cst
    from libcst.codemod import CodemodContext

    from codemods.commands.editing.named import command_named, read_options
    from codemods.commands.scoped import apply_imports

    try:
        tree = cst.parse_module(item.start)
    except (cst.ParserSyntaxError, RecursionError) as error:
        return _Result(item.path, item.start, (f"LibCST cannot parse it ({type(error).__name__}): it is left alone",))
    if tree.bytes != item.start:
        return _Result(item.path, item.start, ("LibCST does not give it back byte for byte, so it is left alone",))
    # No command asks for metadata, so none is worked out, and the imports of all are added together at the end.
    module = item.module
    package = module if PurePosixPath(item.path).name == "__init__.py" else module.rpartition(".")[0]
    context = CodemodContext(filename=item.path, full_module_name=module, full_package_name=package)
    steps = []
    try:
        for recipe, runs in groupby(item.runs, key=attrgetter("recipe")):
            for run in runs:
                command = command_named(run.command)
                options = read_options(command, run.options)
                tree = command(context, run.places, **options).transform_module_impl(tree)
            steps.append((recipe, apply_imports(context, tree).bytes))
            require_valid(item.path, steps[-1][1])
    except SyntaxError as error:
        return _Result(item.path, item.start, (f"the edit would not compile ({error}), so it is left alone",))
    return _Result(item.path, steps[-1][1], tuple(context.warnings), tuple(steps))
