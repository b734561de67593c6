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


def _left_of(root: Path, data: bytes) -> list[str]:
    """Why the chat routes are left alone when they are so."""
    (root / CHAT).write_bytes(data)
    plan = plan_of(open_checkout(root))
    assert CHAT not in {change.path for change in plan.changes}
    return [finding.reason for finding in plan.findings if finding.path == CHAT]


def test_a_file_that_parses_and_does_not_compile_is_left_with_its_own_fault(tmp_path: Path) -> None:
    root = small_tree(tmp_path / "tree", git=False)
    text = (root / CHAT).read_bytes()
    for fault in (b"await router", b"return router", b"def f(a, a): pass", b"break"):
        (reason,) = _left_of(root, text + b"\n\n" + fault + b"\n")
        assert reason.startswith("Python does not compile it as it is (") and "left alone" in reason


def test_an_encoding_that_gives_nothing_back_leaves_its_file_alone(tmp_path: Path) -> None:
    root = small_tree(tmp_path / "tree", git=False)
    text = (root / CHAT).read_bytes()
    for name in (b"idna", b"unicode_escape", b"rot13", b"utf-16", b"undefined", b"punycode"):
        reasons = _left_of(root, b"# -*- coding: " + name + b" -*-\n" + text)
        assert not reasons or "left alone" in reasons[0]
