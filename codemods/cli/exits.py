"""What an exit status means, and the one sentence for an error that ends a command, or its work on one tree."""

from __future__ import annotations

from codemods.errors import TenantizeError
from codemods.messages import phrase

# Done, or nothing to do; there are findings or changes, and that was asked; nothing was done; Ctrl-C.
DONE, FOUND, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def sentence(error: TenantizeError | OSError) -> str:
    """What went wrong and how to mend it."""
    if isinstance(error, TenantizeError):
        return error.sentence
    if is_about_a_file(error):
        return phrase(
            "{file} cannot be used ({why}): mend that, then run again.", file=error.filename, why=error.strerror
        )
    return phrase("The output cannot be written ({why}): mend that, then run again.", why=error.strerror)


def is_about_a_file(error: OSError) -> bool:
    """Whether an error is about a file that has a name; else it is the output's."""
    return bool(error.filename)
