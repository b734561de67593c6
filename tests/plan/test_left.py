"""What a command cannot do is told at the line of the function that it is about."""

from __future__ import annotations

from pathlib import Path

from codemods.tree import open_checkout
from tests.cli.running import CHAT, small_tree
from tests.conftest import plan_of


def test_what_a_command_leaves_stands_at_the_line_of_its_function(tmp_path: Path) -> None:
    root = small_tree(tmp_path / "tree", git=False)
    path = root / CHAT
    text = path.read_text(encoding="utf-8").replace('return "ok"', 'webui_tenant = "ok"\n    return webui_tenant')
    path.write_text(text + "\n\nwebui_tenant = None\n", encoding="utf-8")
    findings = [finding for finding in plan_of(open_checkout(root)).findings if finding.path == CHAT]
    assert [(finding.line, finding.reason) for finding in findings] == [
        (10, "the name webui_tenant is taken here: decorate its handlers by hand")
    ]
