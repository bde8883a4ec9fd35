"""Prompts of propositional puzzles as somebody reads them who knows nothing else; every assignment is tried."""

from __future__ import annotations

import itertools
import re

from readers.search import first_match, is_chinese

P = "([^,;:，；：]+)"  # a proposition or its negation
FORMS = {
    "en": [
        ("nor", rf"It is neither the case that {P} nor that {P}\."),
        ("if both", rf"If {P} and {P}, then {P}\."),
        ("if, or", rf"If {P}, then {P} or {P}\."),
        ("if", rf"If {P}, then {P}\."),
        ("if", rf"Whenever {P}, {P}\."),
        ("either", rf"Either {P} or {P}, but not both\."),
        ("one", rf"Exactly one of these is true: {P}; {P}\."),
        ("one", rf"Exactly one of these is true: {P}; {P}; {P}\."),
        ("two", rf"At least two of these are true: {P}; {P}; {P}\."),
        ("any", rf"At least one of these is true: {P}; {P}\."),
        ("alike", rf"These are both true or both false: {P}; {P}\."),
        ("alike", rf"{P} if and only if {P}\."),
        ("if", rf"{P} only if {P}\."),
        ("any", rf"{P} unless {P}\."),
        ("any", rf"{P}, or {P}, or both\."),
        ("is", rf"{P}\."),
    ],
    "zh": [
        ("nor", rf"以下两项都不成立：{P}；{P}。"),
        ("if both", rf"如果{P}并且{P}，那么{P}。"),
        ("if, or", rf"如果{P}，那么{P}或者{P}。"),
        ("if", rf"如果{P}，那么{P}。"),
        ("if", rf"只要{P}，那么{P}。"),
        ("either", rf"要么{P}，要么{P}，但不会两者都成立。"),
        ("one", rf"以下恰好有一项成立：{P}；{P}。"),
        ("one", rf"以下恰好有一项成立：{P}；{P}；{P}。"),
        ("two", rf"以下至少有两项成立：{P}；{P}；{P}。"),
        ("any", rf"以下至少有一项成立：{P}；{P}。"),
        ("alike", rf"以下两项同时成立或同时不成立：{P}；{P}。"),
        ("alike", rf"{P}，当且仅当{P}。"),
        ("any", rf"除非{P}，否则{P}。"),
        ("if", rf"{P}，仅当{P}。"),
        ("any", rf"{P}，或者{P}，或者两者都成立。"),
        ("is", rf"{P}。"),
    ],
}
TRUE = {
    "is": lambda p: p,
    "nor": lambda p, q: not (p or q),
    "if both": lambda p, q, r: r if p and q else True,
    "if, or": lambda p, q, r: q or r if p else True,
    "if": lambda p, q: q if p else True,
    "either": lambda p, q: p is not q,
    "one": lambda *all_: sum(all_) == 1,
    "two": lambda *all_: sum(all_) >= 2,
    "any": lambda *all_: any(all_),
    "alike": lambda p, q: p is q,
}
WORDS = {"en": ("contradicted", "entailed", "undetermined"), "zh": ("必假", "必真", "不定")}
NEGATED = {
    "en": [(r"(.+ is) not (.+)", r"\1 \2")],
    "zh": [(r"(.+)没有(.+)", r"\1\2"), (r"(.+)不是(.+)", r"\1是\2"), (r"(.+)不(.+)", r"\1\2")],
}


class Premises:
    """A prompt as read. The one solution is, for each claim, whether it is false, true or open, with two cases where it is open."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if is_chinese(prompt) else "en"
        before, after = re.split(r"\n(?:Claims:|论断：)\n", prompt)
        premises = re.findall(r"^\d+\. (.+)$", before, re.MULTILINE)
        self.claims = re.findall(r"^\(\d+\) (.+)$", after, re.MULTILINE)
        told = re.search(r"(\d+) premises|以下(\d+)条", before)
        assert int(told[1] or told[2]) == len(premises)
        self.letters = {
            self.fact(text)[0]: letter for letter, text in re.findall(r"^([a-z]): (.+)$", after, re.MULTILINE)
        }
        self.certificate = bool(self.letters)
        self.atoms: list[str] = list(self.letters)
        self.said = [self.sentence(text) for text in premises]
        self.claimed = [self.sentence(text) for text in self.claims]
        rows = itertools.product((False, True), repeat=len(self.atoms))
        worlds = [dict(zip(self.atoms, row, strict=True)) for row in rows]
        self.worlds = [world for world in worlds if all(self.true(one, world) for one in self.said)]
        assert self.worlds, "the premises contradict each other"

    def fact(self, words: str) -> tuple[str, bool]:
        """The proposition without its negation, by which alone its words are compared, and whether it is affirmed."""
        words = words[0].lower() + words[1:]
        for form, positive in NEGATED[self.lang]:
            if re.fullmatch(form, words):
                return self.bare(re.sub(form, positive, words)), False
        return self.bare(words), True

    def bare(self, words: str) -> str:
        """Without the particles that a Chinese sentence loses when it is negated."""
        return words if self.lang == "en" else re.sub("了|很|有(?=守卫)", "", words)

    def sentence(self, text: str):
        kind, parts = first_match(FORMS[self.lang], text)
        facts = [self.fact(part) for part in parts]
        for name, _ in facts:
            if name not in self.atoms:
                assert not self.certificate, (name, self.atoms)
                self.atoms.append(name)
        return kind, facts

    def true(self, sentence, world) -> bool:
        kind, facts = sentence
        return TRUE[kind](*[world[name] is affirmed for name, affirmed in facts])

    def solutions(self, most: int = 2) -> list[tuple]:
        labels = []
        for claim in self.claimed:
            values = [self.true(claim, world) for world in self.worlds]
            labels.append(
                (values[0], None, None) if len(set(values)) == 1 else (None, values.index(True), values.index(False))
            )
        return [tuple(labels)]

    def asked(self, solution):
        return tuple(label for label, _, _ in solution)

    def case(self, number: int) -> str:
        true = sorted(self.letters[name] for name, value in self.worlds[number].items() if value)
        return ", ".join(true) or ("none" if self.lang == "en" else "无")

    def answer(self, solution) -> str:
        false, true, open_ = WORDS[self.lang]
        words = [open_ if label is None else true if label else false for label, _, _ in solution]
        if not self.certificate:
            return ", ".join(words)
        holds, fails = ("holds", "fails") if self.lang == "en" else ("成立", "不成立")
        lines = []
        for number, (word, (_, one, two)) in enumerate(zip(words, solution, strict=True), 1):
            cases = f"; {holds}: {self.case(one)}; {fails}: {self.case(two)}" if one is not None else ""
            lines.append(f"{number}: {word}{cases}")
        return "\n".join(lines)

    def form_is(self, answer: str) -> bool:
        return len(re.split("\n" if self.certificate else ", ", answer)) == len(self.claims)

    def spoilt(self, solution, rng):
        """One claim is judged otherwise; what is open gets its two cases the other way round as well."""
        number = rng.randrange(len(solution))
        label, one, two = solution[number]
        if label is None and self.certificate and rng.random() < 0.5:
            wrong = (None, two, one)
        else:
            wrong = (rng.choice((True, False)) if label is None else not label, None, None)
        return (*solution[:number], wrong, *solution[number + 1 :])


read = Premises
