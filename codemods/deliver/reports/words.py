"""The verdicts, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from codemods.messages import either, phrase, told
from codemods.prove.guest.words import ADMIN, FIRST, NOBODY, SECOND, SISTER
from codemods.survey.area import all_areas

VERDICT_WORDS: Mapping[str, str] = {
    "secure": phrase("secure"),
    "insecure": phrase("insecure"),
    "global": phrase("global"),
    "anonymous": phrase("anonymous"),
    "scoped": phrase("scoped"),
    "unscoped": phrase("unscoped"),
    "stateless": phrase("stateless"),
    "exempt": phrase("exempt"),
    "unresolved": phrase("unresolved"),
    "not judged": phrase("not judged"),
    "to decide": phrase("to decide"),
    "accepted": phrase("accepted"),
}

# What became of a way that a proof has run.
RUN_WORDS: Mapping[str, str] = {
    "crossed": phrase("crossed"),
    "apart": phrase("apart"),
    "refused": phrase("refused"),
    "not reached": phrase("not reached"),
}

# Those whose words a proof puts in, and who sees them.
PEOPLE: Mapping[str, str] = {
    FIRST: phrase("tenant A"),
    SECOND: phrase("tenant B"),
    SISTER: phrase("A's second agent"),
    ADMIN: phrase("the admin"),
    NOBODY: phrase("nobody"),
}


def person(name: str) -> str:
    """Somebody of a proof, by what the guest calls him."""
    return PEOPLE.get(name, name)


def title_of(section: str) -> str:
    """The title of a section of a proof, in the language that is spoken."""
    own = {area.title: area.title_zh for area in all_areas()}
    return either(section, own.get(section) or told(section))


def word_of(verdict: str) -> str:
    """A verdict in the language that is spoken."""
    return told(VERDICT_WORDS[verdict])
