"""What is said when a run stops: one sentence, what stopped it and what has become of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from codemods.errors import TenantizeError
from codemods.messages import listed, phrase
from codemods.tree import STATE_FOLDER

UNCHANGED = phrase("nothing was changed")
NEXT_RUN = phrase("the next 'tenantize apply' or 'tenantize undo' puts the tree right")
# Where the tree is half-way, Ctrl-C needs the same words as an error.
STOPS = (OSError, KeyboardInterrupt)


@contextmanager
def failing_with(outcome: str, stops: tuple[type[BaseException], ...] = (OSError,)) -> Iterator[None]:
    """Make one sentence of what stops a run."""
    try:
        yield
    except stops as error:
        raise TenantizeError(phrase("{reason}: {outcome}.", reason=reason(error), outcome=outcome)) from error


def reason(error: BaseException) -> str:
    """Why a run stops; what fails inside the journal is none of the user's files."""
    if not isinstance(error, OSError):
        return phrase("Stopped half-way")
    name = str(error.filename or STATE_FOLDER)
    return phrase(
        "{what} cannot be written ({strerror})",
        what=STATE_FOLDER if STATE_FOLDER in Path(name).parts else name,
        strerror=error.strerror,
    )


def kept(edited: Sequence[str]) -> str:
    return phrase("{edited}: somebody edited that meanwhile, and it stays as it is", edited=listed(edited))
