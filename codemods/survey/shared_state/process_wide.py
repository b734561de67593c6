"""Calls of a tenant's work that set something of the whole process, or that run what a text says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import chain_of, expression
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import operand_of
from codemods.messages import phrase
from codemods.survey.program import RUNNING_TEXT
from codemods.survey.shared_state.judge import Judge
from codemods.survey.verdicts import Finding

# What sets something of a logger, which all code has by its name.
_OF_LOGGERS = ("addFilter", "addHandler", "removeFilter", "removeHandler", "setLevel")
_LISTS = ("handlers", "filters")
_IN_LOGGERS = tuple(
    f"{kept}.{how}" for kept in _LISTS for how in ("append", "clear", "extend", "insert", "pop", "remove")
)
# Functions that set what all code of the process gets, or look at all that it has.
_SETTING = frozenset(
    Symbol(module, name)
    for module, names in (
        ("asyncio", ("all_tasks", "set_event_loop_policy")),
        ("contextlib", ("chdir",)),
        ("faulthandler", ("enable", "register")),
        ("gc", ("get_objects", "get_referrers", "get_referents")),
        ("importlib", ("reload",)),
        ("jieba", ("add_word", "del_word", "load_userdict", "suggest_freq", "set_dictionary")),
        ("jieba.analyse", ("set_stop_words", "set_idf_path")),
        ("locale", ("setlocale",)),
        ("logging", ("captureWarnings", "disable", "setLoggerClass")),
        ("logging", tuple(f"root.{name}" for name in _OF_LOGGERS)),
        ("logging", tuple(f"getLogger.{name}" for name in (*_OF_LOGGERS, *_IN_LOGGERS))),
        ("loguru", ("logger.configure",)),
        ("mimetypes", ("add_type",)),
        ("numpy", ("random.seed",)),
        ("os", ("chdir", "fchdir", "nice", "putenv", "setpriority", "umask", "unsetenv")),
        ("random", ("seed", "setstate")),
        ("resource", ("setrlimit",)),
        ("signal", ("alarm", "setitimer", "signal")),
        ("socket", ("setdefaulttimeout",)),
        ("sys", ("setrecursionlimit", "setswitchinterval")),
        ("time", ("tzset",)),
        ("torch", ("manual_seed", "set_default_device", "set_default_dtype")),
    )
    for name in names
)
# By the names of all that does: of what is put into a list of a logger, the list's, which few say.
_NAMES = (
    frozenset(name.name for name in _SETTING if name.owner.name not in _LISTS)
    | frozenset(_LISTS)
    | frozenset(name.name or name.module for name in RUNNING_TEXT)
)
_SETTING_ENDING = (phrase("hand it to what needs it, or keep it with what is the tenant's"),)
_RUNNING_ENDING = (phrase("write the code out, or read a value with ast.literal_eval"),)


def process_wide(judge: Judge) -> Iterator[Finding]:
    """Where a tenant's work changes the process by a function of Python or a library, or runs a text."""
    program = judge.program
    functions = program.functions.values()
    other = {name for function in functions for name, target in function.imports.items() if target in _SETTING}
    near = {identifier for name in (*_NAMES, *other) for identifier in program.naming(name)}
    for identifier in (item for item in judge.work.before if item in near):
        for node in program.sources.nodes(identifier):
            if isinstance(node, ast.Call):
                yield from _called(judge, node, identifier)


def _called(judge: Judge, call: ast.Call, frame: Symbol) -> Iterator[Finding]:
    chain = chain_of(call.func)
    if not chain:
        return
    names = {value.name for value in judge.program.values(chain, frame) if value.kind == "outside"}
    if names.isdisjoint(_SETTING) and names.isdisjoint(RUNNING_TEXT):
        return
    path, shown = judge.program.file_of(frame).path, expression((*chain, "()"))
    way = judge.work.stations(judge.program, frame, call.lineno)
    if names & RUNNING_TEXT:
        reason = phrase("{shown} runs what a text says: nobody can see what of the process it changes", shown=shown)
        yield Finding(path, call.lineno, reason, f"run-text {shown}", way=way, details=_RUNNING_ENDING)
    elif not _is_same_for_all(judge, call, frame):
        reason = phrase("{shown} is of the whole process, and called in a tenant's work", shown=shown)
        yield Finding(path, call.lineno, reason, f"process-wide {shown}", way=way, details=_SETTING_ENDING)


def _is_same_for_all(judge: Judge, call: ast.Call, frame: Symbol) -> bool:
    """Whether it is given something, which is nothing of a tenant's."""
    given = [operand_of(item) for item in (*call.args, *(item.value for item in call.keywords))]
    return bool(given) and all(judge.is_nobodys(item.chains, frame, ()) for item in given if item is not None)
