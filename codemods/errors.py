"""The one exception that reaches the user as a sentence."""

from __future__ import annotations


class TenantizeError(Exception):
    """A tree or an argument that cannot be used: one sentence that says what, and how to mend it."""
