"""What is kept by objects of whose class nothing is in view: answers of the web, files in memory, heirs of both."""

from __future__ import annotations

import pytest

from tests.analysis.test_holders import changed

RESPONSE = "from fastapi import Response\n"
PAGE = "from fastapi.responses import JSONResponse\nclass Page(JSONResponse):\n    pass\n"
LOG = "import io\nclass Log(io.StringIO):\n    pass\n"
FIELDS = "class Fields:\n    pass\n"


@pytest.mark.parametrize(
    "code",
    [
        RESPONSE + "def f(a):\n    kept = Response()\n    kept.set_cookie('a', a)\n    return kept",
        RESPONSE + "def f(a, kept: Response):\n    kept.set_cookie('a', a)",
        RESPONSE + "kept = Response()\ndef f():\n    return kept",
        PAGE + "def f(a):\n    kept = Page({})\n    kept.set_cookie('a', a)\n    return kept",
        LOG + "def f(a):\n    kept = Log()\n    kept.write(a)\n    return kept.getvalue()",
        LOG + "def note(box, a):\n    box.write(a)\ndef f(a):\n    kept = Log()\n    note(kept, a)",
        "from fastapi import APIRouter\nkept = APIRouter()\ndef f(a):\n    kept.include_router(a)",
        "import threading\nclass Worker(threading.Thread):\n    pass\nkept = Worker()\ndef f(a):\n    kept.tell(a)",
        "import abc\nclass Base(abc.ABC):\n    pass\nkept = Base()\ndef f(a):\n    kept.tell(a)",
        FIELDS + "    def tell(self, a):\n        return a\nkept = Fields()\ndef f(a):\n    kept.tell(a)",
        "def tell(box, a):\n    box.tell(a)\nclass A:\n    def tell(self, a):\n        pass\nkept = A()\n"
        "def f(a):\n    tell(kept, a)",
        "import logging\nkept = logging.getLogger()\ndef tell(box, a):\n    box.say(a)\ndef f(a):\n    tell(kept, a)",
    ],
)
def test_what_is_made_for_a_call_and_what_only_says_something_is_no_holder(code: str) -> None:
    assert changed(m=code) == {}


@pytest.mark.parametrize(
    "code",
    [
        RESPONSE + "kept = Response()\ndef f(a):\n    kept.set_cookie('a', a)",
        RESPONSE + "kept = Response()\ndef tell(box, a):\n    box.set_cookie('a', a)\ndef f(a):\n    tell(kept, a)",
        PAGE + "kept = Page({})\ndef f(a):\n    kept.set_cookie('a', a)",
        LOG + "kept = Log()\ndef f(a):\n    kept.write(a)",
        LOG + "class Other(Log):\n    pass\nkept = Other()\ndef f(a):\n    kept.writelines(a)",
        LOG + "kept = Log()\ndef tell(box, a):\n    box.write(a)\ndef f(a):\n    tell(kept, a)",
        "import httpx\nclass Client(httpx.Client):\n    pass\nkept = Client()\ndef f(a):\n    kept.mount('a', a)",
    ],
)
def test_what_such_an_object_of_all_is_handed_changes_it(code: str) -> None:
    assert changed(m=code) == {"m:kept": ["f"]}
