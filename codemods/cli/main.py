"""The `tenantize` command: its commands, each loaded when it is asked for, and what becomes of errors."""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys

import click

from codemods.cli.exits import DONE, INTERRUPTED, UNUSABLE, sentence
from codemods.cli.language import in_language
from codemods.errors import TenantizeError, suggestion
from codemods.messages import phrase, speak, told, wanted
from codemods.terminal import text
from codemods.version import tool_version

# Each is the function of its name in the module of its name.
COMMANDS = ("apply", "audit", "decide", "diff", "explain", "prove", "pulls", "recipes", "report", "review", "undo")


class _Commands(click.Group):
    """The commands, each of which is loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"codemods.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return in_language(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-") and args[0] not in COMMANDS:
            raise click.UsageError(
                told(
                    phrase("There is no command {name!r}: {meant}", name=args[0], meant=suggestion(args[0], COMMANDS))
                ),
                ctx,
            )
        return super().resolve_command(ctx, args)


def _say_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        text.show([phrase("tenantize, version {version}", version=tool_version())])
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
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
      tenantize decide ../MaiMBot         what is left: say whose it is, or accept it
      tenantize report ../MaiMBot         all of it as one page to look at
      tenantize explain webui-handler     what a finding or a recipe means
      tenantize prove ../MaiMBot --python PATH    run it with two tenants, before and after
      tenantize diff plugins/*            of several trees, each on its own

    A TREE is the folder that holds bot.py and src/, or a plugin's own folder, with _manifest.json and plugin.py; it
    defaults to the current one.
    """
    if os.environ.get("NO_COLOR"):  # an empty one does not count (no-color.org)
        context.color = False


def main() -> None:
    """Run the command line, and exit: nothing but sentences reaches the user, whatever happens."""
    gc.disable()  # a short run over many small objects, none of them garbage
    text.prepare_streams()
    speak(wanted(sys.argv[1:], os.environ))
    try:
        status = _run()
    except TenantizeError as error:
        status = _end(phrase("tenantize: {sentence}", sentence=sentence(error)), UNUSABLE)
    except click.ClickException as error:
        for line in _shown(error).splitlines():
            text.say(line)
        status = UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        exec("")  # CPython ends by the signal after one within an exec, as in a dataclass's making, until the next exec
        status = _end(phrase("Interrupted; the tree is whole."), INTERRUPTED)
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        text.drop(sys.stdout)
        status = DONE
    except (MemoryError, RuntimeError) as error:
        if not _is_lack_of_memory(error):
            raise
        status = _end(
            phrase("tenantize: There is too little memory for this: free some, or name a smaller tree."), UNUSABLE
        )
    except OSError as error:
        text.drop(sys.stdout)
        status = _end(phrase("tenantize: {sentence}", sentence=sentence(error)), UNUSABLE)
    gc.freeze()  # what is left is the system's to take: looking through it, as Python does at its end, takes long
    sys.exit(status)


def _run() -> int:
    """Run a command and print all that it has to say; its exit status."""
    try:
        status: int = in_language(cli).main(standalone_mode=False)
    except SystemExit as error:  # what click makes of a closed pipe, but for the end of a shell's completion
        if error.code == DONE:
            return DONE
        raise BrokenPipeError from error
    if sys.stdout:
        sys.stdout.flush()
    return status


def _is_lack_of_memory(error: MemoryError | RuntimeError) -> bool:
    """Whether an error is what becomes of a run without memory: also no thread, or a worker that the system ended."""
    from concurrent.futures import BrokenExecutor

    return isinstance(error, (MemoryError, BrokenExecutor)) or "can't start new thread" in str(error)


def _end(last_words: str, status: int) -> int:
    text.say(last_words)
    return status


def _shown(error: click.ClickException) -> str:
    """What click says of arguments."""
    written = io.StringIO()
    error.show(written)
    return written.getvalue()


if __name__ == "__main__":
    main()
