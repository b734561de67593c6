"""The design page's invariants, over every recipe and over every tree: the sample, and MAIMBOT_TREE where it is set."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from codemods.changes import Change
from codemods.journal import runs
from codemods.knowledge.recipes import Recipe, all_recipes, recipes_folder
from codemods.plan import outline
from codemods.plan.make import Plan, make_plan
from codemods.plan.rewrite import rewriters
from codemods.survey.survey import Survey
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, commit_all, copy_of, survey_of
from tests.forms import after

REAL = os.environ.get("MAIMBOT_TREE")
TREES = [
    pytest.param(SAMPLE, id="sample"),
    pytest.param(
        Path(REAL or "."), id="real", marks=pytest.mark.skipif(not REAL, reason="MAIMBOT_TREE names no checkout")
    ),
]

# Where a tree says what ruff is to report.
SETTINGS = ("pyproject.toml", "ruff.toml", ".ruff.toml")


@pytest.fixture(scope="module", params=TREES)
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed copy of a tree; tests that write to it put it back."""
    source: Path = request.param
    copy = copy_of(source, tmp_path_factory.mktemp("tree") / source.name)
    commit_all(copy)
    return copy


@pytest.fixture(scope="module")
def checkout(tree: Path) -> Checkout:
    return open_checkout(tree)


@pytest.fixture(scope="module", params=[recipe.name for recipe in all_recipes()])
def recipes(request: pytest.FixtureRequest) -> tuple[Recipe, ...]:
    """A recipe behind all that it stands on."""
    names = [recipe.name for recipe in all_recipes()]
    return all_recipes()[: names.index(request.param) + 1]


@pytest.fixture(scope="module")
def survey(checkout: Checkout) -> Survey:
    """What the tree does today, whichever recipes are asked for."""
    return survey_of(checkout)


@pytest.fixture(scope="module")
def plan(checkout: Checkout, survey: Survey, recipes: tuple[Recipe, ...]) -> Plan:
    return make_plan(checkout, survey, recipes, named=True)


@pytest.fixture(scope="module")
def again(checkout: Checkout, recipes: tuple[Recipe, ...], plan: Plan) -> Plan:
    """A second run, on the result of the first."""
    migrated = after(checkout, plan)
    return make_plan(migrated, survey_of(migrated), recipes, named=True)


def test_a_plan_changes_something(plan: Plan) -> None:
    assert plan.changes


def test_a_plan_on_its_own_result_changes_nothing(plan: Plan, again: Plan) -> None:
    assert again.changes == ()
    assert {(item.path, item.reason) for item in again.findings} <= {(item.path, item.reason) for item in plan.findings}


def test_what_a_plan_leaves_to_a_person_is_left(plan: Plan, again: Plan) -> None:
    """Nothing is said to be left that these recipes end, whichever of them does."""
    left = {(item.path, item.what, item.qualname) for item in plan.findings}
    assert left == {(item.path, item.what, item.qualname) for item in again.findings}


def test_files_are_edited_in_outline_as_they_are_whole(
    checkout: Checkout, afresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = survey_of(checkout)
    in_outline = make_plan(checkout, survey, all_recipes(), stages=True)
    monkeypatch.setattr(outline, "outline_of", lambda data, wanted: outline.Outline(data))
    assert make_plan(checkout, survey, all_recipes(), stages=True) == in_outline


def test_what_is_not_edited_is_byte_for_byte_what_it_was(plan: Plan) -> None:
    for change in plan.changes:
        if change.before is None:
            continue
        before, now = Counter(lines_of(change.before)), Counter(lines_of(change.after))
        gone, new = before - now, now - before
        # A line that is gone has become another one that begins alike, or was a `global` that is needed no longer.
        starts = [line.split(b"[")[0].split(b":")[0].split(b"=")[0].split(b"import")[0] for line in new]
        # A class that has a base more.
        starts += [line.split(b"(")[0] for line in new if line.lstrip().startswith(b"class ")]
        # An attribute of `self` that is every tenant's own is declared in the class.
        starts += [
            b"        self." + line.split(b" = ")[0].split(b":")[0].strip()
            for line in new
            if b"TenantAttribute(" in line
        ]
        if change.path == CLOSED_MAP:
            continue  # becomes the recipe's own file
        # A message is refused where it was processed.
        gone = Counter(line for line in gone.elements() if b".message_process(" not in line)
        gone = Counter(line for line in gone.elements() if not is_needed_no_longer(line, change))
        # A line is logged in a `with`.
        deeper = {line for line in gone if b"    " + line in new and b" with logging_for(" in change.after}
        gone = Counter(line for line in gone.elements() if line not in deeper)
        new = Counter(line for line in new.elements() if line.removeprefix(b"    ") not in deeper)
        # What an attribute's text says stands below its declaration in the class.
        texts = {line.strip() for line in new if line.strip().startswith(b'"""')}
        gone = Counter(line for line in gone.elements() if line.strip() not in texts)
        assert [line for line in gone if not line.startswith(tuple(starts)) and b"global " not in line] == [], (
            change.path
        )
        assert [line for line in new if not is_a_recipes(line, change)] == [], change.path


CLOSED_MAP = "src/common/structure/context_aware_map.py"
# What the recipes write, as it reads where it is put.
WRITTEN = re.compile(
    rb"^\s*@(webui_tenant|webui_token|webui_admin|loads_tenants_afterwards|for_every_tenant)\b"
    rb"|^\s*@(in_own_tenant|in_sender_tenant|remembers_tenant|across_tenants|for_each_tenant)\b"
    rb"|^\s*await refuse_message\(|^\s*with logging_for|^\s*return\r?$|^from typing import "
    rb"|^from src\.(webui\.tenant\w*|common\.(message\.)?tenant_\w+|plugin_system\S*) import |^import \w+\r?$"
    rb"|TenantLocal|on_start|OnStart|load_current_tenant|TenantLoad|tenant_load|tenant_info|ON_START"
    rb"|load_tenant|return True, None|require_file_name"
    rb"|current_tenant_id\(\)|require_own_chat|require_admin_tenant|require_tenant_table|enabled_for_tenant\("
    rb"|common\.\w+\.tenant_\w+ import|tenant_path\(|unique_in_tenant|TenantWrites"
    rb"|own_data\(|own_rows\(|own_runs|(ContextAware|ProcessAware|Template|Task)Map|TenantAttribute|"
    + "（每个租户的部分）".encode()
)
REPLACED = (
    # What would be too long is laid out: in brackets, on a line of its own.
    (rb"([(\[])\r?\n +([^\n]*[^\n,])\r?\n *([)\]])", rb"\1\2\3"),
    (rb" = \((own_rows\([^\n]*\.get\(\))\)", rb" = \1"),
    (rb"own_connections\(([\w.]+)\)", rb"\1"),
    (rb"own_runs\(([^()\n]*(?:\([^()\n]*\))?)\)", rb"\1"),
    (rb"own_components\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", rb"\1"),
    (rb"\(tenant_id, agent_id\)", b'f"{tenant_id}::{agent_id}"'),
    (rb"\(tenant_id, agent_id or ''\)", b"f\"{tenant_id}:{agent_id or ''}\""),
    (rb"tuple\[str, str\]", rb"str"),
    (rb"(?:own_lines|own_listeners|masked|with_tenant)\(((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*)\)", rb"\1"),
    (rb"(?:key_not_checked|without_plugin_service)\(([^()\n]*)\)", rb"\1"),
    (rb"whole_name\(([\w.]+\([^()\n]*\)), \w+\)", rb"\1"),
    (rb"guarded_app\((\w+\(.*?\))\)", rb"\1"),
    (rb"below\(([\w.]+), ([\w.]+)\)", rb"\1 / \2"),
    (rb"carry_context\((lambda.*\)|[^()]+(\(.*?\))?)\)", rb"\1"),
    (rb"own_rows\(([\w.]+\([^()\n]*\))[^()\n]*\)", rb"\1"),
    (rb"enabled_for_tenant\(([\w.]+\([^()\n]*\))(?:, \w+)?\)", rb"\1"),
    (rb"\.value\b", b""),
    (rb"ON_TENANT_LOAD", b"ON_START"),
    (rb"on_tenant_load", b"on_start"),
    (rb"OnTenantLoad", b"OnStart"),
)


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a file, without what the recipes write inside of lines."""
    for old, new in REPLACED:
        data = re.sub(old, new, data)
    return [line for line in data.split(b"\n") if line.strip()]


def is_a_recipes(line: bytes, change: Change) -> bool:
    """Whether a line is a recipe's own: written by it, or by a half of a handler that has been split."""
    support = b"\n".join(path.read_bytes() for path in (recipes_folder() / "support").glob("*.py"))
    if WRITTEN.search(line) or line.rstrip(b"\r") in lines_of(support):
        return True
    if is_shorter(line, change.before or b"") or keeps_a_body(line, change):
        return True
    split = [name.encode() for edit in change.edits if edit.recipe == "on-tenant-load" for name in edit.names]
    is_pair = line.strip().startswith((b"return [", b"[", b"]", b"("))
    return is_pair or line.strip().rstrip(b"\r") in (change.before or b"") or any(name in line for name in split)


def is_shorter(line: bytes, before: bytes) -> bool:
    """Whether a line imports some of what a line did before: the rest is needed no longer, or stands on other lines."""
    if re.fullmatch(rb"    \w+,\r?", line):
        return re.search(rb"^from .*import .*\b%s\b" % line.strip().rstrip(b","), before, re.MULTILINE) is not None
    module, _, names = line.rstrip(b"\r").partition(b" import ")
    return bool(names) and any(
        old.startswith(module + b" import ")
        and set(names.split(b", ")) < set(old.partition(b" import ")[2].split(b", "))
        for old in before.replace(b"\r", b"").split(b"\n")
    )


def is_needed_no_longer(line: bytes, change: Change) -> bool:
    """Whether a line imported names that the file no longer mentions."""
    _, _, names = line.rstrip(b"\r").partition(b" import ")
    return line.startswith(b"from ") and all(
        re.fullmatch(rb"\w+", name) and re.search(rb"\b%s\b" % name, change.after) is None
        for name in names.split(b", ")
    )


def keeps_a_body(line: bytes, change: Change) -> bool:
    """Whether a line is the body of an `__init__` whose attributes are all declared in the class."""
    start = re.compile(rb"    def __init__\(self\)(?: -> None)?:\r?\n%s\n" % re.escape(line))
    return line.strip() == b"pass" and start.search(change.after) is not None and b"TenantAttribute(" in change.after


def test_added_lines_end_as_their_neighbours_do(plan: Plan) -> None:
    for change in plan.changes:
        before, now = change.before or b"", change.after
        assert before.count(b"\r\n") == before.count(b"\n") or now.count(b"\r\n") == before.count(b"\r\n")
        if before.count(b"\r\n") == before.count(b"\n") > 0:
            assert now.count(b"\r\n") == now.count(b"\n"), change.path


def test_every_changed_file_compiles_and_the_trees_ruff_reports_nothing_new(
    checkout: Checkout, plan: Plan, tmp_path: Path
) -> None:
    for change in plan.changes:
        compile(change.after, change.path, "exec", dont_inherit=True)
    before = {change.path: change.before for change in plan.changes if change.before is not None}
    now = {change.path: change.after for change in plan.changes}
    new = reported(checkout, tmp_path / "now", now) - reported(checkout, tmp_path / "before", before)
    assert new == Counter()


def reported(checkout: Checkout, folder: Path, files: Mapping[str, bytes]) -> Counter[tuple[str, str]]:
    """What ruff reports of files under the tree's own settings, counted by file and rule."""
    settings = [path for path in map(checkout.root.joinpath, SETTINGS) if path.is_file()]
    for path, data in [(path.name, path.read_bytes()) for path in settings] + list(files.items()):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--exit-zero", "--output-format", "json"]
    command += ["--force-exclude", "--no-respect-gitignore", *sorted(files)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return Counter(
        (Path(item["filename"]).relative_to(folder.resolve()).as_posix(), item["code"])
        for item in json.loads(done.stdout)
    )


@pytest.mark.usefixtures("afresh")
def test_neither_workers_nor_the_order_of_files_matter(
    checkout: Checkout, recipes: tuple[Recipe, ...], plan: Plan
) -> None:
    files = list(checkout.files)
    random.Random(7).shuffle(files)
    shuffled = Checkout(checkout.root, tuple(files))
    with rewriters(2) as by:
        again = make_plan(shuffled, survey_of(shuffled, workers=2), recipes, named=True, by=by)
    assert again == plan


def test_apply_writes_all_of_it_and_undo_restores_every_byte(checkout: Checkout, plan: Plan) -> None:
    runs.apply_changes(checkout.root, plan.changes)
    try:
        for change in plan.changes:
            assert (checkout.root / change.path).read_bytes() == change.after
    finally:
        runs.undo(checkout.root)
    assert open_checkout(checkout.root).files == checkout.files


@pytest.mark.parametrize("command", ["audit", "diff"])
def test_the_hashes_of_names_do_not_matter(tree: Path, command: str) -> None:
    """What is said hangs on no set's order: texts have other hashes in every process."""

    def said(seed: str) -> tuple[bytes, bytes]:
        line = [sys.executable, "-m", "codemods.cli", command, str(tree)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(line, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    assert said("1") == said("2")
