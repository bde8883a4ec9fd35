"""Proofs of knights and knaves line by line, in English and Chinese.

Each line can be read alone: the suppositions under which it holds, what holds, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from guru_envs.domains.logic._knights_solver import Event
from guru_envs.domains.logic._knights_statements import Cast
from guru_envs.domains.logic._knights_words import ROLE_WORDS, answer_text, some_of
from guru_envs.task import Premise, Step
from guru_envs.theory import FALSE, POSSIBLE, Fact

FALSE_TEXT = {"en": "The statements contradict each other", "zh": "这些话互相矛盾"}
POSSIBLE_TEXT = {"en": ("One solution is ", "Another solution is "), "zh": ("一个解是", "另一个解是")}
_WORDS = {
    "en": {
        "line": "{under}{fact} ({why}).",
        "under": "if {}, then ",
        "and": " and ",
        "suppose": "supposing that {fact}, {why}",
        "given": "as {given}, {why}",
        "given count": "as {given} and {why}",
        "count": "{some}",
        "true": "statement {number} is true",
        "false": "statement {number} is false",
        "clue": "statement {number} cannot have been made otherwise",
        "turns": "statements {before} and {number}, made one after the other, are not possible otherwise",
        "never clue": "statement {number} could not have been made",
        "never turns": "a normal could not have made statements {before} and {number} by turns",
        "never count": "it would not be true that {some}",
    },
    "zh": {
        "line": "{under}{fact}（{why}）。",
        "under": "若{}，则",
        "and": "、",
        "suppose": "假设{fact}，{why}",
        "given": "因为{given}，{why}",
        "given count": "因为{given}，而{why}",
        "count": "下列人中{some}",
        "true": "第{number}句话为真",
        "false": "第{number}句话为假",
        "clue": "否则不可能说出第{number}句话",
        "turns": "否则不可能接连说出第{before}句和第{number}句话",
        "never clue": "就不可能说出第{number}句话",
        "never turns": "普通人就不可能接连说出第{before}句和第{number}句话",
        "never count": "就不会{some}",
    },
}


class Narrator:
    """Writes the events of a proof as steps.

    A step's fact is ``("is", name, role)`` or, with more than two roles, also ``("is not", name, role, ...)`` with every role
    that the person is known not to have; before it ``("if", name, role)`` for each supposition, the outermost first, all in
    one tuple. Roles are English words in both languages.
    """

    def __init__(self, names: Sequence[str], cast: Cast, lang: str) -> None:
        self.names, self.cast, self.lang, self.zh = names, cast, lang, lang == "zh"
        self.words = _WORDS[lang]

    def steps(self, events: Sequence[Event], conflict: Event | None = None) -> tuple[Step, ...]:
        """The steps of a proof; with ``conflict`` of one that ends there."""
        lines = list(_lines(events, ()))
        number = {id(event): index for index, (event, _) in enumerate(lines, 1)}
        result = []
        for event, under in lines:
            source, parents = event, event.parents
            if event.refuted is not None:
                source = event.refuted.conflict
                parents = (*source.parents, *(one for one in event.parents if one.person == event.person))
            fact: Fact = self._fact(event)
            for one in reversed(under):
                fact = ("if", *self._fact(one)[1:], *fact)
            text = self.words["line"].format(
                under=self.words["under"].format(self._list(under)) if under else "",
                fact=self._says(event),
                why=self._why(event, under),
            )
            result.append(Step(text[0].upper() + text[1:], _premises(source, parents, number), fact))
        if conflict is not None:
            text = self.words["line"].format(
                under="", fact=FALSE_TEXT[self.lang], why=self._because(conflict, (), never=True)
            )
            result.append(Step(text, _premises(conflict, conflict.parents, number), FALSE))
        return tuple(result)

    def solutions(self, worlds: Sequence[Sequence[int]]) -> tuple[Step, ...]:
        """Two solutions as steps."""
        steps = []
        for start, world in zip(POSSIBLE_TEXT[self.lang], worlds, strict=True):
            fact: Fact = (POSSIBLE,)
            for name, role in zip(self.names, world, strict=True):
                fact = (*fact, name, ROLE_WORDS["en"][role])
            steps.append(Step(start + answer_text(self.names, world, self.lang), (), fact))
        return tuple(steps)

    def _roles(self, event: Event) -> tuple[bool, list[int]]:
        """(True, the one role which the person has), or (False, the roles which the person has not)."""
        possible = event.possible
        if possible & (possible - 1):
            return False, [role for role in self.cast.roles if not possible >> role & 1]
        return True, [possible.bit_length() - 1]

    def _fact(self, event: Event) -> Fact:
        has, roles = self._roles(event)
        return ("is" if has else "is not", self.names[event.person], *[ROLE_WORDS["en"][role] for role in roles])

    def _says(self, event: Event) -> str:
        has, roles = self._roles(event)
        name = self.names[event.person]
        words = [ROLE_WORDS[self.lang][role] for role in roles]
        if self.zh:
            return f"{name}{'是' if has else '不是'}{'也不是'.join(words)}"
        if has:
            return f"{name} is a {words[0]}"
        return f"{name} is not a {words[0]}" if len(words) == 1 else f"{name} is neither a {' nor a '.join(words)}"

    def _list(self, events: Iterable[Event]) -> str:
        return self.words["and"].join([self._says(event) for event in events])

    def _why(self, event: Event, under: Sequence[Event]) -> str:
        if event.refuted is None:
            return self._because(event, under)
        assumed = event.refuted.assumed
        why = self._because(event.refuted.conflict, (*under, assumed), never=True)
        return self.words["suppose"].format(fact=self._says(assumed), why=why)

    def _because(self, event: Event, under: Sequence[Event], never: bool = False) -> str:
        """Where a fact, or a contradiction, comes from: what is known, besides the suppositions, and the rule."""
        cause = event.cause
        if cause == "clue" and event.value >= 0 and not never:
            cause = "true" if event.value else "false"
        why = self.words[f"never {cause}" if never else cause].format(
            number=event.clue + 1,
            before=event.before + 1,
            some=some_of(self.cast, event.role, self.lang) if cause == "count" else "",
        )
        given = [parent for parent in event.parents if parent not in under]
        joint = self.words["given count" if cause == "count" and not never else "given"]
        return joint.format(given=self._list(given), why=why) if given else why


def _lines(events: Sequence[Event], under: tuple[Event, ...]) -> Iterator[tuple[Event, tuple[Event, ...]]]:
    """The events in order, those inside a refuted supposition before what follows from it; each with its suppositions."""
    for event in events:
        if event.refuted is not None:
            yield from _lines(event.refuted.events, (*under, event.refuted.assumed))
        yield event, under


def _premises(source: Event, parents: Iterable[Event], number: dict[int, int]) -> tuple[Premise, ...]:
    """The clues of an event and its parents; suppositions are no lines, they stand in the fact."""
    clues = [Premise("clue", index + 1) for index in sorted(source.clues())]
    lines = sorted({number[id(parent)] for parent in parents if id(parent) in number})
    return (*clues, *[Premise("step", line) for line in lines])
