"""What of the choices that were taken may be written: what compiles, and lacks nothing that it stands on."""

from __future__ import annotations

from pathlib import Path

from codemods.changes import Change, require_valid
from codemods.deliver.review.choices import Choice, Choices, paths_of
from codemods.messages import listed, phrase


def settled(root: Path, choices: Choices, taken: set[Choice]) -> tuple[set[Choice], list[str]]:
    """What was taken without all that cannot be written on its own, and a sentence for each of that."""
    taken, said = set(taken), []
    for path in sorted({path for choice in taken for path in paths_of([choice])}):
        if _on_disk(root / path) != choices.changes[path].before:
            said.append(
                phrase(
                    "{path} was edited during the review and stays as it is: run 'tenantize review' again.", path=path
                )
            )
            taken -= {choice for choice in taken if path in paths_of([choice])}
    while True:
        lacking = choices.lacking(taken)
        for choice, missing in sorted(lacking.items(), key=lambda item: item[0].place):
            said.append(
                phrase(
                    "{place} was left out: it needs {needed}, which was not taken.",
                    place=choice.place,
                    needed=missing.place,
                )
            )
        taken -= lacking.keys()
        broken = [] if lacking else [(change, error) for change in choices.changed(taken) if (error := _error(change))]
        for change, error in broken:
            missing_lines = [
                choice for choice in choices.order if change.path in paths_of([choice]) and choice not in taken
            ]
            said.append(
                phrase(
                    "{path} stays as it was: what you took of it does not compile ({error}) without {places}.",
                    path=change.path,
                    error=error.msg,
                    places=listed(choice.place for choice in missing_lines),
                )
            )
            taken -= {choice for choice in taken if change.path in paths_of([choice])}
        if not lacking and not broken:
            return taken, said


def _error(change: Change) -> SyntaxError | None:
    try:
        require_valid(change.path, change.after)
    except SyntaxError as error:
        return error
    return None


def _on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # it is not there, or no longer a file that can be read
        return None
