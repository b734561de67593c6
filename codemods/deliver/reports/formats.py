"""The forms that an audit has for programs, by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codemods.deliver.reports.document import AuditDocument


def as_format(name: str, documents: Sequence[AuditDocument], *, is_one: bool, ascii_only: bool) -> Iterable[str]:
    """The lines of a form; `is_one`: a single tree was asked for, which JSON has without an array."""
    if name == "github":
        from codemods.deliver.reports.github import annotated

        return annotated(documents)
    if name == "junit":
        from codemods.deliver.reports.junit import junit

        return junit(documents).splitlines()
    from codemods.deliver.reports.audit import as_json

    if name == "sarif":
        from codemods.deliver.reports.sarif import sarif

        return as_json(sarif(documents), ascii_only=ascii_only).splitlines()
    return as_json(documents[0] if is_one else documents, ascii_only=ascii_only).splitlines()
