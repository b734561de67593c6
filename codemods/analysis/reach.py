"""Calls: what each function may run, what it touches of that somebody looks for, and the shortest way there.

Who looks for something says so in `Marks`: which code counts as inside of a scope, and what counts as touched. A call
of a method of something unknown may run every method of that name that its part of the program knows; such calls are
kept by the name: there are many.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from msgspec import Struct

from codemods.analysis.behind import Behind, run_behind
from codemods.analysis.chains import Chain, expression
from codemods.analysis.containers import COMMON_METHODS, looks_up
from codemods.analysis.definitions import decorators_of, registered_with, run_around, run_instead
from codemods.analysis.facts import Use
from codemods.analysis.generators import KeptGenerators
from codemods.analysis.handing_on import hands_on, may_be_own
from codemods.analysis.marks import Marks
from codemods.analysis.program import Program
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.unasked import CALLED, Unasked
from codemods.analysis.values import RUN, UNKNOWN, Value

# Between the stations of a way, as people read it.
LEADING_ON = " → "
# Methods by their name, and the part of the program that asks for one: it has no objects of another part.
_Asked = tuple[str, str]
# What stands for something of the program, though its name is Python's.
_OWN = frozenset({"super", "globals", "sys"})
_ONLY_SAID = frozenset({"size", "store", "test"})  # nobody runs what is counted, set anew, or asked for being there


class Edge(Struct, frozen=True, gc=False):
    """A function that another one may run: by calling it, or by handing it on as a value.

    scoped: inside of a scope. guessed: found by its name only.
    """

    target: Symbol
    line: int
    scoped: bool
    guessed: bool


class Guess(Struct, frozen=True, gc=False):
    """A call of a method of something unknown: any method that is asked for may run."""

    asked: _Asked
    line: int
    scoped: bool

    @property
    def name(self) -> str:
        return self.asked[0]


class Touch(Struct, frozen=True, gc=False):
    """Something looked for, by its name, that a function reads or writes itself."""

    state: str
    line: int
    scoped: bool
    expression: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What one function does itself: what it may run, in the order of its lines, and what it touches."""

    calls: tuple[Edge | Guess, ...]
    touches: tuple[Touch, ...]
    shared: tuple[Touch, ...]


class Step(Struct, frozen=True, gc=False):
    """One station of a path: a function, and the line in it that leads on."""

    function: Symbol
    line: int


@dataclass(frozen=True, slots=True)
class Path:
    """A way from a function to a touch, the first of the shortest."""

    steps: tuple[Step, ...]
    touch: Touch
    guessed: bool

    def __str__(self) -> str:
        names = [step.function.qualname.replace(".<locals>", "") for step in self.steps]
        return LEADING_ON.join([*names, self.touch.expression])


class Reaches:
    """What the functions of a program reach. Each question is worked out when it is first asked."""

    def __init__(self, program: Program, marks: Marks) -> None:
        self.program, self._marks, self._unasked = program, marks, Unasked(program)
        # What each function does, and what those do that touch other things here than what they are known for.
        self._known, self._changed = dict[Symbol, Reach](), dict[Symbol, Reach]()
        self._distances: dict[_Question, dict[Symbol, int]] = {}
        self._guessed: dict[_Asked, Sequence[Symbol]] = {}
        self._stays_outside = cache(lambda value: marks.stays_outside(value) and not hands_on(value.name))
        # What each chain leads through, by its first name and that one's home; None where all of a name stay outside.
        self._ways: dict[Symbol, dict[str, dict[Chain, _Way] | None]] = defaultdict(dict)

    def with_touches(self, marks: Marks, touches: Mapping[Symbol, tuple[Touch, ...]]) -> Reaches:
        """The same, where some functions touch more, in ways that no chain shows."""
        return self._with(
            marks, {identifier: (*self.of(identifier).touches, *more) for identifier, more in touches.items()}
        )

    def touching_less(self, marks: Marks) -> Reaches:
        """The same, where only a part of what is touched is looked for: nothing else is, and scopes are none."""
        reading = Reaches(self.program, marks)
        return self._with(marks, {identifier: reading.of(identifier).touches for identifier in self._touching})

    def _with(self, marks: Marks, touches: Mapping[Symbol, tuple[Touch, ...]]) -> Reaches:
        """The same calls, where some functions touch other things."""
        other = Reaches(self.program, marks)
        changed = {identifier: replace(self.of(identifier), touches=found) for identifier, found in touches.items()}
        other._known, other._changed = self._known, self._changed | changed
        if "_reverse" in self.__dict__:
            other._reverse, other.callers = self._reverse, self.callers
        return other

    def of(self, identifier: Symbol) -> Reach:
        known = self._changed.get(identifier) or self._known.get(identifier)
        if known is None:
            known = self._known[identifier] = self._read(identifier)
        return known

    def edges(self, identifier: Symbol) -> Iterator[Edge]:
        """Every function that one may run, each once for inside and once for outside of a scope."""
        seen: set[tuple[Symbol, bool]] = set()
        for call in self.of(identifier).calls:
            for edge in self._edges_of(call):
                if (edge.target, edge.scoped) not in seen:
                    seen.add((edge.target, edge.scoped))
                    yield edge

    def calls(self, identifier: Symbol, targets: frozenset[Symbol]) -> list[Edge]:
        """How a function may run some functions itself."""
        names = {target.name for target in targets}
        found: dict[tuple[Symbol, bool], Edge] = {}
        for call in self.of(identifier).calls:
            if isinstance(call, Edge) or call.name in names:
                for edge in self._edges_of(call):
                    if edge.target in targets:
                        found.setdefault((edge.target, edge.scoped), edge)
        return list(found.values())

    def _edges_of(self, call: Edge | Guess) -> Iterable[Edge]:
        if isinstance(call, Edge):
            return (call,)
        return (Edge(target, call.line, call.scoped, True) for target in self._by_name(call.asked))

    def _by_name(self, asked: _Asked) -> Sequence[Symbol]:
        """The methods of a name that a part of the program may run without knowing whose they are."""
        known = self._guessed.get(asked)
        if known is None:
            name, part = asked
            found = self.program.methods.get(name, ())
            known = [item for item in found if self._marks.knows(part, item)] if part else found
            self._guessed[asked] = known
        return known

    # Walks

    def run_by(self, starts: Iterable[Symbol], follows: Callable[[Edge], bool]) -> Iterator[Symbol]:
        """Every function that these may run, themselves among them, nearest first: each is looked for when asked."""
        return (function for function, _ in self._walk(starts, follows))

    def origins(self, starts: Iterable[Symbol], follows: Callable[[Edge], bool]) -> dict[Symbol, Symbol]:
        """Every function that these may run, nearest first, with the start that gets there."""
        return dict(self._walk(starts, follows))

    def _walk(self, starts: Iterable[Symbol], follows: Callable[[Edge], bool]) -> Iterator[tuple[Symbol, Symbol]]:
        origin = {start: start for start in starts}
        guessed: set[tuple[_Asked, bool]] = set()
        queue = deque(origin)
        while queue:
            current = queue.popleft()
            yield current, origin[current]
            for call in self.of(current).calls:
                if isinstance(call, Guess):
                    if (call.asked, call.scoped) in guessed:
                        continue  # all of that name have been looked at
                    guessed.add((call.asked, call.scoped))
                for edge in self._edges_of(call):
                    if edge.target not in origin and follows(edge):
                        origin[edge.target] = origin[current]
                        queue.append(edge.target)

    @cached_property
    def callers(self) -> dict[Symbol, list[Symbol]]:
        """The functions that name or call each function, but for calls that are guessed."""
        return {
            target: list(dict.fromkeys(caller for caller, _ in found)) for target, found in self._reverse[0].items()
        }

    @cached_property
    def _reverse(self) -> tuple[dict[Symbol, list[tuple[Symbol, bool]]], dict[_Asked, list[tuple[Symbol, bool]]]]:
        """Who may run each function, and who calls a method of something unknown by each name; and whether scoped."""
        known: dict[Symbol, list[tuple[Symbol, bool]]] = defaultdict(list)
        guessed: dict[_Asked, list[tuple[Symbol, bool]]] = defaultdict(list)
        module = ""
        for identifier in self.program.functions:
            if identifier.module != module:  # what chains lead through is no other file's
                self._ways.clear()
                module = identifier.module
            outside, inside = (identifier, False), (identifier, True)
            for call in self.of(identifier).calls:
                caller = inside if call.scoped else outside
                if isinstance(call, Edge):
                    known[call.target].append(caller)
                else:
                    guessed[call.asked].append(caller)
        self._ways.clear()
        return known, guessed

    def path(
        self, identifier: Symbol, *, unscoped_only: bool, but: frozenset[str], past: frozenset[Symbol]
    ) -> Path | None:
        """The shortest way from a function to a touch, or None when there is none that can be followed.

        With `unscoped_only`, ways that enter a scope on the way do not count. Nor does what is named in `but`, or a way
        through one of the functions `past`.
        """
        question = _Question(unscoped_only, but, past)
        if not self._is_open(identifier, question, is_start=True):
            return None
        if question not in self._distances:
            self._distances[question] = self._measure(question)
        distances = self._distances[question]
        if identifier not in distances:
            return None
        steps, guessed, current = [], False, identifier
        while distances[current]:
            edge = self._nearer(current, distances, question)
            steps.append(Step(current, edge.line))
            guessed = guessed or edge.guessed
            current = edge.target
        touch = next(touch for touch in self.of(current).touches if question.counts(touch))
        return Path((*steps, Step(current, touch.line)), touch, guessed)

    def _nearer(self, identifier: Symbol, distances: Mapping[Symbol, int], question: _Question) -> Edge:
        """The first call that leads one step nearer."""
        distance = distances[identifier] - 1
        return next(
            edge
            for call in self.of(identifier).calls
            if not (question.unscoped_only and call.scoped)
            for edge in self._edges_of(call)
            if distances.get(edge.target) == distance and self._is_open(edge.target, question)
        )

    def _is_open(self, identifier: Symbol, question: _Question, *, is_start: bool = False) -> bool:
        """Whether a way may lead through a function."""
        if identifier in question.past or (not is_start and identifier in self._marks.elsewhere):
            return False
        return not (question.unscoped_only and self._marks.enters(identifier))

    def _measure(self, question: _Question) -> dict[Symbol, int]:
        """How many calls each function is away from a touch, from the touches backwards."""
        known, guessed = self._reverse
        distances = {
            identifier: 0 for identifier, touches in self._touching.items() if any(map(question.counts, touches))
        }
        seen, queue = set[_Asked](), deque(distances)
        while queue:
            current = queue.popleft()
            if not self._is_open(current, question):
                continue
            callers = list(known.get(current, ()))
            for asked in self._asked_for.get(current, ()):
                if asked not in seen:
                    seen.add(asked)
                    callers += guessed.get(asked, ())
            for caller, scoped in callers:
                if caller not in distances and not (question.unscoped_only and scoped):
                    distances[caller] = distances[current] + 1
                    queue.append(caller)
        return distances

    @cached_property
    def _touching(self) -> dict[Symbol, tuple[Touch, ...]]:
        """The functions that touch something themselves, and what."""
        found = ((identifier, self.of(identifier).touches) for identifier in self.program.functions)
        return {identifier: touches for identifier, touches in found if touches}

    @cached_property
    def _asked_for(self) -> dict[Symbol, list[_Asked]]:
        """By what guessed calls find each method."""
        found: dict[Symbol, list[_Asked]] = defaultdict(list)
        for asked in self._reverse[1]:
            for item in self._by_name(asked):
                found[item].append(asked)
        return found

    # One function

    def _read(self, identifier: Symbol) -> Reach:
        calls: dict[tuple[Symbol | str, bool], Edge | Guess] = {}
        touches: list[Touch] = []
        shared: list[Touch] = []
        scoped_lines = self._marks.scoped_lines(identifier)
        registered = self._registered(identifier) if identifier in self._instead else ()
        for edge in (*self._decorating(identifier), *registered):
            calls.setdefault((edge.target, edge.scoped), edge)
        ways: dict[str, dict[Chain, _Way] | None] = {}
        behind: Behind | None = None
        for use in self.program.functions[identifier].uses:
            name = use.chain[0]
            if name not in ways:
                ways[name] = self._ways_of(name, identifier)
            if (known := ways[name]) is None:
                continue
            way = known.get(use.chain)
            if way is None:
                way = known[use.chain] = self._follow(use.chain, identifier)
            if way is _NOWHERE:
                continue
            # Most uses stand in no scope: an empty `any` would be most of what they cost.
            scoped = bool(scoped_lines) and any(start < use.line <= end for start, end in scoped_lines)
            scoped = scoped or (bool(use.within) and any(self._marks.is_scope(item, identifier) for item in use.within))
            is_later = False
            if scoped and use.within:
                behind = behind or self._behind(identifier)
                scoped = (use.line, use.chain) not in behind.items
                is_later = (use.line, use.chain) in behind.calls
            for station in way.stations:
                is_made = is_later and station is way.stations[-1]
                for call in self._calls_of(station, use, scoped, identifier, is_later=is_made):
                    calls.setdefault((call.name if isinstance(call, Guess) else call.target, call.scoped), call)
            shared += (Touch(name, use.line, scoped, expression(use.chain)) for name in way.shared)
            if way.state is not None and not self._marks.makes(use, identifier):
                touches.append(Touch(way.state, use.line, scoped, expression(use.chain)))
        return Reach(tuple(calls.values()), tuple(touches), tuple(shared))

    def _ways_of(self, name: str, identifier: Symbol) -> dict[Chain, _Way] | None:
        """What is known of chains by their first name in a function; None where all of them lead outside."""
        names = self._ways[self.program.home(name, identifier)]
        if name not in names:
            root = self.program.values((name,), identifier)
            is_own = name in _OWN or name in self._kept or not all(map(self._stays_outside, root))
            names[name] = {} if is_own else None
        return names[name]

    def _follow(self, chain: Chain, identifier: Symbol) -> _Way:
        """What a chain of a function leads through, whichever of its uses it is."""
        state, stations, shared = None, list[_Station](), list[str]()
        special = self._unasked.classes
        for cut, values in enumerate(self.program.along(chain, identifier), 1):
            is_outside = bool(values)
            for value in values:
                if value.kind == "outside" and self._stays_outside(value):
                    continue
                is_outside = False
                if (station := self._station(chain, cut, value)) is not None:
                    stations.append(station)
                if value.name in special and (unasked := tuple(self._unasked.of(chain, cut, value, values))):
                    stations.append(_Station(unasked))
                if value == UNKNOWN:
                    continue
                state = state or self._marks.touched(value, chain[cut : cut + 2])
                if (name := self._marks.shared(value)) is not None:
                    shared.append(name)
            if is_outside and chain[0] not in _OWN:
                break
        if self._kept and not self._kept.isdisjoint(chain):
            stations.append(_Station(tuple(self.generators.run_by(chain, identifier))))
        return _Way(tuple(stations), state, tuple(shared)) if stations or state is not None or shared else _NOWHERE

    def _station(self, chain: Chain, cut: int, value: Value) -> _Station | None:
        """What of the program a chain may run where its first `cut` parts stand for a value."""
        following = chain[cut] if cut < len(chain) else ""
        called, is_last = following == "()", not following
        if value == UNKNOWN or (called and value.kind == "outside" and may_be_own(value.name)):
            name = chain[cut - 1][1:]
            is_known = chain[cut - 1].startswith(".") and name in self.program.methods and name not in COMMON_METHODS
            return _Station((), guess=name) if is_known and (called or name in self._unasked.properties) else None
        targets: Iterable[Symbol] = ()
        if value.kind == "instance" and (is_last or following == "[]"):
            targets = self.program.members(value.name, self._unasked.looked_into)
        elif value.kind in CALLED:
            targets = self._unasked.called(value) if called else ()
        elif value.kind == "property" or (called and value.kind in RUN) or (is_last and value.kind == "function"):
            targets = () if called and looks_up(chain[cut - 1], value.name.name) else (value.name,)
        if not targets:
            return None
        known = tuple(target for target in targets if target in self.program.functions)
        kind = value.kind if is_last else ""
        return _Station(known, "", kind == "instance", kind == "function") if known else None

    def _decorating(self, identifier: Symbol) -> Iterator[Edge]:
        """What decorators of the program put in the place of a function, which runs whenever it is called; and those of
        functions that are defined in it."""
        program = self.program
        for use in program.functions[identifier].decorators:
            for decorator, calls in decorators_of(program, use.chain, program.around(identifier)):
                if not self._marks.wraps(Value("function", decorator)):
                    yield from (Edge(item, use.line, False, False) for item in run_instead(program, decorator, calls))
        nested = program.functions[identifier].nested.values() if identifier.qualname != MODULE_BODY else ()
        for inner in (Symbol(identifier.module, qualname) for qualnames in nested for qualname in qualnames):
            for use in program.functions[inner].decorators if inner in program.functions else ():
                for item in run_around(program, use.chain, identifier):
                    if not self._marks.wraps(Value("function", item)):
                        yield Edge(item, use.line, False, False)

    def _registered(self, identifier: Symbol) -> Iterator[Edge]:
        """What is registered with a function, which runs in its place for some arguments."""
        for item in self._instead[identifier]:
            yield Edge(item, self.program.functions[identifier].line, False, False)

    @cached_property
    def generators(self) -> KeptGenerators:
        return KeptGenerators(self.program)

    @cached_property
    def _kept(self) -> frozenset[str]:
        return frozenset(self.generators.kept)

    @cached_property
    def _instead(self) -> Mapping[Symbol, Sequence[Symbol]]:
        return registered_with(self.program)

    def _behind(self, identifier: Symbol) -> Behind:
        """What a function makes in its scopes and runs behind them."""
        return run_behind(self.program.sources.body(identifier), lambda chain: self._marks.is_scope(chain, identifier))

    def _calls_of(
        self, station: _Station, use: Use, scoped: bool, frame: Symbol, *, is_later: bool
    ) -> Iterator[Edge | Guess]:
        """What a use runs at a station of its chain; `is_later`: a coroutine that it makes runs behind its scope."""
        if (station.is_named and use.role in _ONLY_SAID) or (
            station.if_looked_into and not self._looks_into(use, frame)
        ):
            return
        if station.guess:
            guess = Guess((station.guess, self._marks.part(frame.module)), use.line, scoped)
            yield guess
            for item in self._by_name(guess.asked) if scoped and use.role != "each" else ():
                if self._runs_later(item, is_later):
                    yield Edge(item, use.line, False, True)
        for target in station.targets:
            inside = scoped and (use.role == "each" or not self._runs_later(target, is_later))
            yield Edge(target, use.line, inside, False)

    def _runs_later(self, identifier: Symbol, is_awaited_later: bool) -> bool:
        """Whether a function that is called here runs elsewhere: the body of a generator, when someone reads it."""
        function = self.program.functions[identifier]
        return function.is_generator or (is_awaited_later and function.is_async)

    def _looks_into(self, use: Use, frame: Symbol) -> bool:
        """Whether what an expression ends in may be gone through or entered: not where it is only made or assigned."""
        if use.role is not None or use.chain[-1] != "()":
            return use.role != "store"
        return not any(value.kind == "class" for value in self.program.values(use.chain[:-1], frame))


class _Station(Struct, frozen=True, gc=False):
    """What a part of a chain may run: functions, or by `guess` any method of that name.

    if_looked_into: only where the value of all of it is looked into, gone through or entered; is_named: handed on.
    """

    targets: tuple[Symbol, ...]
    guess: str = ""
    if_looked_into: bool = False
    is_named: bool = False


class _Way(Struct, frozen=True, gc=False):
    """What a chain leads through: what its parts may run, what is touched, and which shared objects."""

    stations: tuple[_Station, ...] = ()
    state: str | None = None
    shared: tuple[str, ...] = ()


_NOWHERE = _Way()


class _Question(Struct, frozen=True, gc=False):
    """Which ways count."""

    unscoped_only: bool
    but: frozenset[str]
    past: frozenset[Symbol]

    def counts(self, touch: Touch) -> bool:
        return not (self.unscoped_only and touch.scoped) and touch.state not in self.but
