"""Proofs for knights and knaves: what follows from one statement at a time, and suppositions that fail.

Each person has a set of roles still possible (bit r for role r). An *event* takes roles out of one set, because of one
statement, because of two statements that a normal would have made one after the other, because of how many spies or
normals there are, or because supposing that role leads to a contradiction. Only when no single statement says anything
new is a role supposed; the supposition with the shortest refutation is taken. Only when no supposition can be refuted by
single statements are others made inside one; then the first that works is taken.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from guru_envs.domains.logic._knights_statements import (
    KNAVE,
    KNIGHT,
    NORMAL,
    SPY,
    Cast,
    Statement,
    mentioned,
    role_tables,
    truth_table,
)

_tables = functools.lru_cache(maxsize=64)(role_tables)


@dataclass(eq=False, slots=True)
class Event:
    """A change of what is possible for a person.

    Attributes:
        person, possible: after the event the person has one of these roles (bit set).
        cause: ``clue`` (statement ``clue``), ``turns`` (the statement ``clue`` and the one which the same person made
            before it), ``count`` (of ``role``), ``suppose`` (``refuted`` failed) or ``assumed`` (the supposition itself).
        parents: the events it rests on, outside the refuted supposition.
        value: of a clue: whether the statement is known to be true (1) or false (0) from the parents; -1 if neither.
        before: with cause ``turns``, the statement before.
        role: with cause ``count``, the role whose number is known.
        nesting: in how many suppositions it stands.
    """

    person: int
    possible: int
    cause: str
    parents: tuple[Event, ...] = ()
    clue: int = -1
    before: int = -1
    role: int = -1
    value: int = -1
    nesting: int = 0
    refuted: Refutation | None = None

    def clues(self) -> set[int]:
        """The statements which the event itself uses."""
        return {index for index in (self.clue, self.before) if index >= 0}


@dataclass(eq=False, slots=True)
class Refutation:
    """A supposition and the events that lead from it to a contradiction, the last one of which is ``conflict``."""

    assumed: Event
    events: list[Event]
    conflict: Event

    def clues(self) -> set[int]:
        """The statements used, also in suppositions inside this one."""
        used: set[int] = set()
        for event in (*self.events, self.conflict):
            if event.cause in ("clue", "turns"):
                used.update(event.clues())
            elif event.refuted is not None:
                used |= event.refuted.clues()
        return used

    def size(self) -> int:
        """The number of events, those of suppositions inside included."""
        return 1 + sum(1 + (event.refuted.size() if event.refuted else 0) for event in self.events)


class Clue:
    """What one statement tells, as a table over the roles of the people it involves (the speaker first).

    With ``before``, what two statements tell that the speaker made one after the other: that, if the speaker is a
    normal, just one of them is true.
    """

    def __init__(
        self,
        place: int,
        cast: Cast,
        speaker: int,
        statement: Statement,
        index: int,
        before: tuple[int, Statement] | None,
    ) -> None:
        self.place, self.index, self.speaker = place, index, speaker
        self.before = before[0] if before else -1
        about = mentioned(statement) + (mentioned(before[1]) if before else [])
        self.people = list(dict.fromkeys([speaker, *about]))
        self.roles = cast.roles
        local, full = _tables(len(self.people), len(cast.roles))
        position = {role: place for place, role in enumerate(cast.roles)}
        # the worlds in which a person has a role, none for a role that does not occur
        self.tables = [[own[position[role]] if role in position else 0 for role in range(4)] for own in local]
        by_person = dict(zip(self.people, self.tables, strict=True))
        rows = [by_person.get(person, []) for person in range(max(self.people) + 1)]
        self.value = truth_table(statement, rows, full)
        self.full = full
        own = self.tables[0]
        if before:
            self.allowed = full ^ own[NORMAL] | (self.value ^ truth_table(before[1], rows, full))
        else:
            said = own[KNIGHT] & self.value | own[KNAVE] & ~self.value
            self.allowed = said | own[SPY] | own[NORMAL]
        self._restricted: list[dict[int, int]] = [{} for _ in self.people]

    def restrict(self, place: int, possible: int) -> int:
        """The local worlds in which the person at this place has one of the roles in the bit set."""
        kept = self._restricted[place]
        if possible not in kept:
            own = self.tables[place]
            kept[possible] = functools.reduce(int.__or__, [own[role] for role in self.roles if possible >> role & 1], 0)
        return kept[possible]


def clues_of(cast: Cast, said: Sequence[tuple[int, Statement]], kept: Sequence[int]) -> list[Clue]:
    """What each of the statements kept tells, then what follows for normals from statements made one after the other."""
    clues: list[Clue] = []
    for index in kept:
        clues.append(Clue(len(clues), cast, *said[index], index, None))
    if cast.normals:
        last: dict[int, tuple[int, Statement]] = {}
        for index, (who, what) in enumerate(said):
            if who in last and index in kept and last[who][0] in kept:
                clues.append(Clue(len(clues), cast, who, what, index, last[who]))
            last[who] = index, what
    return clues


@dataclass(slots=True)
class State:
    """What is possible for each person, and the last event that changed it."""

    possible: list[int]
    last: list[Event | None]
    nesting: int = 0
    events: list[Event] = field(default_factory=list)

    def inside(self) -> State:
        """A copy in which to suppose something."""
        return State(self.possible[:], self.last[:], self.nesting + 1)

    def apply(self, event: Event) -> None:
        """Take over an event."""
        event.nesting = self.nesting
        self.possible[event.person] = event.possible
        self.last[event.person] = event
        self.events.append(event)


class Prover:
    """Finds a proof of everybody's role, or that some of the statements contradict each other."""

    def __init__(self, cast: Cast, said: Sequence[tuple[int, Statement]], kept: Sequence[int] | None = None) -> None:
        self.cast = cast
        self.counts = [(role, count) for role, count in ((SPY, cast.spies), (NORMAL, cast.normals)) if count]
        self.every = sum(1 << role for role in cast.roles)
        self.clues = clues_of(cast, said, range(len(said)) if kept is None else kept)
        self.about: list[list[int]] = [[] for _ in range(cast.people)]
        for clue in self.clues:
            for person in clue.people:
                self.about[person].append(clue.place)

    def prove(self) -> list[Event]:
        """The events of a proof in order, those that nothing rests on left out; at the end each person has one role."""
        state, conflict = self._run()
        if conflict is not None or any(self._open(possible) for possible in state.possible):
            raise AssertionError("the statements do not determine everybody's role")
        return _needed([last for last in state.last if last is not None], state.events, 0)

    def contradict(self) -> tuple[list[Event], Event]:
        """The events of a proof that the statements contradict each other, and the contradiction."""
        state, conflict = self._run()
        if conflict is None:
            raise AssertionError("the statements do not contradict each other")
        return _needed(list(conflict.parents), state.events, 0), conflict

    def _run(self) -> tuple[State, Event | None]:
        """Go on until everybody's role is known or there is a contradiction."""
        people = self.cast.people
        state = State([self.every] * people, [None] * people)
        conflict = self.propagate(state, range(people))
        while conflict is None and any(self._open(possible) for possible in state.possible):
            refutation = self._shortest(state, deep=False) or self._shortest(state, deep=True)
            if refutation is None:
                break
            state.apply(self._exclude(state, refutation))
            conflict = self.propagate(state, [refutation.assumed.person])
        return state, conflict

    @staticmethod
    def _open(possible: int) -> bool:
        return possible & (possible - 1) != 0

    def _shortest(self, state: State, deep: bool) -> Refutation | None:
        best: Refutation | None = None
        for person, role in self._choices(state):
            refutation = self.refute(state, person, role, deep)
            if refutation is not None and (best is None or refutation.size() < best.size()):
                best = refutation
                if deep:
                    break  # looking through all would take too long
        return best

    def _choices(self, state: State) -> list[tuple[int, int]]:
        return [
            (person, role)
            for person, possible in enumerate(state.possible)
            if self._open(possible)
            for role in self.cast.roles
            if possible >> role & 1
        ]

    def _exclude(self, state: State, refutation: Refutation) -> Event:
        """The event that a refuted supposition amounts to in the state in which it was made."""
        assumed = refutation.assumed
        possible = state.possible[assumed.person] & ~assumed.possible
        chain = [*refutation.events, refutation.conflict]
        parents = [parent for event in chain for parent in event.parents if parent.nesting <= state.nesting]
        before = state.last[assumed.person]
        if before is not None:
            parents.append(before)
        return Event(assumed.person, possible, "suppose", tuple(dict.fromkeys(parents)), refuted=refutation)

    def refute(self, state: State, person: int, role: int, deep: bool) -> Refutation | None:
        """Suppose a role; None if no contradiction is found (with ``deep``: if there is none)."""
        inside = state.inside()
        assumed = Event(person, 1 << role, "assumed")
        inside.apply(assumed)
        conflict = self.propagate(inside, [person])
        while conflict is None:
            choices = self._choices(inside) if deep else []
            if not choices:
                return None
            found = self._shortest(inside, deep=False)
            if found is None:
                # Nothing simple is left. If the supposition is false, so is every case of it: the order cannot matter.
                found = self.refute(inside, *choices[0], deep=True)
            if found is None:
                return None
            inside.apply(self._exclude(inside, found))
            conflict = self.propagate(inside, [found.assumed.person])
        return Refutation(assumed, _needed(list(conflict.parents), inside.events[1:], inside.nesting), conflict)

    # -- one statement at a time ---------------------------------------------------------------------------------------

    def propagate(self, state: State, changed: Sequence[int]) -> Event | None:
        """Apply what follows from single statements; the contradiction if there is one."""
        waiting = sorted({place for person in changed for place in self.about[person]})
        while True:
            while waiting:
                clue = self.clues[waiting.pop(0)]
                touched, conflict = self._apply(state, clue)
                if conflict is not None:
                    return conflict
                new = {place for person in touched for place in self.about[person] if place != clue.place}
                waiting = sorted(new.union(waiting))
            touched = []
            for role, count in self.counts:
                more, conflict = self._count(state, role, count)
                if conflict is not None:
                    return conflict
                touched += more
            if not touched:
                return None
            waiting = sorted({place for person in touched for place in self.about[person]})

    def _apply(self, state: State, clue: Clue) -> tuple[list[int], Event | None]:
        table = clue.allowed
        for place, person in enumerate(clue.people):
            table &= clue.restrict(place, state.possible[person])
        if not table:
            return [], self._event(state, clue, clue.speaker, 0, clue.full)
        touched = []
        for own, person in zip(clue.tables, clue.people, strict=True):
            possible = state.possible[person]
            gone = [role for role in self.cast.roles if possible >> role & 1 and not table & own[role]]
            if gone:
                target = functools.reduce(int.__or__, [own[role] for role in gone])
                left = possible & ~sum(1 << role for role in gone)
                state.apply(self._event(state, clue, person, left, target))
                touched.append(person)
        return touched, None

    def _event(self, state: State, clue: Clue, person: int, possible: int, target: int) -> Event:
        parents, value = self._reasons(state, clue, target)
        before = state.last[person]
        if possible and before is not None and before not in parents:
            parents = (*parents, before)  # a fact tells all that is known of the person
        cause = "clue" if clue.before < 0 else "turns"
        return Event(person, possible, cause, parents, clue.index, clue.before, value=value)

    def _reasons(self, state: State, clue: Clue, target: int) -> tuple[tuple[Event, ...], int]:
        """A smallest choice of known facts which, with the clue, excludes all worlds of the target."""
        known = [
            (clue.restrict(place, state.possible[person]), last)
            for place, person in enumerate(clue.people)
            if (last := state.last[person]) is not None
        ]
        for one in known[::-1]:  # the speaker's role is dropped last: it makes the statement true or false
            rest = [other for other in known if other is not one]
            if not functools.reduce(int.__and__, [table for table, _ in rest], clue.allowed & target):
                known = rest
        given = functools.reduce(int.__and__, [table for table, _ in known], clue.full)
        value = -1
        speaker = next((last.possible for _, last in known if last.person == clue.speaker), 0)
        if clue.before < 0:
            if speaker in (1 << KNAVE, 1 << KNIGHT):
                value = speaker - 1
            elif not given & clue.value:
                value = 0
            elif not given & ~clue.value:
                value = 1
        return tuple(last for _, last in known), value

    def _count(self, state: State, role: int, count: int) -> tuple[list[int], Event | None]:
        """There are exactly so many people with a role."""
        bit = 1 << role
        having = [person for person, possible in enumerate(state.possible) if possible == bit]
        candidates = [person for person, possible in enumerate(state.possible) if possible & bit]
        if len(having) > count:
            return [], Event(having[0], 0, "count", self._last(state, having[: count + 1]), role=role)
        others = [person for person in range(self.cast.people) if person not in candidates]
        if len(candidates) < count:
            return [], Event(others[0], 0, "count", self._last(state, others), role=role)
        if len(having) == len(candidates):
            return [], None
        touched = []
        for person in candidates:
            if person in having:
                continue
            if len(having) == count:
                before = state.last[person]
                parents = self._last(state, having) + ((before,) if before is not None else ())
                state.apply(Event(person, state.possible[person] & ~bit, "count", parents, role=role))
                touched.append(person)
            elif len(candidates) == count:
                state.apply(Event(person, bit, "count", self._last(state, others), role=role))
                touched.append(person)
        return touched, None

    @staticmethod
    def _last(state: State, people: Sequence[int]) -> tuple[Event, ...]:
        return tuple([last for person in people if (last := state.last[person]) is not None])


def _needed(ends: list[Event], events: list[Event], nesting: int) -> list[Event]:
    """Those of the events, in order, on which the ends rest."""
    needed: set[int] = set()
    stack = list(ends)
    while stack:
        event = stack.pop()
        if event.nesting == nesting and id(event) not in needed:
            needed.add(id(event))
            stack += event.parents
    return [event for event in events if id(event) in needed]
