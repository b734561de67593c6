"""Places that codemods edit, as the survey names them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place that a codemod edits: the kind of place (what recipes ask for with `on`), the file, and how the command
    names it. together: of the sites that share this name, all are edited or none; "" where each stands for itself."""

    on: str
    path: str
    argument: str
    together: str = ""
