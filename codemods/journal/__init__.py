"""Writing a set of changes to a checkout so that all of it is there or none, and taking it back."""

from codemods.journal.runs import Recovered, apply_changes, as_written, is_interrupted, recover, undo

__all__ = ["Recovered", "apply_changes", "as_written", "is_interrupted", "recover", "undo"]
