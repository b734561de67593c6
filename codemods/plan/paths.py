"""Which files of a checkout a user means."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.tree import Checkout


def path_matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path matches a glob ('*' also crosses folders) or lies in a named folder. Yes where there is none.

    A shell completes what lies here to "./src".
    """
    return not patterns or any(
        fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/")
        for pattern in (pattern.removeprefix("./") for pattern in patterns)
    )


def require_matches(checkout: Checkout, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        if not any(path_matches(path, [pattern]) for path in checkout.by_path):
            close = get_close_matches(pattern, checkout.by_path, 1, cutoff=0.8)
            example = phrase("give a path or glob from its root, such as 'src/webui/*'.")
            meant = phrase("did you mean {close}?", close=close[0]) if close else example
            raise TenantizeError(
                phrase(
                    "--path {pattern} matches no Python file of this checkout: {meant}", pattern=pattern, meant=meant
                )
            )
