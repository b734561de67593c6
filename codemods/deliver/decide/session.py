"""The open findings, one at a time on a terminal: what each is, what each answer means, and the reason for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codemods.deliver.decide.blocks import Answered
from codemods.deliver.reports.words import VERDICT_WORDS
from codemods.knowledge.decisions import ACCEPTED, PROCESS, SHARED, TENANT
from codemods.messages import joined, phrase, told
from codemods.survey.survey import Survey
from codemods.survey.verdicts import Finding, Judged
from codemods.terminal.text import answer, show

_KEYS = {"p": PROCESS, "s": SHARED, "t": TENANT, "a": ACCEPTED}
_MEANINGS = {
    PROCESS: phrase("it is the whole process's, on purpose"),
    SHARED: phrase("all tenants share it, on purpose"),
    TENANT: phrase("it must become one for each tenant"),
    ACCEPTED: phrase("it stays as it is, listed with your reason and counted apart"),
}
_OPEN = phrase("it stays open until a recipe or a person has done it")


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is open, the answers that end it, and what is done about each answer."""

    item: Judged | Finding
    ended_by: tuple[str, ...]
    consequences: Mapping[str, str] = field(default_factory=dict)


class _Quit(Exception):
    """Somebody has enough of it."""


def questions(survey: Survey) -> list[Question]:
    """What nobody has decided of a survey yet."""
    return [Question(item, survey.ended_by(item), survey.consequences(item)) for item in survey.undecided]


def _meaning(question: Question, answer: str) -> str:
    """What an answer says, and what comes of it."""
    if answer in question.consequences:
        return joined("; ", [_MEANINGS[answer], question.consequences[answer]])
    return _MEANINGS[answer] if answer in question.ended_by else joined("; ", [_MEANINGS[answer], _OPEN])


def ask(asked: Sequence[Question]) -> list[Answered]:
    """Ask about everything in turn. 'q' and the end of the input end it; Ctrl-C raises KeyboardInterrupt."""
    answered: list[Answered] = []
    try:
        for number, question in enumerate(asked, 1):
            show(["", *_shown(question, phrase("{number} of {all}", number=number, all=len(asked)))])
            if answer := _answer():
                answered.append(Answered(question.item.at, answer, _reason()))
    except _Quit:
        pass
    return answered


def _shown(question: Question, count: str) -> list[str]:
    item = question.item
    what = (
        phrase("{name} is {verdict} ({kind})", name=item.name, verdict=VERDICT_WORDS[item.verdict], kind=item.kind)
        if isinstance(item, Judged)
        else item.what
    )
    answers = [f"  {key} - {answer}: {told(_meaning(question, answer))}" for key, answer in _KEYS.items()]
    details = [f"  {told(detail)}" for detail in item.details]
    return [f"{item.path}:{item.line} ({told(count)})", f"  {told(what)}", f"  {told(item.reason)}", *details, *answers]


def _answer() -> str:
    """What is decided, "" to go on without."""
    while True:
        key = _typed(phrase("Decide [p,s,t,a,k to skip,q to end]? ")).lower()
        if key in ("", "k", "skip"):
            return ""
        if key in ("q", "quit"):
            raise _Quit
        if key in _KEYS:
            return _KEYS[key]
        show([phrase('"{key}" is none of these keys.', key=key)])


def _reason() -> str:
    while True:
        if reason := _typed(phrase("Why? ")):
            return reason
        show([phrase("A decision needs its reason: who reads it later has only that.")])


def _typed(prompt: str) -> str:
    line = answer(prompt)
    if line is None:
        raise _Quit
    return line
