"""Names of what modules define: read once, told apart, and shown."""

from __future__ import annotations

from codemods.analysis.symbols import MODULE_BODY, Symbol


def test_a_colon_in_a_modules_own_name_is_no_separator() -> None:
    odd = Symbol("src.webui.a:b", "get")
    assert (odd.module, odd.qualname, odd.body) == ("src.webui.a:b", "get", Symbol("src.webui.a:b", MODULE_BODY))


def test_what_a_recipe_names_is_read_and_shown_the_same() -> None:
    assert [str(Symbol.parse(text)) for text in ("a.b", "a.b:C.d")] == ["a.b", "a.b:C.d"]


def test_an_attribute_knows_its_owner() -> None:
    streams = Symbol("a.b", "C").member("streams")
    assert (streams.qualname, streams.name, streams.owner, streams.dotted) == (
        "C.streams",
        "streams",
        Symbol("a.b", "C"),
        "a.b.C.streams",
    )
    assert Symbol("a.b").member("C") == Symbol("a.b", "C")
