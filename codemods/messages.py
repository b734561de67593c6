"""Texts for people, which know what they were made of, so that each can be told in English or in Chinese.

The wordings in English stand in the code, the Chinese ones in locale/zh/LC_MESSAGES/tenantize.po (gettext).
"""

from __future__ import annotations

import gettext
import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)
_DOMAIN = "tenantize"
# What gettext asks where nobody named another: nothing is told there.
_NO_DOMAIN = "messages"
_LOCALE = Path(__file__).with_name("locale")
# So many names a sentence gives of many.
_NAMED = 4


class Phrase(str):
    """A text in English that knows its wording and what fills it, for another language."""

    __slots__ = ("arguments", "many", "wording")
    wording: str
    many: str
    arguments: dict[str, object]

    def __new__(cls, wording: str, many: str, arguments: dict[str, object]) -> Phrase:
        self = super().__new__(cls, (many if arguments.get("count", 1) != 1 else wording).format(**arguments))
        self.wording, self.many, self.arguments = wording, many, arguments
        return self

    def __reduce__(self) -> tuple[type[Phrase], tuple[str, str, dict[str, object]]]:
        return Phrase, (self.wording, self.many, {name: _plain(value) for name, value in self.arguments.items()})


def _plain(value: object) -> object:
    """What fills a text, for another process: an object's own text, where it is none of Python's."""
    return value if isinstance(value, Phrase) or type(value).__module__ == "builtins" else str(value)


class _Spoken:
    """The language that this process tells texts in."""

    language = ENGLISH


def speak(language: str) -> None:
    """Tell texts in a language from now on, click's own among them (it asks gettext)."""
    _Spoken.language = language
    if language == ENGLISH:
        gettext.textdomain(_NO_DOMAIN)
    else:
        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain(_DOMAIN, _LOCALE)
        gettext.textdomain(_DOMAIN)


def spoken() -> str:
    """The language that texts are told in."""
    return _Spoken.language


def wanted(arguments: Iterable[str], environment: Mapping[str, str]) -> str:
    """The language that a command line asks for by --lang, or else the locale."""
    words = [*arguments, ""]
    for word, following in itertools.pairwise(words):
        asked = following if word == "--lang" else word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if asked in LANGUAGES:
            return asked
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return CHINESE if next(filter(None, named), "").lower().startswith(CHINESE) else ENGLISH


def phrase(wording: str, /, **arguments: object) -> str:
    """A text, whose `{names}` are filled with arguments: names of code, numbers, or phrases."""
    return Phrase(wording, wording, arguments)


def counted(count: int, one: str, many: str, /, **arguments: object) -> str:
    """A text of so many: `one` for one, else `many`, whose {count} is filled."""
    return Phrase(one, many, {"count": count, **arguments})


def joined(separator: str, texts: Iterable[str]) -> str:
    """Texts one behind the other."""
    numbered = {f"_{number}": text for number, text in enumerate(texts)}
    wording = "{separator}".join(f"{{{name}}}" for name in numbered)
    return Phrase(wording, wording, {"separator": separator, **numbered})


def listed(texts: Iterable[str]) -> str:
    """Names or other short texts, as a sentence lists them."""
    return joined(phrase(", "), texts)


def in_short(texts: Sequence[str]) -> str:
    """The first of names or other short texts, and how many more there are: so many, no sentence lists."""
    if len(texts) <= _NAMED:
        return listed(texts)
    return phrase("{names} and {count} more", names=listed(texts[:_NAMED]), count=len(texts) - _NAMED)


def either(english: str, chinese: str) -> str:
    """Of a text that is written in both languages, the one that is spoken."""
    return english if spoken() == ENGLISH else chinese


def unfilled(wording: str) -> str:
    """A wording that nothing fills, such as a command's help with its braces, in the language that is spoken."""
    return wording if not wording or spoken() == ENGLISH else _catalog(spoken()).gettext(wording)


def told(text: str, language: str | None = None) -> str:
    """A text in a language, by default the one that is spoken; what is no phrase (code, a name) stays as it is."""
    if not isinstance(text, Phrase) or not text.wording:
        return text
    language = language or spoken()
    if language == ENGLISH:
        return str(text)
    arguments = {
        name: told(value, language) if isinstance(value, str) else value for name, value in text.arguments.items()
    }
    catalog, count = _catalog(language), arguments.get("count")
    if text.many != text.wording and isinstance(count, int):
        return catalog.ngettext(text.wording, text.many, count).format(**arguments)
    return catalog.gettext(text.wording).format(**arguments)


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation(_DOMAIN, _LOCALE, [language])
