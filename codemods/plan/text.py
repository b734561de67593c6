"""The text of a module on its way through commands: what no command touched is written once."""

from __future__ import annotations

import libcst as cst

from codemods.plan.long_lines import laid_out
from codemods.plan.outline import Outline
from codemods.plan.room import encoded


class Text:
    """The text of the states of one file, of which modules are the outline.

    Statements that are the same object in several are written once.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        # By the identity of a statement: itself, so that no other takes its place, and its text.
        self._known: dict[int, tuple[cst.CSTNode, str]] = {}

    def edited(self, tree: cst.Module, before: str) -> bytes:
        """The bytes of a file that was this text, with what edits made too long laid out. Raises SyntaxError where its
        encoding cannot hold them, or the edits left no Python."""
        return encoded(laid_out(self.code(tree), before), tree.encoding)

    def code(self, tree: cst.Module) -> str:
        """A file's text. Raises MovedError where what is not in the outline would come out as something else."""
        if not tree.has_trailing_newline:
            return self._outline.unfolded(tree.code)
        parts = [self._written(tree, node) for node in (*tree.header, *tree.body, *tree.footer)]
        return self._outline.unfolded("".join(parts) or tree.default_newline)

    def _written(self, tree: cst.Module, node: cst.CSTNode) -> str:
        if id(node) not in self._known:
            self._known[id(node)] = node, tree.code_for_node(node)
        return self._known[id(node)][1]
