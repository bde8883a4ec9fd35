"""Knights and knaves, checked by a reader of the prompt's text that shares no code with the domain."""

from __future__ import annotations

import functools
import itertools
import random
import re
import statistics
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs import registry
from guru_envs.domain import make_knobs
from guru_envs.domains.logic.knights_and_knaves import KnightsAndKnaves
from guru_envs.errors import GuruError, ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.task import Outcome

ENV = "guru/knights-and-knaves-v0"
LEVELS = range(1, len(registry.spec(ENV).levels) + 1)
DOMAIN = KnightsAndKnaves()
ROLES = {"knave": 0, "knight": 1, "spy": 2, "normal": 3, "无赖": 0, "骑士": 1, "间谍": 2, "普通人": 3}
ROLES |= {"knaves": 0, "knights": 1, "spies": 2, "normals": 3}


# -- the reader: worlds are the rows of a table of roles, a statement becomes a column of booleans ---------------------


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


def check_proof(task, reader: Reader) -> None:
    trace = DOMAIN.solve(task)
    facts = []
    for step in trace.steps:
        kind, name, *roles = step.fact
        assert roles
        assert kind == "is not" or (kind, len(roles)) == ("is", 1)
        has = np.isin(reader.worlds[:, reader.names.index(name)], [ROLES[role] for role in roles])
        fact = has if kind == "is" else ~has
        fits = np.ones(len(reader.worlds), bool)
        clues = [premise.index - 1 for premise in step.premises if premise.kind == "clue"]
        for clue in clues:
            fits &= reader.allowed[clue]
            if clue + 1 in clues and reader.said[clue][0] == reader.said[clue + 1][0]:
                fits &= reader.turns(clue, clue + 1)
        for premise in step.premises:
            if premise.kind == "step":
                fits &= facts[premise.index - 1]
        assert not (fits & ~fact).any(), step
        assert name in step.statement
        facts.append(fact)
    every = np.ones(len(reader.worlds), bool)
    for fact in facts:
        every &= fact
    assert every.sum() == 1
    assert trace.answer == task.gold
    assert reader.worlds[every][0].tolist() == reader.answer(trace.answer)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_prompts_have_one_solution_and_proofs_hold(level, lang):
    source = registry.make_source(ENV, level=level, lang=lang)
    knobs = registry.spec(ENV).levels[level - 1]
    for seed in range(40 if level < 11 else 12):
        task = source.draw(seed)
        reader = check_task(task, knobs.get("minimal", True), knobs.get("statements", 1))
        assert reader.counts == {role: knobs[name] for role, name in ((2, "spies"), (3, "normals")) if name in knobs}
        check_proof(task, reader)


@pytest.mark.parametrize("level", LEVELS)
def test_one_solution_in_two_hundred_more(level):
    source = registry.make_source(ENV, level=level)
    knobs = registry.spec(ENV).levels[level - 1]
    for seed in range(200):
        check_task(source.draw(1000 + seed), knobs.get("minimal", True), knobs.get("statements", 1))


KINDS = ("is", "not", "and", "or", "xor", "iff", "implies", "exactly", "at_least", "at_most", "same", "different")
PLAIN = [
    {"people": people, "depth": depth, "spies": spies, "kinds": kinds, "minimal": minimal}
    for people, depth, spies in itertools.product((2, 3, 5, 7), (1, 2, 4), (0, 1))
    for kinds in (*((kind,) for kind in KINDS), ("is", "not"), ("not", "implies"), KINDS)
    for minimal in (True, False)
    if spies <= people - 2
    and not set(kinds) <= {"is", "not"}
    and (spies or kinds not in (("same",), ("different",)))
    and (people, kinds, minimal) != (2, ("at_most",), False)  # each would say that the other is no better
]
PEOPLED = [
    {"people": people, "spies": spies, "normals": normals, "statements": statements, "depth": depth, "minimal": minimal}
    for people, spies, normals in (
        (3, 0, 1),
        (4, 1, 1),
        (4, 0, 2),
        (5, 3, 0),
        (6, 2, 2),
        (7, 1, 3),
        (8, 2, 1),
        (6, 0, 0),
    )
    for statements, depth in ((1, 1), (2, 1), (3, 2), (2, 3), (4, 4))
    for minimal in (True, False)
]


@pytest.mark.parametrize("settings", [PLAIN, PEOPLED], ids=["kinds", "roles and statements"])
def test_every_mix_of_knobs_gives_sound_puzzles(settings):
    failed = []
    for index, values in enumerate(settings):
        knobs = make_knobs(DOMAIN.Knobs, values | {"lang": ("en", "zh")[index % 2]})
        try:
            task = DOMAIN.generate(random.Random(index), knobs)
        except ImpossibleTaskError:
            failed.append(values)
            continue
        reader = check_task(task, values["minimal"], knobs.statements)
        if not values["minimal"]:
            assert len(reader.said) == values["people"] * knobs.statements
        check_proof(task, reader)
        used = {kind for _, what in task.payload.said for kind in kinds_in(what)}
        assert used <= {*knobs.kinds, "is", "deny"}
        assert max(depth_of(what) for _, what in task.payload.said) <= knobs.depth
    assert failed == []


def depth_of(statement):
    parts = [part for part in statement[1:] if isinstance(part, tuple) and part and isinstance(part[0], str)]
    return int(statement[0] not in ("is", "not")) + max(map(depth_of, parts), default=0)


def kinds_in(statement):
    yield statement[0]
    for part in statement[1:]:
        if isinstance(part, tuple) and part and isinstance(part[0], str):
            yield from kinds_in(part)


def test_effort_of_the_prover_rises_by_level():
    means = []
    for level in LEVELS:
        source = registry.make_source(ENV, level=level)
        grades = [DOMAIN.grade(source.draw(seed)) for seed in range(40 if level < 11 else 15)]
        means.append(statistics.mean(grade["steps"] + grade["suppositions"] for grade in grades))
    assert all(a < b for a, b in itertools.pairwise(means)), means


@pytest.mark.parametrize("level", [1, 4, 7, 10, 12, 15])
def test_languages_show_the_same_problem(level):
    for seed in range(20 if level < 11 else 4):
        tasks = [registry.make_source(ENV, level=level, lang=lang).draw(seed) for lang in ("en", "zh")]
        readers = [Reader(task.prompt) for task in tasks]
        assert readers[0].answer(tasks[0].gold) == readers[1].answer(tasks[1].gold)
        for one, other in zip(readers[0].allowed, readers[1].allowed, strict=True):
            assert (one == other).all()
        assert tasks[0].canonical == tasks[1].canonical
        traces = [DOMAIN.solve(task) for task in tasks]
        assert [step.premises for step in traces[0].steps] == [step.premises for step in traces[1].steps]


# -- the invariant -----------------------------------------------------------------------------------------------------


def renamed(statement, new, rng):
    kind = statement[0]
    if kind in ("is", "not"):
        return (kind, new[statement[1]], statement[2])
    if kind in ("same", "different"):
        pair = [new[statement[1]], new[statement[2]]]
        rng.shuffle(pair)
        return (kind, *pair)
    if kind in ("exactly", "at_least", "at_most"):
        people = [new[one] for one in statement[3]]
        rng.shuffle(people)
        return (kind, statement[1], statement[2], tuple(people))
    parts = [renamed(part, new, rng) for part in statement[1:]]
    if kind != "implies":
        rng.shuffle(parts)
    return (kind, *parts)


@pytest.mark.parametrize("level", LEVELS)
def test_canonical_text_ignores_names_and_order_and_little_else(level):
    from guru_envs.domains.logic._knights_canonical import invariant, mentions

    source = registry.make_source(ENV, level=level)
    rng = random.Random(level)
    seen: dict[str, set] = {}
    for seed in range(40):
        task = source.draw(seed)
        puzzle = task.payload
        people = len(puzzle.names)
        new = rng.sample(range(people), people)
        said = [(new[who], renamed(what, new, rng)) for who, what in puzzle.said]
        rng.shuffle(said)
        assert invariant(puzzle.cast, [(who, mentions(what)) for who, what in said]) == task.canonical
        seen.setdefault(task.canonical, set()).add(tuple(sorted(puzzle.world)))
    assert all(len(worlds) == 1 for worlds in seen.values())  # the same problem has as many knights
    if level >= 4:
        assert len(seen) == 40


# -- answers -----------------------------------------------------------------------------------------------------------


@functools.cache
def a_task(level=4, seed=0, lang="en"):
    return registry.make_source(ENV, level=level, lang=lang).draw(seed)


def pairs(task):
    words = {"en": ("knave", "knight", "spy", "normal"), "zh": ("无赖", "骑士", "间谍", "普通人")}[task.payload.lang]
    return [(name, words[role]) for name, role in zip(task.payload.names, task.payload.world, strict=True)]


FORMS = {
    "as asked": lambda p: ", ".join(f"{n}: {r}" for n, r in p),
    "lines": lambda p: "\n".join(f"{n}: {r}" for n, r in p),
    "reversed": lambda p: ", ".join(f"{n}: {r}" for n, r in p[::-1]),
    "json": lambda p: "{" + ", ".join(f'"{n}": "{r}"' for n, r in p) + "}",
    "pretty json": lambda p: "{\n" + ",\n".join(f'  "{n}": "{r}"' for n, r in p) + "\n}",
    "records": lambda p: "[" + ", ".join(f'{{"name": "{n}", "role": "{r}"}}' for n, r in p) + "]",
    "list": lambda p: "\n".join(f"- {n}: {r}" for n, r in p),
    "numbered": lambda p: "\n".join(f"{i}. {n} - {r}" for i, (n, r) in enumerate(p, 1)),
    "bold": lambda p: "\n".join(f"* **{n}**: {r}" for n, r in p),
    "table": lambda p: "| Name | Role |\n|---|---|\n" + "\n".join(f"| {n} | {r} |" for n, r in p),
    "no colon": lambda p: ", ".join(f"{n} {r}" for n, r in p),
    "answer said first": lambda p: "Answer: " + "; ".join(f"{n} = {r}" for n, r in p) + ".",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", [4, 8, 12])
def test_forms_of_the_right_answer(form, lang, level):
    for seed in range(5):
        task = a_task(level, seed, lang)
        assert DOMAIN.verify(task, FORMS[form](pairs(task))).outcome is Outcome.CORRECT
        wrong = pairs(task)
        other = "knight" if lang == "en" else "骑士"
        lie = ("knave" if lang == "en" else "无赖") if wrong[1][1] == other else other
        wrong[1] = (wrong[1][0], lie)
        verdict = DOMAIN.verify(task, FORMS[form](wrong))
        assert verdict.outcome is Outcome.WRONG
        assert verdict.credit < 1


def test_sentences():
    task = a_task(4, 1)
    right = pairs(task)
    sentence = " and ".join(f"{name} is a {role}" for name, role in right)
    assert DOMAIN.verify(task, sentence).correct
    assert DOMAIN.verify(task, sentence.upper()).correct
    groups = {role: [name for name, own in right if own == role] for role in ("knight", "knave")}
    assert all(groups.values()), "choose another seed: both roles are needed here"
    assert DOMAIN.verify(task, "; ".join(f"{role}s: {', '.join(who)}" for role, who in groups.items())).correct
    told = [
        f"{' and '.join(who)} are both {role}s" if len(who) > 1 else f"{who[0]} is a {role}"
        for role, who in groups.items()
    ]
    assert DOMAIN.verify(task, ", ".join(told)).correct
    task = a_task(4, 1, "zh")
    assert DOMAIN.verify(task, "，".join(f"{name}是{role}" for name, role in pairs(task)) + "。").correct
    assert DOMAIN.verify(task, "、".join(f"{name}是一名{role}" for name, role in pairs(task))).correct


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_answers_that_say_too_much_or_too_little(lang):
    task = a_task(4, 1, lang)
    right = pairs(task)
    gold = task.gold
    name, role = right[0]
    words = ("knight", "knave") if lang == "en" else ("骑士", "无赖")
    other = words[role == words[0]]
    wrong = [
        ", ".join(f"{n}: {r}" for n, r in right[1:]),
        f"{gold}, {name}: {other}",
        f"{gold}, {name}: {role}",
        gold.replace(role, f"{role}, {other}", 1),
        f"{gold}\n{', '.join(f'{n}: {other}' for n, _ in right)}",
    ]
    for answer in wrong:
        assert DOMAIN.verify(task, answer).outcome is Outcome.WRONG, answer
    unreadable = [
        "",
        name,
        role,
        ", ".join(n for n, _ in right),
        ", ".join(r for _, r in right),
        gold.replace(": ", ": not ", 1),
        gold.replace(": ", " is not a ", 1),
        gold.replace(": ", " isn't a ", 1),
        gold.replace(": ", "不是", 1),
        gold.replace(": ", " ≠ ", 1),
        gold.replace(": ", " != ", 1),
        gold.replace(": ", ": non-", 1),
        f"It is false that {gold}",
        f"{gold}?",
        f"{gold}, or not",
        gold.replace(role, f"{role}/{other}", 1),
        gold.replace(role, f"{role} or {other}", 1),
        gold.replace(role, f"~~{role}~~", 1),
        gold.replace(name, "Zed", 1),
        f"{gold}, Zed: knight",
        " ".join(f"{n}, {m}: {r}" for (n, r), (m, _) in itertools.pairwise(right[:2])),
    ]
    for answer in unreadable:
        verdict = DOMAIN.verify(task, answer)
        assert verdict.outcome in (Outcome.NO_ANSWER, Outcome.WRONG), answer
        assert verdict.credit == 0.0
        assert verdict.detail


def test_wrong_numbers_of_spies_and_normals_are_wrong():
    for level in (8, 12):
        task = a_task(level, 0)
        for role in ("knight", "spy", "normal")[: 2 if level == 8 else 3]:
            answer = ", ".join(f"{name}: {role}" for name in task.payload.names)
            verdict = DOMAIN.verify(task, answer)
            assert verdict.outcome is Outcome.WRONG
            assert verdict.credit == 0.0
            assert "spies" in verdict.detail
    assert DOMAIN.verify(a_task(4), a_task(4).gold.replace("knight", "spy")).outcome is Outcome.NO_ANSWER
    assert DOMAIN.verify(a_task(8), a_task(8).gold.replace("spy", "normal")).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("level", LEVELS)
def test_credit_and_reason(level):
    task = a_task(level, 3)
    puzzle = task.payload
    rng = random.Random(5)
    reader = Reader(task.prompt)
    people = len(puzzle.names)
    gold = np.array(puzzle.world)
    chance = (reader.worlds == gold).sum(axis=1).mean()  # right roles of an answer taken at random from all worlds
    for _ in range(40):
        answer = DOMAIN.guess(task, rng)
        world = np.array(reader.answer(answer))
        right = (world == gold).sum()
        verdict = DOMAIN.verify(task, answer)
        assert verdict.credit == pytest.approx(max(0.0, (right - chance) / (people - chance)))
        assert verdict.correct == (right == people)
        if verdict.correct:
            continue
        row = (reader.worlds == world).all(axis=1)
        misfits = []
        for index, (speaker, _) in enumerate(reader.said):
            follows = index and reader.said[index - 1][0] == speaker
            if not reader.allowed[index][row][0] or (follows and not reader.turns(index - 1, index)[row][0]):
                misfits.append(index + 1)
        truth = str(bool(reader.true[misfits[0] - 1][row][0])).lower()
        assert verdict.detail.startswith(f"statement {misfits[0]} does not fit the answer: ")
        assert verdict.detail.removesuffix(" like the one before").endswith(f"but it would be {truth}")


def test_blind_guesses_have_the_stated_chance():
    rates = registry.spec(ENV).guess_rate
    for level in LEVELS:
        chance = 1 / len(Reader(a_task(level).prompt).worlds)
        assert chance <= rates[level - 1] <= chance * 1.001


WORDS = st.lists(st.sampled_from(["Ann", "knight", "knave", ":", ",", "is", "not", "\ud800"]))


@given(st.text(max_size=300) | WORDS.map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict(text):
    task = a_task()
    verdict = DOMAIN.verify(task, text)
    assert verdict.outcome in (Outcome.WRONG, Outcome.NO_ANSWER)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_changed_gold_answer_is_never_right(data):
    """Words put into the gold answer never leave it right unless they say nothing."""
    task = a_task(4, data.draw(st.integers(0, 5)))
    words = task.gold.split(" ")
    place = data.draw(st.integers(0, len(words)))
    extra = data.draw(st.sampled_from(["not", "knight", "knave", task.payload.names[0], "no", "never", "un", "1"]))
    answer = " ".join([*words[:place], extra, *words[place:]])
    assert not DOMAIN.verify(task, answer).correct


@pytest.mark.parametrize("piece", ["Ann: knight, ", "{", "安妮", "\x00", "- ", "1. ", "a ", ": ", "knight knave "])
def test_long_text_is_judged_in_no_time(piece):
    start = time.process_time()
    verdict = DOMAIN.verify(a_task(11), piece * (1_000_000 // len(piece)))
    assert verdict.outcome is not Outcome.CORRECT
    assert time.process_time() - start < 0.5


def test_render_shows_no_role():
    for lang in ("en", "zh"):
        task = a_task(6, 0, lang)
        drawing = DOMAIN.render(task)
        assert all(name in drawing for name in task.payload.names)
        assert drawing.count("[ ? ]") == 6


# -- knobs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "error", "text"),
    [
        ({"people": 1}, InvalidValueError, "2 to 16"),
        ({"people": 17}, InvalidValueError, "2 to 16"),
        ({"people": "5"}, InvalidValueError, "people"),
        ({"depth": 5}, InvalidValueError, "1 to 4"),
        ({"statements": 0}, InvalidValueError, "1 to 4"),
        ({"spies": -1}, InvalidValueError, "0 to 6"),
        ({"normals": 7}, InvalidValueError, "0 to 6"),
        ({"roles": "three"}, UnknownNameError, "roles"),
        ({"kinds": ["is", "nand"]}, InvalidValueError, "nand"),
        ({"kinds": []}, InvalidValueError, "kinds"),
        ({"kinds": ["and", "and"]}, InvalidValueError, "once"),
        ({"kinds": ["is", "not"]}, ImpossibleTaskError, "kinds"),
        ({"kinds": ["not"], "spies": 1, "people": 5}, ImpossibleTaskError, "kinds"),
        ({"kinds": ["same"]}, ImpossibleTaskError, "a knight"),
        ({"kinds": ["different"]}, ImpossibleTaskError, "a knave"),
        ({"people": 2, "spies": 1}, ImpossibleTaskError, "two people must be"),
        ({"people": 6, "spies": 3, "normals": 2}, ImpossibleTaskError, "two people must be"),
        ({"people": 16, "spies": 2}, ImpossibleTaskError, "1966080 ways"),
        ({"peple": 3}, UnknownNameError, "people"),
        ({"minimal": 1}, InvalidValueError, "minimal"),
    ],
)
def test_bad_knobs(values, error, text):
    with pytest.raises(error, match=re.escape(text)) as caught:
        registry.make_source(ENV, knobs=values)
    assert isinstance(caught.value, GuruError)


def test_knobs_in_a_task_id():
    source = registry.make_source(ENV, knobs={"people": 4, "kinds": ("same", "and"), "minimal": False})
    task_id = source.address(7)
    assert registry.make_source(ENV).generate(str(task_id)) == source.draw(7)


def test_knobs_for_which_no_puzzle_is_found():
    source = registry.make_source(ENV, knobs={"people": 2, "kinds": ("at_most",), "minimal": False})
    with pytest.raises(ImpossibleTaskError, match="allow more kinds"):
        source.draw(0)
