"""Puzzles of knights and knaves read from their prompt's text alone, in both languages, and decided by going through all worlds.

Shares no code with the domain. Worlds are the rows of a table of roles; a statement becomes a column of booleans.
"""

from __future__ import annotations

import itertools
import re

import numpy as np

ROLES = {"knave": 0, "knight": 1, "spy": 2, "normal": 3, "无赖": 0, "骑士": 1, "间谍": 2, "普通人": 3}
ROLES |= {"knaves": 0, "knights": 1, "spies": 2, "normals": 3}


def all_worlds(people: int, spies: int, normals: int) -> np.ndarray:
    """Every way to give the roles, one a row."""
    plain = people - spies - normals
    knights = (np.arange(1 << plain)[:, None] >> np.arange(plain) & 1).astype(np.int8)
    parts = []
    for special in itertools.combinations(range(people), spies + normals):
        for spied in itertools.combinations(special, spies):
            part = np.empty((len(knights), people), np.int8)
            part[:, [person for person in range(people) if person not in special]] = knights
            part[:, list(special)] = 3
            part[:, list(spied)] = 2
            parts.append(part)
    return np.concatenate(parts)


class Reader:
    """The worlds that fit a prompt, found by going through all of them."""

    def __init__(self, prompt: str) -> None:
        self.zh = "某岛" in prompt
        if self.zh:
            listed = re.search(r"你遇到了(\d+)个人：(.*?)。", prompt)
            self.names = re.split("[、和]", listed[2])
            lines = re.findall(r"^(\d+)\. (\S+?)说：“(.*)。”$", prompt, re.M)
            counts = re.findall(r"恰好有(\d+)名(间谍|普通人)", prompt.split("\n")[0])
            assert ("每个普通人说的话按下面的编号顺序真假交替，其中第一句可真可假" in prompt) == ("普通人" in prompt)
        else:
            listed = re.search(r"You meet (\d+) people: (.*?)\.", prompt)
            self.names = re.split(", | and ", listed[2])
            lines = re.findall(r'^(\d+)\. (\w+) says: "(.*)\."$', prompt, re.M)
            counts = re.findall(r"xactly (\d+) of the people below (?:is a|are) (\w+)", prompt.split("\n")[0])
            assert ("order of their numbers below, are true and false by turns" in prompt) == ("normal" in prompt)
        assert len(self.names) == len(set(self.names)) == int(listed[1])
        assert [int(number) for number, _, _ in lines] == list(range(1, len(lines) + 1))
        self.counts = {ROLES[role]: int(count) for count, role in counts}
        self.worlds = all_worlds(len(self.names), self.counts.get(2, 0), self.counts.get(3, 0))
        self.said = []  # (speaker, words)
        self.allowed = []  # for each statement, the worlds in which it can be made
        self.true = []
        for _, name, words in lines:
            speaker = self.names.index(name)
            truth = self.read(words[0].lower() + words[1:] if words.startswith(self.LOWERED) else words, speaker)
            role = self.worlds[:, speaker]
            self.said.append((speaker, words))
            self.true.append(truth)
            self.allowed.append((role >= 2) | ((role == 1) == truth))

    LOWERED = ("If ", "It is", "Among", "Either")

    def turns(self, first: int, second: int) -> np.ndarray:
        """The worlds in which a person can make these two statements one after the other."""
        assert self.said[first][0] == self.said[second][0]
        return (self.worlds[:, self.said[first][0]] != 3) | (self.true[first] != self.true[second])

    def solutions(self, leaving_out: int = -1) -> np.ndarray:
        fits = np.ones(len(self.worlds), bool)
        last: dict[int, int] = {}
        for index, allowed in enumerate(self.allowed):
            if index == leaving_out:
                continue
            fits &= allowed
            speaker = self.said[index][0]
            if speaker in last:
                fits &= self.turns(last[speaker], index)
            last[speaker] = index
        return self.worlds[fits]

    def person(self, word: str, speaker: int) -> np.ndarray:
        index = speaker if word in ("I", "me", "我") else self.names.index(word)
        return self.worlds[:, index]

    def read(self, text: str, speaker: int) -> np.ndarray:
        """The worlds in which the words are true."""
        return (self._zh if self.zh else self._en)(text, speaker)

    def _operand(self, text: str, speaker: int) -> np.ndarray:
        if text[0] in "(（":
            assert text[-1] in ")）", text
            text = text[1:-1]
        return self.read(text, speaker)

    @staticmethod
    def _split(text: str, word: str) -> tuple[str, str] | None:
        """The parts before and after a word that stands outside all brackets."""
        depth = 0
        for index, character in enumerate(text):
            depth += (character in "(（") - (character in ")）")
            if depth == 0 and text.startswith(word, index):
                return text[:index], text[index + len(word) :]
        return None

    def _en(self, text: str, speaker: int) -> np.ndarray:
        if text.startswith("it is not the case that "):
            return ~self._operand(text.removeprefix("it is not the case that "), speaker)
        if text.startswith("if "):
            first, second = self._split(text[3:], ", then ")
            return ~self._operand(first, speaker) | self._operand(second, speaker)
        if text.startswith("either "):
            assert text.endswith(", but not both"), text
            parts = self._split(text[len("either ") : -len(", but not both")], " or ")
            return self._join("either", parts, speaker)
        if found := re.fullmatch(r"among (\w+(?:, \w+)* and \w+), (exactly|at \w+) (\d) (?:is a|are) (\w+)", text):
            return self._count(re.split(", | and ", found[1]), found[2], int(found[3]), found[4], speaker)
        if found := re.fullmatch(r"(\w+) and (\w+) are of (the same kind|different kinds)", text):
            same = self.person(found[1], speaker) == self.person(found[2], speaker)
            return same if found[3] == "the same kind" else ~same
        if found := re.fullmatch(r"(\w+) (?:is|am) (not )?a (knight|knave|spy|normal)", text):
            has = self.person(found[1], speaker) == ROLES[found[3]]
            return ~has if found[2] else has
        for word in (" if and only if ", " and ", " or "):
            if parts := self._split(text, word):
                return self._join(word.strip(), parts, speaker)
        raise AssertionError(text)

    def _zh(self, text: str, speaker: int) -> np.ndarray:
        if text.startswith("并非"):
            return ~self._operand(text[2:], speaker)
        if text.startswith("如果"):
            first, second = self._split(text[2:], "，那么")
            return ~self._operand(first, speaker) | self._operand(second, speaker)
        if text.startswith("要么"):
            assert text.endswith("，二者不同时成立"), text
            parts = self._split(text[len("要么") : -len("，二者不同时成立")], "，要么")
            return self._join("either", parts, speaker)
        if found := re.fullmatch(r"([^（）]+)当中(恰好|至少|至多)有(\d)个(骑士|无赖|间谍|普通人)", text):
            return self._count(re.split("[、和]", found[1]), found[2], int(found[3]), found[4], speaker)
        if found := re.fullmatch(r"([^（）]+)和([^（）]+)身份(相同|不同)", text):
            same = self.person(found[1], speaker) == self.person(found[2], speaker)
            return same if found[3] == "相同" else ~same
        if found := re.fullmatch(r"([^（）是不]+)(不)?是(骑士|无赖|间谍|普通人)", text):
            has = self.person(found[1], speaker) == ROLES[found[3]]
            return ~has if found[2] else has
        for word, meaning in (("当且仅当", "if and only if"), ("并且", "and"), ("或者", "or")):
            if parts := self._split(text, word):
                return self._join(meaning, parts, speaker)
        raise AssertionError(text)

    def _join(self, word: str, parts: tuple[str, str], speaker: int) -> np.ndarray:
        first, second = (self._operand(part, speaker) for part in parts)
        table = {
            "and": first & second,
            "or": first | second,
            "if and only if": first == second,
            "either": first != second,
        }
        return table[word]

    def _count(self, words: list[str], how: str, count: int, role: str, speaker: int) -> np.ndarray:
        assert len(set(words)) == len(words)
        number = sum((self.person(word, speaker) == ROLES[role]).astype(int) for word in words)
        if how in ("at least", "至少"):
            return number >= count
        return number <= count if how in ("at most", "至多") else number == count

    def answer(self, text: str) -> list[int]:
        given = dict(part.split(": ") for part in text.split(", "))
        assert len(given) == len(self.names)
        return [ROLES[given[name]] for name in self.names]


def check_task(task, minimal: bool = True, most: int = 1) -> Reader:
    reader = Reader(task.prompt)
    solutions = reader.solutions()
    assert len(solutions) == 1
    assert solutions[0].tolist() == reader.answer(task.gold)
    speakers = [speaker for speaker, _ in reader.said]
    assert speakers == sorted(speakers)
    assert max(map(speakers.count, speakers)) <= most
    assert len(set(reader.said)) == len(reader.said)
    for index, ((speaker, words), true) in enumerate(zip(reader.said, reader.true, strict=True)):
        assert true.any(), words
        assert not true.all(), words
        assert any(name in words for person, name in enumerate(reader.names) if person != speaker), words
        if minimal:
            assert reader.solutions(leaving_out=index).tolist() != solutions.tolist(), words
    return reader


def meaning(reader: Reader, fact: tuple) -> np.ndarray:
    """The worlds in which a fact is true."""
    unless = np.zeros(len(reader.worlds), bool)
    while fact[0] == "if":
        unless |= reader.worlds[:, reader.names.index(fact[1])] != ROLES[fact[2]]
        fact = fact[3:]
    kind, name, *roles = fact
    assert roles
    assert kind == "is not" or (kind, len(roles)) == ("is", 1)
    has = np.isin(reader.worlds[:, reader.names.index(name)], [ROLES[role] for role in roles])
    return unless | (has if kind == "is" else ~has)


def left_by(reader: Reader, step, facts: list[np.ndarray]) -> np.ndarray:
    """The worlds that the premises of a step leave."""
    fits = np.ones(len(reader.worlds), bool)
    clues = [premise.index - 1 for premise in step.premises if premise.kind == "clue"]
    assert len(clues) <= 2
    for clue in clues:
        fits &= reader.allowed[clue]
        if clue + 1 in clues and reader.said[clue][0] == reader.said[clue + 1][0]:
            fits &= reader.turns(clue, clue + 1)
    for premise in step.premises:
        if premise.kind == "step":
            fits &= facts[premise.index - 1]
    return fits


def check_proof(task, reader: Reader, trace) -> None:
    """Each step follows from its premises, is read from its own words, and together they leave one world."""
    facts = []
    for step in trace.steps:
        fact = meaning(reader, step.fact)
        assert not (left_by(reader, step, facts) & ~fact).any(), step
        facts.append(fact)
    every = np.ones(len(reader.worlds), bool)
    for fact in facts:
        every &= fact
    assert every.sum() == 1
    assert trace.answer == task.gold
    assert reader.worlds[every][0].tolist() == reader.answer(trace.answer)
