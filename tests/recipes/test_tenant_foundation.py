"""tenant-foundation: what it adds to a context module, what it leaves, and how the result behaves."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.errors import TenantizeError
from codemods.tree import Checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import FORM, RecipeSnapshots, after, form_tree, shown

RECIPE = "tenant-foundation"
CONTEXT = "src/common/message/tenant_context.py"
GATEWAY = "src/common/message/api.py"

SHORT = """
from contextvars import ContextVar, Token

_STATE = ContextVar("state", default=(None, None))


def get_current_tenant_id():
    return _STATE.get()[0]


def get_current_agent_id():
    return _STATE.get()[1]


def set_current_tenant(tenant_id, agent_id=None) -> Token:
    return _STATE.set((tenant_id, agent_id))


def reset_current_tenant(token: Token) -> None:
    _STATE.reset(token)
"""

UNCHANGED = {
    "all is there": SHORT
    + """

class TenantContextError(RuntimeError):
    pass


class TenantAccessError(RuntimeError):
    pass


def current_tenant_id():
    return get_current_tenant_id()


def current_agent_id():
    return get_current_agent_id()


def admin_pair():
    return "admin", "local"


def _calling_function():
    return ""


def tenant_scope(tenant_id, agent_id):
    return None


def tenant_context(tenant_id, agent_id=None):
    return None


def tenant_context_async(tenant_id, agent_id=None):
    return None
"""
}
CHANGED = {
    "getters only": SHORT,
    "an error of its own": SHORT + "\n\nclass TenantContextError(RuntimeError):\n    code = 7\n",
}


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    files = {CONTEXT: UNCHANGED[form]}
    assert plan_of(form_tree(files), RECIPE).changes == ()
    assert shown(form, files, RECIPE) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_gets_what_it_lacks(form: str, snapshot: SnapshotAssertion) -> None:
    assert shown(form, {CONTEXT: CHANGED[form]}, RECIPE) == snapshot(extension_class=RecipeSnapshots)


def test_a_module_of_another_kind_is_left_alone() -> None:
    checkout = form_tree({CONTEXT: "_STATE = None\n"})
    with pytest.raises(TenantizeError, match="defines no get_current_tenant_id"):
        plan_of(checkout, RECIPE)
    assert plan_of(checkout).changes == ()


def test_what_it_gives_back_was_meant_by_those_who_import_it() -> None:
    """A definition that was lost while its uses stayed: the gateway enters a tenant, no second run is needed."""
    api = """
        from src.chat.message_receive.bot import chat_bot
        from src.common.message.tenant_context import tenant_context_async

        async def message_handler(data):
            async with tenant_context_async(data["tenant"], data["agent"]):
                await chat_bot.message_process(data)
    """
    checkout = form_tree({CONTEXT: SHORT, GATEWAY: api})
    (entry,) = (item for item in survey_of(checkout).entry_points("gateway") if item.path == GATEWAY)
    assert entry.verdict == "secure"
    plan = plan_of(checkout)
    given = next(item.after for item in plan.changes if item.path == CONTEXT)
    assert b"async def tenant_context_async" in given
    assert plan_of(after(checkout, plan)).changes == ()


def without_context() -> Checkout:
    checkout = form_tree({})
    return Checkout(checkout.root, tuple(file for file in checkout.files if file.path != CONTEXT))


def test_a_tree_without_the_module_gets_one_with_its_packages() -> None:
    changes = {change.path: change for change in plan_of(without_context(), RECIPE).changes}
    assert changes[CONTEXT].before is None
    assert changes["src/common/message/__init__.py"].after == b""


@pytest.fixture(params=["the sample's own module", "a module made by the recipe"])
def context(request: pytest.FixtureRequest) -> ModuleType:
    """The migrated context module, running."""
    made = request.param.startswith("a module")
    checkout = without_context() if made else form_tree({CONTEXT: (SAMPLE / CONTEXT).read_bytes()})
    module = ModuleType("src.common.message.tenant_context")
    source = after(checkout, plan_of(checkout, RECIPE)).by_path[CONTEXT].data
    # Dataclasses look their module up by its name.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        exec(compile(source, CONTEXT, "exec", dont_inherit=True), module.__dict__)
    return module


def test_the_interface_is_the_reference_trees(context: ModuleType) -> None:
    token = context.set_current_tenant("a", "x")
    assert (context.get_current_tenant_id(), context.get_current_agent_id()) == ("a", "x")
    assert (context.get_current_context().tenant_id, context.get_current_context().agent_id) == ("a", "x")
    context.reset_current_tenant(token)
    assert context.get_current_tenant_id() is context.get_current_agent_id() is None
    with context.tenant_context("b"):
        assert (context.get_current_tenant_id(), context.get_current_agent_id()) == ("b", None)

    async def entered() -> str | None:
        async with context.tenant_context_async("c", "y"):
            tenant: str | None = context.get_current_tenant_id()
            return tenant

    assert asyncio.run(entered()) == "c"
    assert context.get_current_tenant_id() is None


def test_without_a_tenant_it_raises_and_names_the_function(context: ModuleType) -> None:
    def needs_one() -> list[str]:
        return [context.current_tenant_id() for _ in range(1)]

    with pytest.raises(context.TenantContextError, match=r"needs_one 需要租户上下文") as error:
        needs_one()
    assert isinstance(error.value, RuntimeError)
    with context.tenant_context("a"), pytest.raises(context.TenantContextError, match="agent"):
        context.current_agent_id()


def test_one_scope_sync_and_async(context: ModuleType) -> None:
    with context.tenant_scope("a", "x"):
        assert (context.current_tenant_id(), context.current_agent_id()) == ("a", "x")
        with context.tenant_scope("b", "y"):
            assert context.current_tenant_id() == "b"
        assert context.current_tenant_id() == "a"
    assert context.get_current_tenant_id() is None

    async def both() -> list[str]:
        async def entered(tenant: str) -> str:
            async with context.tenant_scope(tenant, "x"):
                await asyncio.sleep(0)
                current: str = context.current_tenant_id()
                return current

        return list(await asyncio.gather(entered("a"), entered("b")))

    assert asyncio.run(both()) == ["a", "b"]


def test_a_scope_never_outlives_its_block(context: ModuleType) -> None:
    with pytest.raises(KeyError), context.tenant_scope("a", "x"):
        raise KeyError("a")
    assert context.get_current_tenant_id() is None

    async def cancelled() -> str | None:
        async def waits() -> None:
            async with context.tenant_scope("a", "x"):
                await asyncio.sleep(60)

        task = asyncio.create_task(waits())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        tenant: str | None = context.get_current_tenant_id()
        return tenant

    assert asyncio.run(cancelled()) is None


@pytest.mark.parametrize("pair", [("", "x"), ("a", ""), (None, "x")])
def test_a_scope_needs_both_ids(context: ModuleType, pair: tuple[str, str]) -> None:
    with pytest.raises(context.TenantContextError):
        context.tenant_scope(*pair)


def test_nothing_is_done_when_the_module_cannot_be_edited() -> None:
    """Handlers would import from it what it does not have; a form feed is what LibCST does not give back."""
    text = (SAMPLE / CONTEXT).read_bytes()
    handler = '@router.get("/count")\nasync def count():\n    return {"count": Messages.select().count()}\n'
    head = (
        "from fastapi import APIRouter\nfrom src.common.database.database_model import Messages\nrouter = APIRouter()\n"
    )
    checkout = form_tree({CONTEXT: text + b"\n\x0c\n", FORM: head + handler})
    with pytest.raises(TenantizeError, match=r"tenant_context\.py: LibCST does not give it back.*Nothing was changed"):
        plan_of(checkout)
