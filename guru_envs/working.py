"""Lines of a response judged against the oracle's proof, for domains whose proofs state values.

A proof is a list of things worth stating: what a calculation gives, what a table says, what an intermediate quantity is. A line of a
response speaks of one of them when it has the proof's words up to the value; then the values are compared. Other lines
are no facts: they earn nothing and cost nothing, so another way to the answer is not held against a response, nor paid.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from guru_envs.statements import Number, Said, agree, read_line, squeezed

_FIGURE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,6}(?:\.[0-9]{1,30})?|[0-9]{1,30}(?:\.[0-9]{1,30})?")


class ProofLines:
    """A sheet on which the lines of a proof are ticked off.

    Each line of the proof is worth the same, shared among the things it says. What the prompt states itself (a figure that is
    read off a table, an equation it gives) is true but worth nothing, or copying all of it would pay; a proof
    of nothing else is worth what its last line says.

    Args:
        statements: the proof's lines.
        prompt: the question they answer.
    """

    def __init__(self, statements: Sequence[str], prompt: str) -> None:
        figures = {Fraction(figure.replace(",", "")) for figure in _FIGURE.findall(prompt)}
        self._wanted: dict[str, list[Number | str]] = {}
        self._shares: dict[str, Fraction] = {}
        self._text = squeezed(prompt)
        counted = 0
        lines = [[said for said in read_line(text) if said.subject != said.text] for text in statements]  # not: 30 = 30
        for said in (said for line in lines for said in line):
            self._wanted.setdefault(said.subject, []).append(said.value)
        for line in lines:
            new = {said.subject for said in line if said.subject not in self._shares and not self._given(said, figures)}
            self._shares |= dict.fromkeys(new, Fraction(1, max(1, len(new))))
            counted += bool(new)
        if not counted and lines and lines[-1]:
            last = {said.subject for said in lines[-1]}
            self._shares, counted = dict.fromkeys(last, Fraction(1, len(last))), 1
        self._whole = max(1, counted)
        self._text += "\n" + "\n".join(map(squeezed, statements))
        self._stated: set[str] = set()
        self._guessed: set[str] = set()  # whose value is words, and was said in others: listing all words must not pay

    def _given(self, said: Said, figures: set[Fraction]) -> bool:
        """Whether what is said stands in the prompt."""
        if isinstance(said.value, Number):
            return said.read and abs(said.value.value) in figures
        return len(said.text) > 1 and f"={said.text}" in self._text

    @property
    def progress(self) -> float:
        """The share of the proof that was stated, 0 to 1."""
        return float(
            sum((self._shares.get(subject, Fraction(0)) for subject in self._stated), Fraction(0)) / self._whole
        )

    def state(self, line: str) -> bool | None:
        """Judge a line: False when a value that it states is not the proof's, None when it speaks of nothing in the proof."""
        found: bool | None = None
        right: set[str] = set()
        for said in read_line(line):
            wanted = self._wanted.get(said.subject, ())
            if not wanted or said.subject in self._guessed:
                continue
            verdicts = [agree(value, said.value, said.read) for value in wanted]
            if True in verdicts:
                right.add(said.subject)
                found = True
            elif None not in verdicts:
                if f"{said.subject}={said.text}" not in self._text:  # else it is true of something else of this name
                    return False
            elif all(isinstance(value, str) for value in wanted):
                self._guessed.add(said.subject)
        self._stated |= right
        return found

    def close(self) -> None:
        """Nothing is held."""
