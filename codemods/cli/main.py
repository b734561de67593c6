"""The command line: arguments in, exit status out. Heavy modules are imported where they are used."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.shell_completion import CompletionItem

from codemods.errors import TenantizeError

if TYPE_CHECKING:
    from codemods.journal import Recovered
    from codemods.plan.make import Plan
    from codemods.survey.survey import Survey
    from codemods.tree import Checkout

DONE, FOUND, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class _Tree:
    """One TREE of the command line; `name` says whose all that is printed is, None when it is the only one."""

    path: Path
    name: str | None

    @property
    def heading(self) -> str:
        """The line above this tree's part of the output. What takes a patch passes over it."""
        return f"# tree: {self.name}\n" if self.name else ""

    def say(self, sentence: str) -> None:
        _echo(f"{self.name}: {sentence}" if self.name else sentence, err=True)


def _each_once(_context: click.Context, _option: click.Parameter, paths: tuple[Path, ...]) -> tuple[_Tree, ...]:
    """The trees in the order given, each by the first of its names."""
    once: dict[str, Path] = {}
    for path in paths or (Path(),):
        once.setdefault(os.path.realpath(path), path)
    return tuple(_Tree(path, str(path) if len(once) > 1 else None) for path in once.values())


def _known(_context: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of recipes, refused here so that it is not said again for every tree."""
    from codemods.knowledge.recipes import chosen_recipes

    chosen_recipes(names)
    return names


def _recipe_names(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    from codemods.knowledge.recipes import all_recipes

    return [CompletionItem(item.name, help=item.title) for item in all_recipes() if item.name.startswith(begun)]


def _folders(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(begun, type="dir")]


_TREES = click.argument(
    "trees",
    nargs=-1,
    type=click.Path(path_type=Path),
    metavar="[TREE]...",
    callback=_each_once,
    shell_complete=_folders,
)
_RECIPE = click.option(
    "--recipe",
    "names",
    multiple=True,
    metavar="NAME",
    callback=_known,
    shell_complete=_recipe_names,
    help="Only this recipe; may be repeated.",
)
_PATH = click.option(
    "--path", "paths", multiple=True, metavar="GLOB", help="Only files that match, and what their edits stand on."
)
_ALL_HANDLERS = click.option(
    "--all-handlers", is_flag=True, help="Wrap every WebUI handler, also those that reach no tenant data."
)


def _remember_state(context: click.Context, _option: click.Parameter, path: Path | None) -> None:
    context.meta[_STATE_FILE] = path


_STATE_FILE = "codemods.cli.state"
_STATE = click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="FILE",
    expose_value=False,
    callback=_remember_state,
    help="A TOML file with holders of tenant state of your own fork, beside those in its pyproject.toml.",
)


def _plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_STATE, _ALL_HANDLERS, _PATH, _RECIPE, _TREES):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tenantize")
@click.pass_context
def cli(context: click.Context) -> None:
    """Make a MaiMBot checkout, or plugins on their own, safe for many tenants.

    \b
    Examples:
      tenantize audit ../MaiMBot          what is insecure today, and why
      tenantize diff ../MaiMBot           the migration, as a patch
      tenantize apply ../MaiMBot          write it, all or nothing
      tenantize review ../MaiMBot         or hunk by hunk, on a terminal
      tenantize undo ../MaiMBot           take it back, to the byte
      tenantize diff plugins/*            of several trees, each on its own

    A TREE is the folder that holds bot.py and src/, or a plugin's own folder, with _manifest.json and plugin.py; it
    defaults to the current one.
    """
    if os.environ.get("NO_COLOR"):  # an empty one does not count (no-color.org)
        context.color = False


@cli.command()
@_TREES
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--strict", is_flag=True, help="Exit with 1 when anything is insecure or left to decide.")
@_STATE
def audit(trees: tuple[_Tree, ...], form: str, strict: bool) -> int:
    """List every entry point and plugin API function with its verdict.

    As JSON, one tree is one object, and several are an array of them.

    \b
    Examples:
      tenantize audit ../MaiMBot
      tenantize audit --format json ../MaiMBot > audit.json
      tenantize audit --strict            for CI
      tenantize audit plugins/*
    """
    from codemods.deliver.reports.audit import as_json, audit_document, open_items

    documents: list[dict[str, Any]] = []
    gaps = chain([""], repeat("\n"))

    def audit_one(tree: _Tree) -> int:
        checkout, survey = _read(tree)
        if form == "json":
            documents.append(audit_document(checkout, survey, tree.name))
        else:
            from codemods.deliver.reports.tables import audit_text

            click.echo(next(gaps) + audit_text(checkout, survey), nl=False)
        return _status(tree, survey, FOUND if strict and open_items(survey) else DONE)

    status = _for_each(trees, audit_one)
    if form == "json":
        click.echo(as_json(documents if len(trees) > 1 else documents[0]))
    return status


@cli.command()
@_plan_options
@click.option(
    "--stat",
    "only_stat",
    is_flag=True,
    help="Print line counts and a summary by recipe and folder instead of the patch.",
)
@click.option("--check", is_flag=True, help="Exit with 1 when there is anything to change.")
def diff(
    trees: tuple[_Tree, ...],
    names: tuple[str, ...],
    paths: tuple[str, ...],
    all_handlers: bool,
    only_stat: bool,
    check: bool,
) -> int:
    """Print what apply would write, as a patch that 'git apply' takes.

    On a terminal it comes in colour and through your pager (git's, else PAGER). Its paths start at the tree; where that
    lies inside a larger repository, git is to be told so, as in the last example. Of several trees, each one's patch
    follows a line '# tree: TREE'.

    \b
    Examples:
      tenantize diff ../MaiMBot
      tenantize diff ../MaiMBot > tenants.patch
      tenantize diff --stat ../MaiMBot
      tenantize diff --recipe tenant-foundation --recipe webui-admin-context
      tenantize diff --path 'src/webui/chat_routes.py' ../MaiMBot
      tenantize diff --check              exit status 1 when something is left to migrate
      tenantize diff plugins/*
      tenantize diff plugins/mine | git apply --directory=plugins/mine
    """
    from codemods.deliver.reports import summary
    from codemods.terminal import pager

    screen = pager.Screen()

    def diff_one(tree: _Tree) -> int:
        checkout, survey = _read(tree)
        plan = _plan(checkout, survey, names, paths, all_handlers)
        if only_stat:
            click.echo(tree.heading + summary.stat(plan))
        elif plan.changes:
            patch = b"".join(change.diff() for change in plan.changes)
            screen.show(tree.heading.encode("utf-8", "surrogateescape") + patch)
        screen.say(partial(_say_what_is_left, tree, plan))
        if not plan.changes:
            screen.say(partial(tree.say, "Nothing to change."))
        return _status(tree, survey, FOUND if check and plan.changes else DONE)

    status = _for_each(trees, diff_one)
    screen.close()
    return status


@cli.command()
@_plan_options
@click.option("--allow-dirty", is_flag=True, help="Also write files that have uncommitted changes.")
def apply(
    trees: tuple[_Tree, ...], names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool, allow_dirty: bool
) -> int:
    """Write the migration into the checkout: every file of it, or none.

    Refuses when a file that it would write has uncommitted changes. 'tenantize undo' takes it back. Several trees are
    written in the order given, each of them whole or not at all, whatever becomes of the others.

    \b
    Examples:
      tenantize apply ../MaiMBot
      tenantize apply --recipe tenant-foundation ../MaiMBot
      tenantize apply --path 'src/webui/*' ../MaiMBot
      tenantize apply plugins/*
    """
    from codemods.deliver.reports import summary

    def apply_one(tree: _Tree) -> int:
        _recover(tree)
        checkout, survey = _read(tree)
        plan = _plan(checkout, survey, names, paths, all_handlers)
        if plan.changes:
            _write(checkout, plan, allow_dirty)
        _echo(tree.heading + summary.plan_summary(plan))
        _say_what_is_left(tree, plan)
        if plan.changes:
            count = len(plan.changes)
            tree.say(f"Wrote {count} file{'s' * (count != 1)}; 'tenantize undo' takes them back.")
        return _status(tree, survey, DONE)

    return _for_each(trees, apply_one)


@cli.command()
@_plan_options
@click.option("--allow-dirty", is_flag=True, help="Also offer files that have uncommitted changes.")
def review(
    trees: tuple[_Tree, ...], names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool, allow_dirty: bool
) -> int:
    """Go through the migration hunk by hunk on a terminal, and write what you take.

    Keys: y takes a hunk, n skips it, a and d take or skip the rest of its file, q ends the review, ? explains.
    What you took is written at the end, or at q, as one apply that 'tenantize undo' takes back; Ctrl-C writes nothing.
    The next review offers what is left.

    \b
    Examples:
      tenantize review ../MaiMBot
      tenantize review --recipe tenant-foundation ../MaiMBot
      tenantize review --path 'src/webui/*' ../MaiMBot
    """
    from codemods import journal
    from codemods.deliver.review import session as reviewing
    from codemods.knowledge.recipes import all_recipes

    if not reviewing.is_terminal():
        raise TenantizeError("review asks on a terminal, and this is none: 'tenantize diff' prints the same changes.")
    has_quit = False

    def review_one(tree: _Tree) -> int:
        nonlocal has_quit
        if has_quit:
            return DONE
        _recover(tree)
        checkout, survey = _read(tree)
        plan = _plan(checkout, survey, names, paths, all_handlers)
        changed = [change.path for change in plan.changes]
        if not allow_dirty:
            # What an earlier review wrote is no reason to stop.
            _require_committed(checkout, set(changed) - set(journal.as_written(checkout.root, changed)))
        click.echo(tree.heading, nl=False)
        reviewed = reviewing.review(checkout.root, plan.changes, all_recipes())
        has_quit = reviewed.has_quit
        for sentence in reviewed.left_out:
            tree.say(sentence)
        if reviewed.changes:
            journal.apply_changes(checkout.root, reviewed.changes)
        _say_what_is_left(tree, plan)
        tree.say(reviewed.sentence)
        return _status(tree, survey, DONE)

    return _for_each(trees, review_one)


@cli.command()
@_TREES
def undo(trees: tuple[_Tree, ...]) -> int:
    """Take back the last apply, to the byte.

    Refuses when someone has edited one of its files since. Each further undo takes back the apply before.

    \b
    Examples:
      tenantize undo ../MaiMBot
      tenantize undo plugins/*
    """
    return _for_each(trees, _undo_one)


@cli.command()
@click.argument("tree", default=Path(), type=click.Path(path_type=Path), metavar="[TREE]", shell_complete=_folders)
@_RECIPE
@_PATH
@_ALL_HANDLERS
@_STATE
@click.option("--group", "groups", multiple=True, metavar="NAME=GLOB", help="Make files that match a module of theirs.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="The language of messages and texts.")
@click.option("--plan", "only_plan", is_flag=True, help="Print the list, its order, and a graph; make nothing.")
@click.option("--patches", type=click.Path(path_type=Path), metavar="DIR", help="Write patches there, not branches.")
@click.option("--push", metavar="REMOTE", help="Push the branches as well.")
@click.option("--open", "open_", is_flag=True, help="Push, and open or update a draft pull request for each branch.")
@click.option("--api", metavar="URL", help="Where the server's API is, when it is not github.com's.")
def pulls(
    tree: Path, names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool, groups: tuple[str, ...], **more: Any
) -> int:
    """Make the migration a branch a module, from HEAD, for one pull request after another.

    What is checked out stays as it is. The branches are named tenantize/MODULE; all of them merged, in any order in
    which none comes before one that it waits for, give what apply writes. Run it again after merges, or when HEAD has
    moved: merged ones are told, the others are made anew on top of HEAD, and those that a person has committed to are
    left alone. Modules of your own are named with --group, or in the tree's pyproject.toml:

    \b
      [tool.tenantize.pulls]
      groups = { memory = ["src/memory_system/*"] }

    --open reads its token from GITHUB_TOKEN or GH_TOKEN.

    \b
    Examples:
      tenantize pulls --plan ../MaiMBot
      tenantize pulls ../MaiMBot          local branches, each with its description
      tenantize pulls --lang zh --patches ../patches ../MaiMBot
      tenantize pulls --push origin ../MaiMBot
      tenantize pulls --open ../MaiMBot
      tenantize pulls --open --api https://git.example.org/api/v3 ../MaiMBot
    """
    from codemods.deliver.pulls.repository import Repository
    from codemods.deliver.pulls.run import Options, Output, make_pulls
    from codemods.knowledge.recipes import chosen_recipes

    repository = Repository(tree)
    checkout = repository.checkout()
    survey = _survey(checkout)
    named = _Tree(tree, None)
    plan = _plan(checkout, survey, names, paths, all_handlers)
    options = Options(groups, open=more.pop("open_"), is_whole=not (names or paths), **more)
    output = Output(show=click.echo, say=named.say)
    make_pulls(repository, checkout, plan, chosen_recipes(names), _survey, options, output)
    _say_what_is_left(named, plan)
    return _status(named, survey, DONE)


@cli.command()
@click.argument("name", required=False, shell_complete=_recipe_names)
def recipes(name: str | None) -> int:
    """List the recipes, or what one of them does.

    \b
    Examples:
      tenantize recipes
      tenantize recipes webui-admin-context
    """
    from codemods.knowledge.recipes import all_recipes, chosen_recipes

    if name is None:
        width = max(len(recipe.name) for recipe in all_recipes())
        for recipe in all_recipes():
            click.echo(f"{recipe.name:<{width}}  {recipe.title}")
        return DONE
    (recipe,) = chosen_recipes([name])
    click.echo(f"{recipe.name}: {recipe.title}")
    click.echo(f"answers: section {' and '.join(recipe.why)} of the analysis")
    if recipe.requires:
        click.echo(f"requires: {', '.join(recipe.requires)}")
    for support in recipe.supports:
        names = ", ".join(item for item in support.defines if not item.startswith("_"))
        click.echo(f"adds: {names} ({support.target})")
    for codemod in recipe.codemods:
        where = f"every {codemod.on}" if codemod.on else (codemod.at or "").partition("=")[0]
        click.echo(f"runs: {codemod.command.rpartition('.')[2]} on {where}")
    if recipe.plugins:
        click.echo("for: MaiMBot checkouts, and plugins on their own")
    return DONE


def _for_each(trees: Sequence[_Tree], do: Callable[[_Tree], int]) -> int:
    """Do something to each tree; the worst exit status. One of several that cannot be used does not stop the others."""
    return do(trees[0]) if len(trees) == 1 else max(_attempt(tree, do) for tree in trees)


def _attempt(tree: _Tree, do: Callable[[_Tree], int]) -> int:
    try:
        return do(tree)
    except TenantizeError as error:
        tree.say(str(error))
    except OSError as error:
        if not error.filename:  # the output's
            raise
        tree.say(_why(error))
    return UNUSABLE


def _undo_one(tree: _Tree) -> int:
    from codemods import journal

    if not tree.path.is_dir():
        raise TenantizeError(f"{tree.path} is no folder: name the checkout whose last apply is to be undone.")
    if _recover(tree) is not journal.Recovered.UNDO:
        _echo(tree.heading + "\n".join(journal.undo(tree.path.resolve())))
        tree.say("Taken back.")
    return DONE


def _write(checkout: Checkout, plan: Plan, allow_dirty: bool) -> None:
    """Write a plan. Raises TenantizeError when that would mix with changes that are not committed."""
    from codemods import journal

    if not allow_dirty:
        _require_committed(checkout, [change.path for change in plan.changes])
    journal.apply_changes(checkout.root, plan.changes)


def _require_committed(checkout: Checkout, paths: Collection[str]) -> None:
    """Raises TenantizeError when a file that is to be written has changes that are not committed."""
    from codemods.tree import uncommitted

    if dirty := uncommitted(checkout.root, sorted(paths)) if paths else []:
        raise TenantizeError(
            f"{', '.join(dirty)} {'has' if len(dirty) == 1 else 'have'} uncommitted changes: commit or stash them, "
            "or say --allow-dirty. Nothing was changed."
        )


def _recover(tree: _Tree) -> Recovered | None:
    """Finish what an interrupted run left, and say so."""
    from codemods import journal

    recovered = journal.recover(tree.path.resolve())
    if recovered:
        tree.say(recovered.value)
    return recovered


def _workers() -> int:
    return min(os.cpu_count() or 1, 8)


def _read(tree: _Tree) -> tuple[Checkout, Survey]:
    """A checkout and its survey; says on stderr which files do not parse, and whether a run was interrupted."""
    from codemods.journal import is_interrupted
    from codemods.tree import open_checkout

    checkout = open_checkout(tree.path)
    if is_interrupted(checkout.root):
        tree.say("A run was interrupted half-way: 'tenantize apply' finishes it, 'tenantize undo' takes it back.")
    survey = _survey(checkout)
    for broken in survey.broken:
        tree.say(f"{broken.path}:{broken.line}:{broken.column}: {broken.message}; left alone.")
    return checkout, survey


def _survey(checkout: Checkout) -> Survey:
    from codemods.survey.settings import require_holders, state_of
    from codemods.survey.survey import survey_files
    from codemods.terminal.progress import shown_on_terminal

    state = state_of(checkout, click.get_current_context().meta.get(_STATE_FILE))
    with shown_on_terminal() as tell:
        survey = survey_files(checkout.files, state, _workers(), tell)
    require_holders(survey)
    return survey


def _plan(
    checkout: Checkout, survey: Survey, names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool
) -> Plan:
    from codemods.knowledge.recipes import chosen_recipes
    from codemods.plan.make import make_plan
    from codemods.terminal.progress import shown_on_terminal

    with shown_on_terminal() as tell:
        return make_plan(
            checkout,
            survey,
            chosen_recipes(names),
            named=bool(names),
            paths=paths,
            all_handlers=all_handlers,
            workers=_workers(),
            tell=tell,
        )


def _say_what_is_left(tree: _Tree, plan: Plan) -> None:
    for sentence in plan.passed_over:
        tree.say(f"Passed over: {sentence}")
    for finding in plan.findings:
        tree.say(f"{finding.path}:{finding.line}: {finding.reason}")


def _status(tree: _Tree, survey: Survey, status: int) -> int:
    if not survey.broken:
        return status
    count = len(survey.broken)
    tree.say(f"{count} file{'s' * (count != 1)} did not parse; the others were done.")
    return UNUSABLE


def _echo(text: str, *, err: bool = False) -> None:
    """Print what need not be read for the work to go on: a closed pipe must not keep apply from the other trees."""
    try:
        click.echo(text, err=err)
    except BrokenPipeError:
        _drop(sys.stderr if err else sys.stdout)


def main() -> None:
    """The `tenantize` command."""
    gc.disable()  # a short run over many small objects, none of them garbage
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")  # a file name need not be UTF-8
    try:
        status = _run()
    except TenantizeError as error:
        status = _end(f"tenantize: {error}", UNUSABLE)
    except click.ClickException as error:
        error.show()
        status = UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        status = _end("Interrupted; the tree is whole.", INTERRUPTED)
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        _drop(sys.stdout)
        status = DONE
    except OSError as error:
        _drop(sys.stdout)
        status = _end(f"tenantize: {_why(error)}", UNUSABLE)
    sys.exit(status)


def _run() -> int:
    """Run a command and print all that it has to say; its exit status."""
    try:
        status: int = cli.main(standalone_mode=False)
    except SystemExit as error:  # what click makes of a closed pipe, but for the end of a shell's completion
        if error.code == DONE:
            return DONE
        raise BrokenPipeError from error
    if sys.stdout:
        sys.stdout.flush()
    return status


def _end(sentence: str, status: int) -> int:
    """Say a last sentence, though perhaps nobody listens any more."""
    with suppress(OSError):
        click.echo(sentence, err=True)
    return status


def _why(error: OSError) -> str:
    what = f"{error.filename} cannot be used" if error.filename else "The output cannot be written"
    return f"{what} ({error.strerror}): mend that, then run again."


def _drop(stream: TextIO) -> None:
    """Have nothing that is still to be written fail once more, now or at the end of the process."""
    if stream:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    main()
