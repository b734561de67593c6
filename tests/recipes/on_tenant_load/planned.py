"""Every form of start handler, and what on-tenant-load makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from textwrap import dedent

from codemods.plan.make import Plan
from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import FORM_PLUGIN, after, form_repository, form_tree, shown_plan
from tests.recipes.on_tenant_load.alone import ALONE
from tests.recipes.on_tenant_load.kept import KEPT
from tests.recipes.on_tenant_load.left_mixed import LEFT_MIXED
from tests.recipes.on_tenant_load.left_registered import LEFT_REGISTERED
from tests.recipes.on_tenant_load.left_state import LEFT_STATE
from tests.recipes.on_tenant_load.noted import NOTED
from tests.recipes.on_tenant_load.plugin_file import plugin
from tests.recipes.on_tenant_load.split import SPLIT
from tests.recipes.on_tenant_load.started import STARTED
from tests.recipes.on_tenant_load.stored import STORED
from tests.recipes.on_tenant_load.subscriptions import SUBSCRIPTIONS
from tests.recipes.on_tenant_load.unchanged import UNCHANGED
from tests.recipes.on_tenant_load.work import WORK

RECIPE = "on-tenant-load"

CHANGED = SUBSCRIPTIONS | WORK | KEPT | SPLIT | STORED | STARTED
LEFT = LEFT_REGISTERED | LEFT_MIXED | LEFT_STATE
FORMS = UNCHANGED | CHANGED | NOTED | LEFT | ALONE


def files_of(form: str) -> dict[str, str | bytes]:
    """The files of a form, in a tree or in a repository of its own."""
    texts = FORMS[form]
    texts = {"plugin.py": texts} if isinstance(texts, str) else texts
    place = "" if form in ALONE else f"plugins/{FORM_PLUGIN}/"
    files: dict[str, str | bytes] = {}
    for path, text in texts.items():
        data = plugin(text) if path == "plugin.py" else dedent(text).lstrip("\n")
        where = path if path.startswith("src/") else place + path
        files[where] = data.replace("\n", "\r\n").encode() if "CRLF" in form else data
    return files


@dataclass(frozen=True)
class Planned:
    """A form on what it stands on, and what the recipe makes of it."""

    form: str
    checkout: Checkout
    plan: Plan

    @property
    def edited(self) -> set[str]:
        """Those of the form's files that the plan changes."""
        return {change.path for change in self.plan.changes} & set(files_of(self.form))

    @cached_property
    def migrated(self) -> Checkout:
        return after(self.checkout, self.plan)

    @property
    def text(self) -> str:
        """The form's files after."""
        return "".join(self.migrated.by_path[path].data.decode() for path in files_of(self.form))

    @property
    def shown(self) -> str:
        return shown_plan(self.form, files_of(self.form), self.checkout, self.plan)


@cache
def planned(form: str) -> Planned:
    checkout = form_repository(files_of(form)) if form in ALONE else _on_the_ground(form)
    return Planned(form, checkout, plan_of(checkout, RECIPE))


@cache
def _ground() -> Checkout:
    """A tree where the foundation is laid and the recipe's own parts are in place, without any plugin."""
    checkout = form_tree({})
    for recipe in ("tenant-foundation", RECIPE):
        checkout = after(checkout, plan_of(checkout, recipe))
    return checkout


def _on_the_ground(form: str) -> Checkout:
    there = {file.path: file for file in (*form_tree(files_of(form)).files, *_ground().files)}
    return replace(_ground(), files=tuple(there[path] for path in sorted(there)))


def handlers(checkout: Checkout, verdict: str) -> set[str]:
    """The handlers of ON_START with a verdict, by their names."""
    entries = survey_of(checkout).entry_points("event-handler")
    return {entry.qualname for entry in entries if entry.verdict == verdict and "ON_START" in entry.reason}
