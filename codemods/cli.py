"""The command line: arguments in, exit status out. Heavy modules are imported where they are used."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codemods.errors import TenantizeError

if TYPE_CHECKING:
    from codemods.journal import Recovered
    from codemods.plan import Plan
    from codemods.survey import Survey
    from codemods.tree import Checkout

DONE, FOUND, UNUSABLE, INTERRUPTED = 0, 1, 2, 130

_TREE = click.argument("tree", type=click.Path(path_type=Path), default=".")
_RECIPE = click.option("--recipe", "names", multiple=True, metavar="NAME", help="Only this recipe; may be repeated.")
_PATH = click.option(
    "--path", "paths", multiple=True, metavar="GLOB", help="Only files that match, and what their edits stand on."
)
_ALL_HANDLERS = click.option(
    "--all-handlers", is_flag=True, help="Wrap every WebUI handler, also those that reach no tenant data."
)


def _plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_ALL_HANDLERS, _PATH, _RECIPE, _TREE):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tenantize")
def cli() -> None:
    """Make a MaiMBot checkout safe for many tenants.

    \b
    Examples:
      tenantize audit ../MaiMBot          what is insecure today, and why
      tenantize diff ../MaiMBot           the migration, as a patch
      tenantize apply ../MaiMBot          write it, all or nothing
      tenantize undo ../MaiMBot           take it back, to the byte

    TREE is the folder that holds bot.py and src/; it defaults to the current one.
    """


@cli.command()
@_TREE
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--strict", is_flag=True, help="Exit with 1 when anything is insecure or left to decide.")
def audit(tree: Path, form: str, strict: bool) -> int:
    """List every entry point and plugin API function with its verdict.

    \b
    Examples:
      tenantize audit ../MaiMBot
      tenantize audit --format json ../MaiMBot > audit.json
      tenantize audit --strict            for CI
    """
    from codemods.deliver.audit import audit_json, open_items

    checkout, survey = _read(tree)
    if form == "json":
        click.echo(audit_json(checkout, survey))
    else:
        from codemods.deliver.tables import audit_text

        # An empty NO_COLOR does not count (no-color.org).
        click.echo(audit_text(checkout, survey), nl=False, color=False if os.environ.get("NO_COLOR") else None)
    return _status(survey, FOUND if strict and open_items(survey) else DONE)


@cli.command()
@_plan_options
@click.option("--stat", "only_stat", is_flag=True, help="Print the files and line counts instead of the patch.")
@click.option("--check", is_flag=True, help="Exit with 1 when there is anything to change.")
def diff(
    tree: Path, names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool, only_stat: bool, check: bool
) -> int:
    """Print what apply would write, as a patch that 'git apply' takes.

    \b
    Examples:
      tenantize diff ../MaiMBot | less
      tenantize diff --stat ../MaiMBot
      tenantize diff --recipe tenant-foundation --recipe webui-admin-context
      tenantize diff --path 'src/webui/chat_routes.py' ../MaiMBot
      tenantize diff --check              exit status 1 when something is left to migrate
    """
    from codemods.deliver import summary

    checkout, survey = _read(tree)
    plan = _plan(checkout, survey, names, paths, all_handlers)
    if only_stat:
        click.echo(summary.stat(plan.changes))
    else:
        click.echo(b"".join(change.diff() for change in plan.changes), nl=False)
    _say_what_is_left(plan)
    if not plan.changes:
        click.echo("Nothing to change.", err=True)
    return _status(survey, FOUND if check and plan.changes else DONE)


@cli.command()
@_plan_options
@click.option("--allow-dirty", is_flag=True, help="Also write files that have uncommitted changes.")
def apply(tree: Path, names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool, allow_dirty: bool) -> int:
    """Write the migration into the checkout: every file of it, or none.

    Refuses when a file that it would write has uncommitted changes. 'tenantize undo' takes it back.

    \b
    Examples:
      tenantize apply ../MaiMBot
      tenantize apply --recipe tenant-foundation ../MaiMBot
      tenantize apply --path 'src/webui/*' ../MaiMBot
    """
    from codemods import journal
    from codemods.deliver import summary
    from codemods.tree import uncommitted

    _recover(tree)
    checkout, survey = _read(tree)
    plan = _plan(checkout, survey, names, paths, all_handlers)
    if plan.changes:
        dirty = [] if allow_dirty else uncommitted(checkout.root, [change.path for change in plan.changes])
        if dirty:
            raise TenantizeError(
                f"{', '.join(dirty)} {'has' if len(dirty) == 1 else 'have'} uncommitted changes: commit or stash them, "
                "or say --allow-dirty. Nothing was changed."
            )
        journal.apply_changes(checkout.root, plan.changes)
    click.echo(summary.plan_summary(plan))
    _say_what_is_left(plan)
    if plan.changes:
        count = len(plan.changes)
        click.echo(f"Wrote {count} file{'s' * (count != 1)}; 'tenantize undo' takes them back.", err=True)
    return _status(survey, DONE)


@cli.command()
@_TREE
def undo(tree: Path) -> int:
    """Take back the last apply, to the byte.

    Refuses when someone has edited one of its files since. Each further undo takes back the apply before.

    \b
    Example:
      tenantize undo ../MaiMBot
    """
    from codemods import journal

    if not tree.is_dir():
        raise TenantizeError(f"{tree} is no folder: name the checkout whose last apply is to be undone.")
    if _recover(tree) is journal.Recovered.UNDO:
        return DONE
    for path in journal.undo(tree.resolve()):
        click.echo(path)
    click.echo("Taken back.", err=True)
    return DONE


@cli.command()
@click.argument("name", required=False)
def recipes(name: str | None) -> int:
    """List the recipes, or what one of them does.

    \b
    Examples:
      tenantize recipes
      tenantize recipes webui-admin-context
    """
    from codemods.recipe import all_recipes, chosen_recipes

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
        click.echo(f"runs: {codemod.command.rpartition('.')[2]} on every {codemod.on}")
    return DONE


def _recover(tree: Path) -> Recovered | None:
    """Finish what an interrupted run left, and say so."""
    from codemods import journal

    recovered = journal.recover(tree.resolve())
    if recovered:
        click.echo(recovered.value, err=True)
    return recovered


def _workers() -> int:
    return min(os.cpu_count() or 1, 8)


def _read(tree: Path) -> tuple[Checkout, Survey]:
    """A checkout and its survey; says on stderr which files do not parse, and whether a run was interrupted."""
    from codemods.journal import is_interrupted
    from codemods.recipe import recipes_folder
    from codemods.survey import STATE_FILE, survey_files
    from codemods.survey.state import load_state
    from codemods.tree import open_checkout

    checkout = open_checkout(tree)
    if is_interrupted(checkout.root):
        click.echo(
            "A run was interrupted half-way: 'tenantize apply' finishes it, 'tenantize undo' takes it back.", err=True
        )
    survey = survey_files(checkout.files, load_state(recipes_folder() / STATE_FILE), _workers())
    for broken in survey.broken:
        click.echo(f"{broken.path}:{broken.line}:{broken.column}: {broken.message}; left alone.", err=True)
    return checkout, survey


def _plan(
    checkout: Checkout, survey: Survey, names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool
) -> Plan:
    from codemods.plan import make_plan
    from codemods.recipe import chosen_recipes

    return make_plan(
        checkout,
        survey,
        chosen_recipes(names),
        named=bool(names),
        paths=paths,
        all_handlers=all_handlers,
        workers=_workers(),
    )


def _say_what_is_left(plan: Plan) -> None:
    for sentence in plan.passed_over:
        click.echo(f"Passed over: {sentence}", err=True)
    for finding in plan.findings:
        click.echo(f"{finding.path}:{finding.line}: {finding.reason}", err=True)


def _status(survey: Survey, status: int) -> int:
    if not survey.broken:
        return status
    count = len(survey.broken)
    click.echo(f"{count} file{'s' * (count != 1)} did not parse; the others were done.", err=True)
    return UNUSABLE


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
        _drop_output()
        status = DONE
    except OSError as error:
        _drop_output()
        what = f"{error.filename} cannot be used" if error.filename else "The output cannot be written"
        status = _end(f"tenantize: {what} ({error.strerror}): mend that, then run again.", UNUSABLE)
    sys.exit(status)


def _run() -> int:
    """Run a command and print all that it has to say; its exit status."""
    try:
        status: int = cli.main(standalone_mode=False)
    except SystemExit as error:  # what click makes of a closed pipe
        raise BrokenPipeError from error
    if sys.stdout:
        sys.stdout.flush()
    return status


def _end(sentence: str, status: int) -> int:
    """Say a last sentence, though perhaps nobody listens any more."""
    with suppress(OSError):
        click.echo(sentence, err=True)
    return status


def _drop_output() -> None:
    """Have nothing that is still to be written fail once more at the end of the process."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
