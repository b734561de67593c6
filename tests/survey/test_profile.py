"""A tree is recognised for what it is, by what its code does; and no green verdict stands where it cannot be true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from codemods.survey.profile import Kind
from codemods.survey.survey import Survey
from codemods.survey.verdicts import GLOBAL, INSECURE, NOT_JUDGED, SCOPED, SECURE, STATELESS, UNRESOLVED
from codemods.tree import Checkout, SourceFile, module_name
from tests.cli.running import Tenantize, assert_one_sentence, tenantize  # noqa: F401
from tests.conftest import commit_all, plan_of, survey_of
from tests.forms import after, form_repository, form_tree

DATABASE, CONTEXT = "src/common/database/database_model.py", "src/common/message/tenant_context.py"
# A base of peewee's that adds no tenant, and one that does in words of its own.
PLAIN = """
    from peewee import Model, TextField

    class BaseModel(Model):
        class Meta:
            database = None

    class Messages(BaseModel):
        text = TextField()
"""
OTHER_WORDS = """
    from contextvars import ContextVar
    from peewee import Model, TextField

    _whose: ContextVar[str] = ContextVar("whose")

    class Rows(Model):
        owner = TextField()

        @classmethod
        def select(cls, *fields):
            return super().select(*fields).where(cls.owner == cls._now())

        @classmethod
        def create(cls, **query):
            return super().create(owner=cls._now(), **query)

        @classmethod
        def _now(cls):
            return _whose.get()

    class Messages(Rows):
        text = TextField()
"""
TABLES = """
    from sqlmodel import Field, SQLModel

    class PersonInfo(SQLModel, table=True):
        id: int = Field(primary_key=True)
"""
ROUTES = """
    from fastapi import APIRouter
    from sqlmodel import Session, select
    from src.common.database.database_model import PersonInfo

    router = APIRouter()

    @router.get("/persons")
    async def list_persons():
        with Session() as session:
            return session.exec(select(PersonInfo)).all()

    @router.delete("/persons/{number}")
    async def delete_person(number: int):
        with Session() as session:
            session.delete(session.get(PersonInfo, number))

    @router.get("/health")
    async def health():
        return "ok"
"""
SAVING = """
    from src.common.database.database_model import Messages

    async def count(chat_id: str):
        return Messages.select().count()
"""
WRAPPED = """
    from fastapi import APIRouter, Depends
    from src.common.database.database_model import Messages
    from src.common.message.tenant_context import tenant_context
    from src.webui.auth import get_current_token

    router = APIRouter(dependencies=[Depends(get_current_token)])

    @router.get("/count")
    async def count():
        with tenant_context("a", "b"):
            return Messages.select().count()
"""


def tree(**files: str) -> Checkout:
    """A tree of these files, by paths written with `__` and without their ending, and no more."""
    contents = {path.replace("__", "/") + ".py": dedent(text).encode() for path, text in files.items()}
    contents |= {"bot.py": b"", "src/common/logger.py": b"", "src/chat/__init__.py": b""}
    return Checkout(Path("tree"), tuple(SourceFile(p, module_name(p), data) for p, data in sorted(contents.items())))


def verdicts(survey: Survey) -> dict[str, str]:
    return {item.name: item.verdict for item in (*survey.entry_points(), *survey.api_functions)}


# What can be migrated


def test_a_tree_with_a_tenant_layer_can_be_migrated() -> None:
    profile = survey_of(form_tree({})).profile
    assert profile.kind is Kind.TENANT_LAYER and profile.is_migratable
    assert profile.line == "Profile: tenant layer: code enters tenants; 9 of 9 models keep to their tenant"


def test_a_tree_without_a_database_of_its_own_can_be_migrated() -> None:
    assert survey_of(form_tree({DATABASE: ""})).profile.is_migratable


def test_a_base_is_judged_by_what_it_does_and_not_by_its_name() -> None:
    assert survey_of(form_tree({DATABASE: OTHER_WORDS})).profile.kind is Kind.TENANT_LAYER


def test_a_context_that_cannot_be_read_is_no_missing_one() -> None:
    assert survey_of(form_tree({CONTEXT: "def broken(:\n"})).profile.kind is Kind.TENANT_LAYER


def test_a_plugin_of_the_known_system_can_be_migrated() -> None:
    plugin = form_repository({"plugin.py": "from src.plugin_system import BasePlugin\n"})
    assert survey_of(plugin).profile.kind is Kind.PLUGIN


# What cannot


def test_models_without_a_tenant_make_it_a_tree_of_one_tenant() -> None:
    profile = survey_of(form_tree({DATABASE: PLAIN})).profile
    assert profile.kind is Kind.SINGLE_TENANT
    assert "Messages has no tenant column and BaseModel adds no tenant" in profile.lack


def test_a_column_alone_makes_no_tenant_layer() -> None:
    profile = survey_of(form_tree({DATABASE: PLAIN + "        tenant_id = TextField()\n"})).profile
    assert "Messages has a tenant column, but BaseModel asks for no tenant" in profile.lack


def test_a_tree_that_nothing_enters_a_tenant_in_has_one_tenant() -> None:
    profile = survey_of(tree(src__common__database__database_model=PLAIN)).profile
    assert profile.kind is Kind.SINGLE_TENANT
    assert profile.evidence[0] == "nothing in it enters a tenant's context for a message"


@pytest.mark.parametrize(
    "base",
    [
        "from sqlalchemy.orm import DeclarativeBase\n\nclass Base(DeclarativeBase):\n    pass\n",
        "from sqlalchemy.ext.declarative import declarative_base\n\nBase = declarative_base()\n",
    ],
)
def test_tables_of_sqlalchemy_are_tables(base: str) -> None:
    model = base + '\nclass Messages(Base):\n    __tablename__ = "messages"\n    id: int\n'
    assert survey_of(tree(src__common__database__database_model=model)).profile.kind is Kind.SQL_TABLES


def test_a_plugin_that_was_migrated_says_what_host_it_needs() -> None:
    plain = "from src.plugin_system import BasePlugin\n"
    told = {
        "from src.common.message.tenant_context import tenant_context\n": "",
        "from src.common.message.tenant_local import TenantLocal\n": "src.common.message.tenant_local",
        "from src.common.message.tenant_files import tenant_path\n"
        "class A:\n    event_type = EventType.ON_TENANT_LOAD\n": "src.common.message.tenant_files, ON_TENANT_LOAD",
    }
    for text, needed in told.items():
        line = survey_of(form_repository({"plugin.py": plain + text})).profile.line
        assert line.endswith(f"it needs a host that has been migrated, for {needed}") == bool(needed)
        assert ("migrated" in line) == bool(needed)


def test_a_plugin_of_another_system_is_not_judged() -> None:
    profile = survey_of(form_repository({"plugin.py": "from maibot_sdk import MaiBotPlugin\n"})).profile
    assert profile.kind is Kind.OTHER_PLUGIN
    assert profile.line.startswith("not judged: it imports nothing of src.plugin_system")


@pytest.mark.parametrize("others", [{}, {"words.py": "WORDS = ['a']\n"}], ids=["alone", "beside others"])
def test_a_plugin_that_cannot_be_read_is_of_no_other_system(others: dict[str, str]) -> None:
    profile = survey_of(form_repository({"plugin.py": "def broken(:\n", **others})).profile
    assert (profile.kind, profile.is_migratable) == (Kind.PLUGIN, True)
    assert profile.line == "Profile: plugin: what it imports cannot be told, as 1 of its files could not be read"


def test_what_it_lacks_is_said_in_two_sentences() -> None:
    for checkout in (
        form_tree({DATABASE: PLAIN}),
        tree(src__common__database__database_model=TABLES),
        form_repository({"plugin.py": "import maibot_sdk\n"}),
    ):
        lack = survey_of(checkout).profile.lack
        assert lack.count(". ") == 1 and lack.endswith("nothing was changed.") and "update" not in lack


# Verdicts


def test_handlers_over_tables_of_sqlmodel_are_insecure() -> None:
    survey = survey_of(tree(src__common__database__database_model=TABLES, src__webui__person=ROUTES))
    assert verdicts(survey) == {"list_persons": INSECURE, "delete_person": INSECURE, "health": NOT_JUDGED}
    assert "table PersonInfo has no tenant column, and its base adds no tenant" in survey.profile.line


def test_nothing_is_green_in_a_tree_of_one_tenant() -> None:
    survey = survey_of(form_tree({DATABASE: PLAIN}))
    assert not {SECURE, SCOPED, GLOBAL, STATELESS} & set(verdicts(survey).values())


@pytest.mark.parametrize(
    ("path", "text", "verdict"),
    [
        ("src/webui/form_routes.py", WRAPPED, INSECURE),
        (
            "src/plugin_system/apis/form_api.py",
            "from src.common.message.tenant_context import current_tenant_id\n" + dedent(SAVING).replace(
                "    return", "    current_tenant_id()\n    return"
            ),
            UNRESOLVED,
        ),
    ],
    ids=["handler", "api function"],
)  # fmt: skip
def test_what_enters_a_tenant_over_rows_that_are_everybodys_is_not_secure(path: str, text: str, verdict: str) -> None:
    checkout = form_tree({DATABASE: PLAIN, path: text})
    survey = survey_of(after(checkout, plan_of(checkout, "tenant-foundation")))
    item = next(item for item in (*survey.entry_points(), *survey.api_functions) if item.path == path)
    assert item.verdict == verdict
    assert "Messages has no tenant column and BaseModel adds no tenant" in item.reason


# The command


def written(root: Path, checkout: Checkout) -> Path:
    for file in checkout.files:
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(file.data)
    if checkout.plugin:
        (root / "_manifest.json").write_text("{}")
    commit_all(root)
    return root


@pytest.fixture(
    params=[
        lambda: form_tree({DATABASE: PLAIN}),
        lambda: tree(src__common__database__database_model=TABLES, src__webui__person=ROUTES),
        lambda: form_repository({"plugin.py": "import maibot_sdk\n"}),
    ],
    ids=["single tenant", "tables", "plugin"],
)
def other_tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make: Callable[[], Checkout] = request.param
    return written(tmp_path / "form_plugin", make())


@pytest.mark.parametrize("command", ["apply", "diff", "pulls"])
def test_nothing_is_written_into_a_tree_that_cannot_be_migrated(
    command: str,
    tenantize: Tenantize,  # noqa: F811
    other_tree: Path,
) -> None:
    before = {path: path.read_bytes() for path in other_tree.rglob("*.py")}
    assert_one_sentence(tenantize(command, other_tree), "nothing was changed")
    assert {path: path.read_bytes() for path in other_tree.rglob("*.py")} == before


def test_its_audit_says_the_profile_first_and_strict_is_not_0(
    tenantize: Tenantize,  # noqa: F811
    other_tree: Path,
) -> None:
    answer = tenantize("audit", "--strict", other_tree)
    assert answer.status == 1
    assert answer.out.splitlines()[1].startswith(("Profile: single tenant: ", "Profile: tables ", "not judged: "))
    assert "SECURE (" not in answer.out and "'tenantize diff' shows" not in answer.out
