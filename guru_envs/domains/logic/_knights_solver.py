"""Proofs for knights and knaves: what follows from one statement at a time, and suppositions that fail.

Each person has a set of roles still possible (bit r for role r). An *event* takes one role out of one set, because of
one statement, because there is exactly one spy, or because supposing that role leads to a contradiction. Only when no
single statement says anything new is a role supposed; the supposition with the shortest refutation is taken. Only when
no supposition can be refuted by single statements are others made inside one; then the first that works is taken.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from guru_envs.domains.logic._knights_statements import KNIGHT, SPY, Statement, mentioned, role_tables, truth_table

_tables = functools.lru_cache(maxsize=64)(role_tables)


@dataclass(eq=False, slots=True)
class Event:
    """A change of what is possible for a person.

    Attributes:
        person, possible: after the event the person has one of these roles (bit set).
        cause: ``clue`` (statement ``clue``), ``spy`` (there is exactly one), ``suppose`` (``refuted`` failed) or
            ``assumed`` (the supposition itself).
        parents: the events it rests on, outside the refuted supposition.
        value: of a clue: whether the statement is known to be true (1) or false (0) from the parents; -1 if neither.
        nesting: in how many suppositions it stands.
    """

    person: int
    possible: int
    cause: str
    parents: tuple[Event, ...] = ()
    clue: int = -1
    value: int = -1
    nesting: int = 0
    refuted: Refutation | None = None


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
            if event.cause == "clue":
                used.add(event.clue)
            elif event.refuted is not None:
                used |= event.refuted.clues()
        return used

    def size(self) -> int:
        """The number of events, those of suppositions inside included."""
        return 1 + sum(1 + (event.refuted.size() if event.refuted else 0) for event in self.events)


class Clue:
    """One statement as a table over the roles of the people it involves (the speaker first)."""

    def __init__(self, index: int, speaker: int, statement: Statement, roles: int) -> None:
        self.index, self.speaker, self.statement = index, speaker, statement
        self.people = [speaker, *(person for person in mentioned(statement) if person != speaker)]
        tables, full = _tables(len(self.people), roles)
        by_person = dict(zip(self.people, tables, strict=True))
        width = max(self.people) + 1
        self.value = truth_table(statement, [by_person.get(person, ()) for person in range(width)], full)
        said = full ^ self.value ^ tables[0][KNIGHT]
        self.allowed = said | tables[0][SPY] if roles == 3 else said
        self.full = full
        self.tables = tables
        # restrict[j][possible]: the local worlds in which person j has one of the roles in the bit set
        self.restrict = [
            [sum(table for role, table in enumerate(own) if possible >> role & 1) for possible in range(1 << roles)]
            for own in tables
        ]


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
    """Finds a proof of everybody's role."""

    def __init__(self, people: int, roles: int, said: Sequence[tuple[int, Statement]]) -> None:
        self.people, self.roles = people, roles
        self.clues = [Clue(index, who, what, roles) for index, (who, what) in enumerate(said)]
        self.about: list[list[int]] = [[] for _ in range(people)]
        for clue in self.clues:
            for person in clue.people:
                self.about[person].append(clue.index)

    def prove(self) -> list[Event]:
        """The events of a proof in order, those that nothing rests on left out; at the end each person has one role."""
        every = (1 << self.roles) - 1
        state = State([every] * self.people, [None] * self.people)
        conflict = self.propagate(state, range(self.people))
        while conflict is None and any(self._open(possible) for possible in state.possible):
            refutation = self._shortest(state, deep=False) or self._shortest(state, deep=True)
            if refutation is None:
                break
            state.apply(self._exclude(state, refutation))
            conflict = self.propagate(state, [refutation.assumed.person])
        if conflict is not None or any(self._open(possible) for possible in state.possible):
            raise AssertionError("the statements do not determine everybody's role")
        return _needed([last for last in state.last if last is not None], state.events, 0)

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
            for role in range(self.roles)
            if possible >> role & 1
        ]

    def _exclude(self, state: State, refutation: Refutation) -> Event:
        """The event that a refuted supposition amounts to in the state in which it was made."""
        assumed = refutation.assumed
        possible = state.possible[assumed.person] & ~assumed.possible
        chain = [*refutation.events, refutation.conflict]
        parents = [parent for event in chain for parent in event.parents if parent.nesting <= state.nesting]
        before = state.last[assumed.person]
        if before is not None and not self._open(possible):
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
        waiting = sorted({index for person in changed for index in self.about[person]})
        while True:
            while waiting:
                clue = self.clues[waiting.pop(0)]
                touched, conflict = self._apply(state, clue)
                if conflict is not None:
                    return conflict
                new = {index for person in touched for index in self.about[person] if index != clue.index}
                waiting = sorted(new.union(waiting))
            if self.roles < 3:
                return None
            touched, conflict = self._one_spy(state)
            if conflict is not None or not touched:
                return conflict
            waiting = sorted({index for person in touched for index in self.about[person]})

    def _apply(self, state: State, clue: Clue) -> tuple[list[int], Event | None]:
        table = clue.allowed
        for restrict, person in zip(clue.restrict, clue.people, strict=True):
            table &= restrict[state.possible[person]]
        if not table:
            parents, value = self._reasons(state, clue, clue.full)
            return [], Event(clue.people[0], 0, "clue", parents, clue.index, value)
        touched = []
        for own, person in zip(clue.tables, clue.people, strict=True):
            for role in range(self.roles):
                if state.possible[person] >> role & 1 and not table & own[role]:
                    possible = state.possible[person] & ~(1 << role)
                    parents, value = self._reasons(state, clue, own[role])
                    before = state.last[person]
                    if before is not None and before not in parents and not self._open(possible):
                        parents = (*parents, before)
                    state.apply(Event(person, possible, "clue", parents, clue.index, value))
                    touched.append(person)
        return touched, None

    def _reasons(self, state: State, clue: Clue, target: int) -> tuple[tuple[Event, ...], int]:
        """A smallest choice of known facts which, with the clue, excludes all worlds of the target."""
        known = [
            (restrict[state.possible[person]], last)
            for restrict, person in zip(clue.restrict, clue.people, strict=True)
            if (last := state.last[person]) is not None
        ]
        for one in known[::-1]:  # the speaker's role is dropped last: it makes the statement true or false
            rest = [other for other in known if other is not one]
            if not functools.reduce(int.__and__, [table for table, _ in rest], clue.allowed & target):
                known = rest
        worlds = functools.reduce(int.__and__, [table for table, _ in known], clue.full)
        value = -1
        speaker = next((last.possible for _, last in known if last.person == clue.speaker), 0)
        if speaker in (1, 2):
            value = speaker - 1
        elif not worlds & clue.value:
            value = 0
        elif not worlds & ~clue.value:
            value = 1
        return tuple(last for _, last in known), value

    def _one_spy(self, state: State) -> tuple[list[int], Event | None]:
        """There is exactly one spy."""
        touched = []
        spies = [person for person, possible in enumerate(state.possible) if possible == 1 << SPY]
        if spies:
            reason = state.last[spies[0]]
            assert reason is not None
            for person, possible in enumerate(state.possible):
                if person == spies[0] or not possible >> SPY & 1:
                    continue
                if possible == 1 << SPY:
                    before = state.last[person]
                    assert before is not None
                    return [], Event(person, 0, "spy", (reason, before))
                left = possible & ~(1 << SPY)
                before = state.last[person]
                parents = (reason, before) if before is not None and not self._open(left) else (reason,)
                state.apply(Event(person, left, "spy", parents))
                touched.append(person)
            return touched, None
        candidates = [person for person, possible in enumerate(state.possible) if possible >> SPY & 1]
        if len(candidates) <= 1:
            others = tuple(
                last for person, last in enumerate(state.last) if last is not None and [person] != candidates
            )
            if not candidates:
                return [], Event(0, 0, "spy", others)
            state.apply(Event(candidates[0], 1 << SPY, "spy", others))
            return candidates, None
        return [], None


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
