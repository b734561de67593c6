"""Which trees are worked on: none that is no checkout, and those that lack something as far as that goes."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from codemods.tree import open_checkout
from tests.cli.running import (
    CONTEXT,
    Tenantize,
    assert_one_sentence,
)
from tests.conftest import commit_all, plan_of


@pytest.mark.parametrize("name", ["audit", "diff", "apply", "undo"])
@pytest.mark.parametrize("kind", ["missing", "a file", "empty"])
def test_what_is_no_checkout_is_one_line_and_exit_2(name: str, kind: str, tenantize: Tenantize, tmp_path: Path) -> None:
    root = tmp_path / "here"
    if kind == "a file":
        root.write_text("x")
    elif kind == "empty":
        root.mkdir()
    assert_one_sentence(tenantize(name, root))
    # Nor does it leave anything behind.
    assert not root.is_dir() or list(root.iterdir()) == []


@pytest.mark.parametrize("name", ["audit", "apply", "report"])
def test_an_empty_name_is_not_the_current_folder(
    name: str, tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree)
    before = sorted(tree.rglob("*"))
    answer = tenantize(name, "")
    assert answer.status == 2 and answer.out == ""
    assert answer.err.splitlines()[-1].endswith("it is empty: name the folder of a MaiMBot checkout or of a plugin.")
    assert sorted(tree.rglob("*")) == before


@pytest.mark.parametrize("name", ["audit", "apply", "report"])
def test_a_current_folder_that_is_gone_is_told(
    name: str, tenantize: Tenantize, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert_one_sentence(tenantize(name), "The current folder does not exist any more")
    monkeypatch.chdir(tmp_path)


def test_the_tree_is_the_current_folder_unless_named(
    tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tenantize("diff", tree)
    monkeypatch.chdir(tree)
    assert tenantize("diff") == elsewhere


def test_a_tree_without_webui_gets_the_foundation_and_is_told_what_was_passed_over(
    tenantize: Tenantize, tree: Path
) -> None:
    shutil.rmtree(tree / "src/webui")
    commit_all(tree)
    assert_one_sentence(
        tenantize("apply", "--recipe", "tenant-foundation", "--recipe", "webui-admin-context", tree),
        "has no WebUI of this kind",
    )
    assert tenantize("audit", tree).status == 0
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert "Passed over: webui-admin-context" in answer.err and "has no WebUI of this kind" in answer.err
    assert [line.strip().partition(":")[0] for line in answer.out.splitlines()] == ["tenant-foundation", CONTEXT]


@contextmanager
def loaded(path: Path) -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("fresh_tenant_context", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # as dataclasses want it
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


@pytest.mark.parametrize("command", ["apply", "diff", "pulls"])
def test_a_tree_without_a_tenant_context_is_refused(command: str, tenantize: Tenantize, tree: Path) -> None:
    shutil.rmtree(tree / "src/common/message")
    commit_all(tree)
    assert_one_sentence(tenantize(command, tree), "one tenant only", "nothing was changed")
    assert not (tree / CONTEXT).exists()


def test_a_context_that_a_tree_gets_works(tree: Path) -> None:
    shutil.rmtree(tree / "src/common/message")
    contents = {change.path: change.after for change in plan_of(open_checkout(tree), "tenant-foundation").changes}
    assert contents["src/common/message/__init__.py"] == b""
    (tree / "context.py").write_bytes(contents[CONTEXT])
    with loaded(tree / "context.py") as context:
        assert context.get_current_tenant_id() is None and context.get_current_agent_id() is None
        with pytest.raises(RuntimeError, match=r"test_a_context_that_a_tree_gets_works"):
            context.current_tenant_id()
        with context.tenant_context("a", "b"):
            assert (context.current_tenant_id(), context.current_agent_id()) == ("a", "b")
            with context.tenant_scope("c", "d"):
                assert context.get_current_context() == context.TenantContextState("c", "d")
            assert context.get_current_tenant_id() == "a"
        assert context.get_current_tenant_id() is None
