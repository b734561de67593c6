"""Commands run over files. A file is parsed with LibCST once for all of them, in one of several processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from codemods.analysis.patterns import are_too_deep
from codemods.changes import require_valid
from codemods.knowledge.recipes import Recipe
from codemods.messages import phrase
from codemods.places import Imported, Named, Place, named
from codemods.plan.files import FileToEdit
from codemods.plan.known import require_known_commands
from codemods.plan.room import encoded, with_room
from codemods.terminal.progress import ShowProgress

if TYPE_CHECKING:
    from libcst.codemod import CodemodContext

    from codemods.commands.editing.named import Command
    from codemods.plan.outline import Wanted
    from codemods.workers import Beside

    Rewriters = Beside["Order", "Rewritten"]

# Below this many files, a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 3


@dataclass(frozen=True, slots=True)
class Warned:
    """What a command could not do, and the function or class that it is about; "" for the whole file."""

    reason: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a file: its bytes, and those after each recipe where they were asked for; it is as it was, and
    has no stages, where it is left alone, which the warnings say."""

    path: str
    after: bytes
    warnings: tuple[Warned, ...]
    stages: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Files to rewrite by the commands of recipes; `stages`: also say what each is after each recipe."""

    files: Sequence[FileToEdit]
    recipes: Sequence[Recipe]
    stages: bool


def rewriters(workers: int) -> Rewriters:
    """A process that rewrites files, together with as many others as make up the number."""
    from codemods.workers import Beside

    return Beside(partial(_by_workers, workers=workers))


def rewrite(order: Order, by: Rewriters | None, tell: ShowProgress) -> list[Rewritten]:
    """Run the commands of recipes over files, here where nobody else does so. Raises TenantizeError where a recipe
    names a command that there is not."""
    if not order.files:  # LibCST takes a moment to load, which a tree with nothing to edit need not wait for
        return []
    if by is not None:
        by.ask(order)
    results = by.answers() if by is not None else _by_workers(order, 1)
    done = {result.path: result for result in _counted(results, len(order.files), tell)}
    return [done[file.path] for file in order.files]


def _by_workers(order: Order, workers: int) -> Iterator[Rewritten]:
    """Load the commands, and LibCST with them, and only then make the processes, which would each do it again."""
    from codemods.workers import Beside

    require_known_commands(order.recipes)
    files = sorted(order.files, key=lambda file: -len(file.start))
    count = workers if len(files) >= _WORTH_A_SECOND_PROCESS else 1
    work = partial(rewritten, stages=order.stages)
    with ExitStack() as stack:
        others = [stack.enter_context(Beside(partial(map, work))) for _ in range(1, count)]
        for number, other in enumerate(others):
            other.ask(files[number::count])
        for file in files[count - 1 :: count]:
            yield work(file)
            for other in others:
                yield from other.answers(is_waiting=False)
        for other in others:
            yield from other.answers()


def _counted(results: Iterable[Rewritten], count: int, tell: ShowProgress) -> Iterator[Rewritten]:
    for number, result in enumerate(results, 1):
        tell("Rewriting", number, count)
        yield result


def rewritten(file: FileToEdit, *, stages: bool) -> Rewritten:
    """Run a file's commands over its tree. A file that cannot be given back as it was is left alone."""
    return with_room(partial(_rewritten, file, stages=stages))


def _rewritten(file: FileToEdit, *, stages: bool) -> Rewritten:
    from codemods.plan.outline import MovedError

    with suppress(MovedError):
        done = _run(file, in_outline=True, stages=stages)
        if not done.warnings:
            return done
    return _run(file, in_outline=False, stages=stages)


def _run(file: FileToEdit, *, in_outline: bool, stages: bool) -> Rewritten:
    import libcst as cst
    from libcst.codemod import CodemodContext

    from codemods.commands.editing.imports import place_imports, written_by
    from codemods.plan.outline import Outline, outline_of
    from codemods.plan.text import Text

    # No command asks for metadata, so none is worked out, and the imports of all are added together at the end.
    package = file.module if PurePosixPath(file.path).name == "__init__.py" else file.module.rpartition(".")[0]
    context = CodemodContext(filename=file.path, full_module_name=file.module, full_package_name=package)
    commands, wanted = _commands(file, context)
    outline = outline_of(file.start, wanted) if in_outline and wanted else Outline(file.start)
    text = Text(outline)
    if are_too_deep(outline.data):
        return _left(file, phrase("it is nested too deeply to be edited, so it is left alone"))
    try:
        tree = cst.parse_module(outline.data)
        tree = tree.with_changes(default_indent=outline.indent or tree.default_indent)
        before = text.code(tree)
        is_same = encoded(before, tree.encoding) == file.start
    except (cst.ParserSyntaxError, RecursionError, UnicodeError, LookupError) as error:
        return _left(file, phrase("LibCST cannot parse it ({name}): it is left alone", name=type(error).__name__))
    except SyntaxError:
        is_same = False
    if not is_same:
        return _left(file, phrase("LibCST does not give it back byte for byte, so it is left alone"))
    written_by(context, text.code, before)
    texts: list[tuple[str, bytes]] = []
    warned: list[Warned] = []
    try:
        for recipe, runs in groupby(zip(file.runs, commands, strict=True), key=lambda pair: pair[0].recipe):
            for run, command in runs:
                said = len(context.warnings)
                tree = command.transform_module_impl(tree)
                warned += (_about(warning, run.places) for warning in context.warnings[said:])
            if stages:
                texts.append((recipe, text.edited(place_imports(context, tree), before)))
                require_valid(file.path, texts[-1][1])
        after = texts[-1][1] if texts else text.edited(place_imports(context, tree), before)
        require_valid(file.path, after)
    except SyntaxError as error:
        return _left(file, _not_compiled(file, error))
    except RecursionError:
        return _left(file, phrase("it is nested too deeply to be edited, so it is left alone"))
    return Rewritten(file.path, after, tuple(warned), tuple(texts))


def _commands(file: FileToEdit, context: CodemodContext) -> tuple[list[Command], Wanted | None]:
    """A file's commands, and what they look at; None for all of it."""
    from codemods.commands.editing.named import command_named, read_options
    from codemods.plan.outline import Wanted

    commands: list[Command] = []
    wanted: Wanted | None = Wanted()
    for run in file.runs:
        cls = command_named(run.command)
        options = read_options(cls, run.options)
        places = [named(cls.PLACE, place.what) if isinstance(place, Named) else place for place in run.places]
        command = cls(context, places, **options)
        commands.append(command)
        names = command.looks_into(places)
        if wanted is None or names is None:
            wanted = None
            continue
        wanted.add(names, command.top, command.classes, command.looks_for(places))
        written = (item for value in options.values() for item in (value if isinstance(value, tuple) else (value,)))
        wanted.words.update(item.name.encode() for item in written if isinstance(item, Imported))
    return commands, wanted


def _not_compiled(file: FileToEdit, error: SyntaxError) -> str:
    """Why a file does not compile once it is edited: it may not have done so before, though it parses."""
    try:
        require_valid(file.path, file.start)
    except SyntaxError as own:
        return phrase("Python does not compile it as it is ({error}), so it is left alone", error=own)
    return phrase("the edit would not compile ({error}), so it is left alone", error=error)


def _left(file: FileToEdit, reason: str) -> Rewritten:
    return Rewritten(file.path, file.start, (Warned(reason),))


def _about(warning: str, places: Sequence[Place]) -> Warned:
    """A command's warning, with the place that it names, else the first that it was to edit."""
    named = (place.what for place in places if place.what in warning)
    return Warned(warning, next(named, places[0].what if places else ""))
