"""SubscribeHandlers: where a class says its event, or where it is registered, and only for that class."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.subscribe_handlers import SubscribeHandlers
from codemods.places import Imported, Subscription

HEAD = "from src.plugin_system import EventType\n\n\n"
ITSELF, REGISTERED_IN_F = Subscription("A"), Subscription("A", "P.f")


def subscribed(code: str, place: Subscription = ITSELF) -> tuple[str, list[str]]:
    """The code after, which compiles, and the warnings."""
    context = CodemodContext(full_module_name="plugins.p.plugin", full_package_name="plugins.p")
    command = SubscribeHandlers(
        context,
        [place],
        event="ON_START",
        becomes="ON_TENANT_LOAD",
        enum=Imported("src.plugin_system", "EventType"),
    )
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code.encode()))).bytes
    compile(after, "a.py", "exec", dont_inherit=True)
    return after.decode(), context.warnings


def by_hand(place: str) -> list[str]:
    return [f"{place} is not subscribed here as it was read: subscribe it to ON_TENANT_LOAD by hand"]


STAYS = {
    "a body on one line": HEAD + "class A(B): event_type = EventType.ON_START\n",
    "another event": HEAD + "class A(B):\n    'ON_START'\n    event_type = EventType.ON_STOP\n",
    "worked out": HEAD + "class A(B):\n    event_type = pick()\n",
    "not first on its line": HEAD + "class A(B):\n    weight = 1; event_type = EventType.ON_START\n",
    "not the first target": HEAD + "class A(B):\n    x = event_type = EventType.ON_START\n",
    "below a condition": HEAD + "class A(B):\n    if X:\n        event_type = EventType.ON_START\n",
    "a constant of two meanings": HEAD
    + "E = EventType.ON_START\nE = EventType.ON_STOP\nclass A(B):\n    event_type = E\n",
    "in a function": HEAD + "def make():\n    class A(B):\n        event_type = EventType.ON_START\n",
    "the name of the events taken": "EventType = 1\n\n\nclass A(B):\n    x = 1\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_a_class_that_stays_and_is_reported(code: str) -> None:
    assert subscribed(code) == (code, by_hand("A"))


# What a class says: "!" marks the event that becomes the other one.
SAYS = {
    "a member": "event_type = EventType.ON_START!  # ON_START",
    "a member of another name": "event_type: ET = ET.ON_START!; weight = 1",
    "a text": "event_type = 'on_start!'",
    "a list": "init_subscribe: list = [EventType.ON_START!, 'ON_START!', OTHER]",
    "a call": "event_type = EventType('on_start!')",
    "two targets": "event_type = first = EventType.ON_START!",
    "a name": "event_type = 'on_start!'\n    handler_name = 'greet_on_start!'",
    "a name put together": "event_type = 'on_start!'\n    handler_name = PREFIX + f'on_start!_{x}' 'ON_START!'",
    "a constant as the name": "event_type = 'on_start!'\n    handler_name = NAME",
    "a description": "event_type = 'on_start!'\n    handler_description = f'订阅ON_START!，{x}，ON_START_DELAY'",
    "docstrings": (
        "event_type = 'on_start!'\n\n    async def execute(self, m):\n"
        "        '''\n        ON_START! ON_START!，on_start_server()\n        '''\n        log('ON_START')"
    ),
}


@pytest.mark.parametrize("body", SAYS.values(), ids=SAYS)
def test_what_a_class_says(body: str) -> None:
    code = f"{HEAD}@register\nclass A(B):\n    {body}\n\n    class A:\n        event_type = EventType.ON_START\n"
    after = code.replace("ON_START!", "ON_TENANT_LOAD").replace("on_start!", "on_tenant_load")
    assert subscribed(code.replace("!", "")) == (after, [])


def test_a_constant_stays_what_it_is_for_others() -> None:
    code = HEAD + "E = EventType.ON_START\n\n\nclass A(B):\n    event_type = E\n\n\nclass C(B):\n    event_type = E\n"
    after, _ = subscribed(code)
    assert after == code.replace("    event_type = E\n", "    event_type = EventType.ON_TENANT_LOAD\n", 1)


INHERITS = {
    "a docstring": "class A(B):\n    'doc'\n|    # c\n    def f(self): pass\n",
    "no docstring": "class A(B):\n|    pass\n",
    "a comment": "class A(B):\n|    # of x\n    x = 1\n",
    "only a docstring": "class A(B):\n    'doc'\n|",
    "an empty line": "class A(B):\n    'doc'\n\n|    # of x\n    x = 1\n",
}


@pytest.mark.parametrize("code", INHERITS.values(), ids=INHERITS)
def test_a_class_that_inherits_its_event_says_its_own(code: str) -> None:
    after = HEAD + code.replace("|", "    event_type = EventType.ON_TENANT_LOAD\n")
    assert subscribed(HEAD + code.replace("|", "")) == (after, [])


def test_the_import_that_this_needs() -> None:
    after, _ = subscribed("from other import EventType as E\n\n\nclass A(B):\n    x = 1\n")
    assert after.startswith("from other import EventType as E\nfrom src.plugin_system import EventType\n")
    code = "from src.plugin_system.base import EventType\n\n\nclass A(B):\n    x = 1\n"
    assert subscribed(code)[0].count("import") == 1


def test_bytes_around_stay() -> None:
    code = "\ufeffclass A(B):\r\n\t'''ON_START\n\ton_start'''\r\n\tevent_type = 'on_start'\n# end"
    after, warnings = subscribed(code)
    assert after == code.replace("ON_START", "ON_TENANT_LOAD").replace("on_start", "on_tenant_load")
    assert warnings == []


# Where it is registered

INFO = "EventHandlerInfo(name='on_start', event_type=EventType.ON_START)"
CHANGED = "EventHandlerInfo(name='on_tenant_load', event_type=EventType.ON_TENANT_LOAD)"


def registering(body: str) -> str:
    return f"{HEAD}class P:\n    def f(self):\n        {body}\n\n    def g(self):\n        return [({INFO}, A)]\n"


NOT_REGISTERED = {
    "another class": f"return [({INFO}, B)]",
    "an info for two": f"info = {INFO}; return [(info, A), (info, B)]",
    "a name for two": f"info = {INFO}\n        x = [(info, A)]\n        info = {INFO}\n        return [*x, (info, B)]",
    "an info from elsewhere": "return [(A.get_handler_info(), A), (x, A), (self.x, A)]",
    "positional": "return [(EventHandlerInfo('on_start', EventType.ON_START), A)]",
    "another event": "return [(EventHandlerInfo(name='on_start', event_type=EventType.ON_STOP), A)]",
    "an info of a function around": f"info = {INFO}\n        def g(): return [(info, A)]",
}


@pytest.mark.parametrize("body", NOT_REGISTERED.values(), ids=NOT_REGISTERED)
def test_what_does_not_register_it_stays_and_is_reported(body: str) -> None:
    code = registering(body)
    assert subscribed(code, REGISTERED_IN_F) == (code, by_hand("A in P.f"))


REGISTERED = {
    "a pair": "return [(INFO, B), (INFO!, A), (OTHER, C)]",
    "two arguments": "self.add(INFO!, A)",
    "keywords": "self.add(info=INFO!, cls=A)",
    "a name": "info = INFO!\n        other = INFO\n        return [(info, A), (other, B)]",
    "two names": "a = b = INFO!\n        return [(b, A)]",
    "one of several": "x = []\n        if y: x.append((INFO!, A))\n        x += [(INFO, B)]",
}


@pytest.mark.parametrize("body", REGISTERED.values(), ids=REGISTERED)
def test_where_it_is_registered(body: str) -> None:
    before, after = body.replace("!", "").replace("INFO", INFO), body.replace("INFO!", CHANGED).replace("INFO", INFO)
    assert subscribed(registering(before), REGISTERED_IN_F) == (registering(after), [])


def test_comments_and_other_arguments_stay() -> None:
    code = registering("return [(EventHandlerInfo(\n  name=NAME,  # c\n  event_type=START,\n  weight=5,), A,)]  # d")
    after = code.replace("START,\n", "EventType.ON_TENANT_LOAD,\n")
    assert subscribed(code, REGISTERED_IN_F) == (after, [])


def test_a_constant_that_only_the_function_imported_for_it_goes() -> None:
    head = "from src.plugin_system import EventType\n\n\nclass P:\n    def f(self):\n"
    code = f"{head}        from .events import START\n\n        return [(Info(event_type=START), A)]\n"
    after = f"{head}        return [(Info(event_type=EventType.ON_TENANT_LOAD), A)]\n"
    assert subscribed(code, REGISTERED_IN_F)[0] == after
