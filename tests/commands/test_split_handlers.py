"""SplitHandlers: both halves are what they were, both are registered, or nothing is changed."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.split_handlers import SplitHandlers, tenant_class
from codemods.places import Half, Halves, Imported, Splitting, Tried

P, T, B = Half
HEAD = "from src.plugin_system import EventType\n\n\n"
EXECUTE = "    async def execute(self, m):\n        process()\n        tenant()\n        return 1\n"
HANDLER = f"class AStart(B):\n    event_type = EventType.ON_START\n    handler_name = 'a_start'\n\n{EXECUTE}"
KEPT = HANDLER.replace("        tenant()\n", "")
OTHER = """

class ATenantLoad(AStart):
    event_type = EventType.ON_TENANT_LOAD
    handler_name = 'a_tenant_load'

    async def execute(self, m):
        tenant()
        return 1
"""


def split(code: str, *halves: Half | Tried, registered: bool = False) -> tuple[str, list[str]]:
    """The code after, which compiles, and the warnings; `registered`: by P.f, which is edited as well."""
    places = [Splitting("AStart", halves), *([Splitting("AStart", (), "P.f")] if registered else [])]
    context = CodemodContext(full_module_name="plugins.p.plugin", full_package_name="plugins.p")
    command = SplitHandlers(
        context,
        places,
        event="ON_START",
        becomes="ON_TENANT_LOAD",
        enum=Imported("src.plugin_system", "EventType"),
    )
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code.encode()))).bytes
    compile(after, "a.py", "exec", dont_inherit=True)
    return after.decode(), context.warnings


def handler(body: str) -> str:
    """A handler with this in its execute."""
    return f"{HEAD}class AStart(B):\n    event_type = EventType.ON_START\n\n    def execute(self):\n{body}"


# What must not change

STAYS = {
    "too few letters": (HEAD + HANDLER, (P, T)),
    "too many letters": (HEAD + HANDLER, (P, T, B, B)),
    "nothing for the process": (HEAD + HANDLER, (T, T, T)),
    "nothing for the tenant": (HEAD + HANDLER, (P, P, P)),
    "no try": (HEAD + HANDLER, (P, Tried((T,)), B)),
    "the name taken": (HEAD + HANDLER + "\n\nATenantLoad = 1\n", (P, T, B)),
    "not there": (HEAD + HANDLER.replace("AStart", "BStart"), (P, T, B)),
    "a class in a function": (f"{HEAD}def f():\n    class AStart(B):\n        def execute(self): pass\n", (P, T)),
    "two of them": (f"{HEAD}class AStart(B):\n    event_type = EventType.ON_START\n{EXECUTE}{EXECUTE}", (P, T, B)),
    "a body on one line": (f"{HEAD}class AStart(B):\n    def execute(self): process(); tenant()\n", (P, T)),
    "several on a line": (handler("        process(); tenant()\n        return 1\n"), (P, T, B)),
    "a decorated class": (HEAD + "@register('x')\n" + HANDLER, (P, T, B)),
    "super in the tenant's half": (handler("        process()\n        super().execute()\n"), (P, T)),
    "a mangled name in the tenant's half": (handler("        process()\n        self.__x = 1\n"), (P, T)),
    "a name that its own body has": (
        HEAD + HANDLER.replace("    event", "    from a import EventType\n    event"),
        (P, T, B),
    ),
    "a type that its own body has": (
        HEAD + HANDLER.replace("m):", "m: T):").replace("    event", "    T = int\n    event"),
        (P, T, B),
    ),
    "events of another name": ("EventType = 1\n\n\nclass AStart(B):\n" + EXECUTE, (P, T, B)),
}


@pytest.mark.parametrize(("code", "halves"), STAYS.values(), ids=STAYS)
def test_a_class_that_stays_and_is_reported(code: str, halves: Halves) -> None:
    after, warnings = split(code, *halves)
    assert after == code
    assert len(warnings) == 1


# The class


def test_two_halves() -> None:
    after, warnings = split(HEAD + HANDLER + "\n\nclass Last: pass\n", P, T, B)
    assert after == HEAD + KEPT + OTHER + "\n\nclass Last: pass\n"
    assert warnings == []
    assert split(after, P, T, B)[0] == after


def test_comments_stay_with_their_statements_and_the_rest_of_the_class_stays() -> None:
    code = (
        HEAD
        + '''# above
class AStart(B):  # c
    """文档。

    more
    """

    # the event
    event_type = EventType.ON_START  # c
    init_subscribe: list = [EventType.ON_START]
    weight = 3

    # how
    @deco
    async def execute(self, m):  # behind
        # first
        process()  # p

        # second
        tenant()  # t

    after = 1
'''
    )
    after, _ = split(code, P, T)
    other = '''

class ATenantLoad(AStart):
    """文档（每个租户的部分）"""

    event_type = EventType.ON_TENANT_LOAD
    init_subscribe = [EventType.ON_TENANT_LOAD]
    handler_name = AStart.handler_name + "_tenant_load"

    @deco
    async def execute(self, m):  # behind
        # second
        tenant()  # t
'''
    assert after == code.replace("\n        # second\n        tenant()  # t\n", "") + other


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("'文档'", '"""文档（每个租户的部分）"""'),
        ('r"""\\d 文档"""', 'r"""\\d 文档（每个租户的部分）"""'),
        ("'''a \"\"\" b'''", "'''a \"\"\" b（每个租户的部分）'''"),
    ],
)
def test_the_text_of_a_class_is_written_as_it_was(text: str, says: str) -> None:
    code = f"class AStart(B):\n    {text}\n\n    event_type = EventType.ON_START\n\n"
    after, _ = split(f"{HEAD}{code}    async def execute(self, m):\n        process()\n        tenant()\n", P, T)
    assert f"class ATenantLoad(AStart):\n    {says}\n" in after


def test_a_try_around_both_halves() -> None:
    body = (
        "        '''doc'''\n        try:\n            {}        # why\n        except E as e:\n            return 0\n"
    )
    after, _ = split(handler(body.format("process()\n            tenant()\n")), Tried((P, T)))
    process, _, tenant = after.partition("class ATenantLoad(AStart):")
    assert process.endswith(body.format("process()\n") + "\n\n")
    assert tenant.endswith(body.format("tenant()\n"))


def test_what_it_inherits_it_says_itself() -> None:
    after, _ = split("import a\n\n\nclass AStart(Base):\n" + EXECUTE, P, T, B)
    assert after.startswith("import a\nfrom src.plugin_system import EventType\n")
    lines = '    event_type = EventType.ON_TENANT_LOAD\n    handler_name = AStart.handler_name + "_tenant_load"\n\n'
    assert f"class ATenantLoad(AStart):\n{lines}    async def execute" in after


EVENTS = {
    "a member of another name": ("event_type = ET.ON_START", "event_type = ET.ON_TENANT_LOAD", False),
    "a list": ("init_subscribe = [a.ET.ON_START]", "init_subscribe = [a.ET.ON_TENANT_LOAD]", False),
    "a text": ("event_type = 'on_start'", "event_type = EventType.ON_TENANT_LOAD", True),
    "a constant": ("event_type = START", "event_type = EventType.ON_TENANT_LOAD", True),
}


@pytest.mark.parametrize(("said", "says", "imports"), EVENTS.values(), ids=EVENTS)
def test_the_event_is_of_what_the_file_imports(said: str, says: str, imports: bool) -> None:
    after, _ = split(f"import a\n\n\nclass AStart(B):\n    {said}\n\n{EXECUTE}", P, T, B)
    assert f"class ATenantLoad(AStart):\n    {says}\n" in after
    assert ("import EventType\n" in after) == imports


NAMES = {
    "AStart": "ATenantLoad",
    "OnStartA": "OnTenantLoadA",
    "Startup": "TenantLoad",
    "StartHandler": "TenantLoadHandler",
    "StarterHandler": "StarterTenantLoadHandler",
    "A": "ATenantLoad",
}


@pytest.mark.parametrize(("old", "new"), NAMES.items())
def test_names_of_classes(old: str, new: str) -> None:
    assert tenant_class(old) == new


HANDLER_NAMES = {
    "'on_start_a'": "'on_tenant_load_a'",
    "'a_startup'": "'a_tenant_load'",
    "r'r'": "r'r_tenant_load'",
    "''": "'_tenant_load'",
    "f'{x}'": "f'{x}' + \"_tenant_load\"",
    "NAME": 'NAME + "_tenant_load"',
}


@pytest.mark.parametrize(("old", "new"), HANDLER_NAMES.items(), ids=str)
def test_names_of_handlers(old: str, new: str) -> None:
    after, _ = split(HEAD + HANDLER.replace("'a_start'", old), P, T, B)
    assert f"    handler_name = {new}\n" in after


def test_newlines_tabs_and_a_bom() -> None:
    code = "\ufeff" + (HEAD + HANDLER).replace("    ", "\t").replace("\n", "\r\n")
    after, _ = split(code, P, T, B)
    assert after == "\ufeff" + (HEAD + KEPT + OTHER).replace("    ", "\t").replace("\n", "\r\n")


# Where it is registered

PAIR, OTHER_PAIR = "(AStart.get_handler_info(), AStart)", "(ATenantLoad.get_handler_info(), ATenantLoad)"
INFO = "Info(name='a_start', event_type=ET.ON_START)"
OTHER_INFO = "Info(name='a_tenant_load', event_type=ET.ON_TENANT_LOAD)"


def registering(body: str, handler: str = HANDLER) -> str:
    lines = body.replace("PAIR2", OTHER_PAIR).replace("PAIR", PAIR).replace("INFO2", OTHER_INFO).replace("INFO", INFO)
    return f"{HEAD}{handler}\n\nclass P:\n    def f(self):\n" + "".join(f"        {x}\n" for x in lines.split("\n"))


NOT_REGISTERED = {
    "a tuple of pairs": "return (PAIR,)",
    "a comprehension": "return [PAIR for a in b]",
    "a pair alone": "yield PAIR",
    "two arguments": "self.add(AStart.get_handler_info(), AStart)",
    "on the line of a condition": "if a: x.append(PAIR)",
    "behind another statement": "x = []; x.append(PAIR)",
    "another class": "return [(B.get_handler_info(), B)]",
    "the info of another class": "return [(B.get_handler_info(), AStart)]",
    "an info from elsewhere": "return [(self.info, AStart)]",
    "an info that is made elsewhere": "info = make()\nreturn [(info, AStart)]",
    "an annotated info": "info: Info = INFO\nreturn [(info, AStart)]",
    "positional arguments": "info = Info('a', ET.ON_START)\nreturn [(info, AStart)]",
    "no name": "return [(Info(event_type=ET.ON_START), AStart)]",
    "an info for two": "info = INFO\nreturn [(info, AStart), (info, B)]",
    "a name for two infos": "info = INFO\nx = [(info, AStart)]\ninfo = INFO\nreturn x",
    "the other info's name taken": "info = INFO\ntenant_info = 1\nreturn [(info, AStart)]",
}


@pytest.mark.parametrize("body", NOT_REGISTERED.values(), ids=NOT_REGISTERED)
def test_what_cannot_be_registered_twice_leaves_all_as_it_is(body: str) -> None:
    code = registering(body)
    assert split(code, P, T, B, registered=True) == (
        code,
        ["P.f is not there as it was read: split its handler by hand"],
    )


REGISTERED = {
    "one line": ("return [PAIR]  # c", "return [\n    PAIR,\n    PAIR2,\n]  # c"),
    "a trailing comma": ("return [PAIR,]", "return [\n    PAIR,\n    PAIR2,\n]"),
    "among others": ("x += [A, PAIR, B]", "x += [\n    A,\n    PAIR,\n    PAIR2,\n    B,\n]"),
    "several lines": ("x = [\n    # 1\n    PAIR,  # 2\n    # 3\n    B,\n    # 4\n]", None),
    "the last": ("x = [\n    A,\n    # 1\n    PAIR,  # 2\n    # 3\n]", None),
    "no trailing comma": ("x = [\n  A,\n  PAIR  # c\n]", "x = [\n  A,\n  PAIR,  # c\n  PAIR2\n]"),
    "two on a line": ("x = [\n    A, PAIR, B]", "x = [\n    A, PAIR,\n    PAIR2, B]"),
    "a pair of several lines": (
        "x = [(\n    AStart.get_handler_info(),  # c\n    AStart,\n)]",
        "x = [(\n    AStart.get_handler_info(),  # c\n    AStart,\n), "
        "(\n    ATenantLoad.get_handler_info(),  # c\n    ATenantLoad,\n)]",
    ),
    "append": ("# c\nx.append(PAIR)  # d\nreturn x", "# c\nx.append(PAIR)  # d\nx.append(PAIR2)  # d\nreturn x"),
    "append and more": ("x.append(PAIR); y = 1", "x.append(PAIR); y = 1\nx.append(PAIR2)"),
    "an info in the pair": ("x.append((INFO, AStart))", "x.append((INFO, AStart))\nx.append((INFO2, ATenantLoad))"),
    "a named info": (
        "info = INFO\nx.append((info, AStart))",
        "info = INFO\ntenant_info = INFO2\nx.append((info, AStart))\nx.append((tenant_info, ATenantLoad))",
    ),
    "a named info of the class": (
        "info = AStart.get_handler_info()\nx.append((info, AStart))",
        "info = AStart.get_handler_info()\ntenant_info = ATenantLoad.get_handler_info()\n"
        "x.append((info, AStart))\nx.append((tenant_info, ATenantLoad))",
    ),
}


@pytest.mark.parametrize(("before", "after"), REGISTERED.values(), ids=REGISTERED)
def test_both_are_registered(before: str, after: str | None) -> None:
    after = after or before.replace("PAIR,  # 2\n", "PAIR,  # 2\n    PAIR2,\n")
    expected = registering(after, KEPT + OTHER)
    assert split(registering(before), P, T, B, registered=True) == (expected, [])
