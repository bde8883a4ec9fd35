"""Proofs of knights and knaves as prose, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guru_envs.domains.logic._knights_solver import Event, Refutation
from guru_envs.domains.logic._knights_statements import Cast
from guru_envs.domains.logic._knights_words import ROLE_WORDS, some_of
from guru_envs.task import Premise, Step


class Narrator:
    """Writes the events of a proof as steps.

    A step's fact is ``("is", name, role)`` or, with more than two roles, also ``("is not", name, role, ...)`` with every
    role that the person is known not to have; roles are English words in both languages.
    """

    def __init__(self, names: Sequence[str], cast: Cast, lang: str) -> None:
        self.names, self.cast, self.lang, self.zh = names, cast, lang, lang == "zh"

    def steps(self, events: Sequence[Event]) -> tuple[Step, ...]:
        """The steps of a proof."""
        number = {id(event): index for index, event in enumerate(events, 1)}
        result = []
        for event in events:
            clues = event.clues() | (event.refuted.clues() if event.refuted else set())
            premises = [Premise("clue", index + 1) for index in sorted(clues)]
            premises += [Premise("step", index) for index in sorted({number[id(parent)] for parent in event.parents})]
            text = self._event(event)
            has, roles = self._roles(event)
            words = [ROLE_WORDS["en"][role] for role in roles]
            fact = ("is" if has else "is not", self.names[event.person], *words)
            result.append(Step(text if self.zh else text[0].upper() + text[1:], tuple(premises), fact))
        return tuple(result)

    def _roles(self, event: Event) -> tuple[bool, list[int]]:
        """(True, the one role which the person has), or (False, the roles which the person has not)."""
        possible = event.possible
        if possible & (possible - 1):
            return False, [role for role in self.cast.roles if not possible >> role & 1]
        return True, [possible.bit_length() - 1]

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
        said = [self._says(event) for event in events]
        if self.zh:
            return "，".join(said)
        return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]

    def _event(self, event: Event) -> str:
        if event.refuted is not None:
            return self._supposition(event, event.refuted)
        given = self._list(event.parents) if event.parents else ""
        if event.cause == "count":
            some = some_of(self.cast, event.role, self.lang)
            if self.zh:
                return f"{given}，而下列人中{some}，所以{self._says(event)}。"
            return f"{given}, and {some}, so {self._says(event)}."
        number = event.clue + 1
        if event.cause == "turns":
            if self.zh:
                turns = f"第{event.before + 1}句和第{number}句话由同一人接连说出"
                return f"{f'因为{given}，' if given else ''}{turns}，只有{self._says(event)}才可能。"
            turns = f"statements {event.before + 1} and {number}, made one after the other by the same person"
            return f"{f'since {given}, ' if given else ''}{turns}, are possible only if {self._says(event)}."
        if self.zh:
            start = f"因为{given}，" if given else ""
            if event.value >= 0:
                return f"{start}第{number}句话为{'真' if event.value else '假'}，所以{self._says(event)}。"
            return f"{start}{'' if given else '无论如何，'}只有{self._says(event)}，第{number}句话才可能说出。"
        start = f"since {given}, " if given else ""
        if event.value >= 0:
            return f"{start}statement {number} is {'true' if event.value else 'false'}, so {self._says(event)}."
        return f"{start}statement {number} can only have been made if {self._says(event)}."

    def _conflict(self, event: Event) -> str:
        given = self._list(event.parents)
        if event.cause == "count":
            some = some_of(self.cast, event.role, self.lang)
            return f"但{given}，这与下列人中{some}矛盾。" if self.zh else f"But {given}, while {some}: a contradiction."
        number = event.clue + 1
        if event.cause == "turns":
            first = event.before + 1
            if self.zh:
                return f"但既然{given}，第{first}句和第{number}句话就不可能由普通人接连说出：矛盾。"
            return (
                f"But as {given}, a normal cannot have made statements {first} and {number} by turns: a contradiction."
            )
        if self.zh:
            return f"但既然{given}，第{number}句话就不可能说出：矛盾。"
        return f"But as {given}, statement {number} cannot have been made: a contradiction."

    def _supposition(self, event: Event, refuted: Refutation) -> str:
        parts = []
        deeper = refuted.assumed.nesting > 1
        supposed = self._says(refuted.assumed)
        if self.zh:
            parts.append(f"{'再' if deeper else ''}假设{supposed}。")
        else:
            parts.append(f"{'suppose further' if deeper else 'suppose'} that {supposed}.")
        for inner in refuted.events:
            text = self._event(inner)
            parts.append(text if self.zh else text[0].upper() + text[1:])
        parts.append(self._conflict(refuted.conflict))
        parts.append(f"所以{self._says(event)}。" if self.zh else f"So {self._says(event)}.")
        return "".join(parts) if self.zh else " ".join(parts)
