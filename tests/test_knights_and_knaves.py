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
ROLES = {"knight": 1, "knights": 1, "knave": 0, "knaves": 0, "spy": 2, "骑士": 1, "无赖": 0, "间谍": 2}


# -- the reader: worlds are the rows of a table of roles, a statement becomes a column of booleans ---------------------


class Reader:
    """The worlds that fit a prompt, found by going through all of them."""

    def __init__(self, prompt: str) -> None:
        self.zh = "某岛" in prompt
        if self.zh:
            listed = re.search(r"你遇到了(\d+)个人：(.*?)。", prompt)
            self.names = re.split("[、和]", listed[2])
            lines = re.findall(r"^(\d+)\. (\S+?)说：“(.*)。”$", prompt, re.M)
            self.spy = "恰好有一名间谍" in prompt
        else:
            listed = re.search(r"You meet (\d+) people: (.*?)\.", prompt)
            self.names = re.split(", | and ", listed[2])
            lines = re.findall(r'^(\d+)\. (\w+) says: "(.*)\."$', prompt, re.M)
            self.spy = "Exactly one of the people below is a spy" in prompt
        assert len(self.names) == len(set(self.names)) == int(listed[1])
        assert [int(number) for number, _, _ in lines] == list(range(1, len(lines) + 1))
        count = len(self.names)
        knights = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(np.int8)
        if self.spy:
            parts = []
            for spy in range(count):
                part = knights[knights[:, spy] == 0].copy()
                part[:, spy] = 2
                parts.append(part)
            knights = np.concatenate(parts)
        self.worlds = knights
        self.said = []  # (speaker, words)
        self.allowed = []  # for each statement, the worlds in which it can be made
        self.true = []
        for _, name, words in lines:
            speaker = self.names.index(name)
            truth = self.read(words[0].lower() + words[1:] if words.startswith(self.LOWERED) else words, speaker)
            role = self.worlds[:, speaker]
            self.said.append((speaker, words))
            self.true.append(truth)
            self.allowed.append((role == 2) | ((role == 1) == truth))

    LOWERED = ("If ", "It is", "Among")

    def solutions(self, leaving_out: int = -1) -> np.ndarray:
        fits = np.ones(len(self.worlds), bool)
        for index, allowed in enumerate(self.allowed):
            if index != leaving_out:
                fits &= allowed
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
        if found := re.fullmatch(r"among ((?:\w+, )*\w+ and \w+), exactly (\d) (?:is|are) (?:an? |the )?(\w+)", text):
            people = [self.person(word, speaker) for word in re.split(", | and ", found[1])]
            return sum((role == ROLES[found[3]]).astype(int) for role in people) == int(found[2])
        if found := re.fullmatch(r"(\w+) and (\w+) are of (the same kind|different kinds)", text):
            same = self.person(found[1], speaker) == self.person(found[2], speaker)
            return same if found[3] == "the same kind" else ~same
        if found := re.fullmatch(r"(\w+) (?:is|am) (not )?(?:a|the) (knight|knave|spy)", text):
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
        if found := re.fullmatch(r"([^（）]+)当中恰好有(\d)个(骑士|无赖|间谍)", text):
            people = [self.person(word, speaker) for word in re.split("[、和]", found[1])]
            return sum((role == ROLES[found[3]]).astype(int) for role in people) == int(found[2])
        if found := re.fullmatch(r"([^（）]+)和([^（）]+)身份(相同|不同)", text):
            same = self.person(found[1], speaker) == self.person(found[2], speaker)
            return same if found[3] == "相同" else ~same
        if found := re.fullmatch(r"([^（）是不]+)(不)?是(骑士|无赖|间谍)", text):
            has = self.person(found[1], speaker) == ROLES[found[3]]
            return ~has if found[2] else has
        for word, meaning in (("当且仅当", "if and only if"), ("并且", "and"), ("或者", "or")):
            if parts := self._split(text, word):
                return self._join(meaning, parts, speaker)
        raise AssertionError(text)

    def _join(self, word: str, parts: tuple[str, str], speaker: int) -> np.ndarray:
        first, second = (self._operand(part, speaker) for part in parts)
        return {"and": first & second, "or": first | second, "if and only if": first == second}[word]

    def answer(self, text: str) -> list[int]:
        given = dict(part.split(": ") for part in text.split(", "))
        assert len(given) == len(self.names)
        return [ROLES[given[name]] for name in self.names]


def check_task(task, minimal: bool = True) -> Reader:
    reader = Reader(task.prompt)
    solutions = reader.solutions()
    assert len(solutions) == 1
    assert solutions[0].tolist() == reader.answer(task.gold)
    assert len({speaker for speaker, _ in reader.said}) == len(reader.said)
    for index, ((speaker, words), true) in enumerate(zip(reader.said, reader.true, strict=True)):
        assert true.any(), words
        assert not true.all(), words
        assert any(name in words for person, name in enumerate(reader.names) if person != speaker), words
        if minimal:
            assert len(reader.solutions(leaving_out=index)) > 1, words
    return reader


def check_proof(task, reader: Reader) -> None:
    trace = DOMAIN.solve(task)
    facts = []
    for step in trace.steps:
        kind, name, role = step.fact
        has = reader.worlds[:, reader.names.index(name)] == ROLES[role]
        fact = has if kind == "is" else ~has
        assert kind in ("is", "is not")
        fits = np.ones(len(reader.worlds), bool)
        for premise in step.premises:
            fits &= (reader.allowed if premise.kind == "clue" else facts)[premise.index - 1]
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
    for seed in range(15 if level >= 11 else 40):
        task = source.draw(seed)
        reader = check_task(task, minimal=level > 2)
        check_proof(task, reader)


KINDS = ("is", "not", "and", "or", "iff", "implies", "exactly", "same", "different")
SETTINGS = [
    {"people": people, "depth": depth, "roles": roles, "kinds": kinds, "minimal": minimal}
    for people, depth, roles in itertools.product((2, 3, 5, 7), (1, 2, 3), ("two", "three"))
    for kinds in (*((kind,) for kind in KINDS), ("is", "not"), ("not", "implies"), KINDS)
    for minimal in (True, False)
    if (roles == "two" or people > 2)
    and not set(kinds) <= {"is", "not"}
    and (roles == "three" or kinds not in (("same",), ("different",)))
]


def test_every_mix_of_knobs_gives_sound_puzzles():
    failed = []
    for index, values in enumerate(SETTINGS):
        knobs = make_knobs(DOMAIN.Knobs, values | {"lang": ("en", "zh")[index % 2]})
        try:
            task = DOMAIN.generate(random.Random(index), knobs)
        except ImpossibleTaskError:
            failed.append(values)
            continue
        reader = check_task(task, values["minimal"])
        if not values["minimal"]:
            assert len(reader.said) == values["people"]
        check_proof(task, reader)
        used = {kind for _, what in task.payload.said for kind in kinds_in(what)}
        assert used <= {*values["kinds"], "is", "deny"}
    assert failed == []


def kinds_in(statement):
    yield statement[0]
    for part in statement[1:]:
        if isinstance(part, tuple) and part and isinstance(part[0], str):
            yield from kinds_in(part)


def test_effort_of_the_prover_rises_by_level():
    medians = []
    for level in LEVELS:
        source = registry.make_source(ENV, level=level)
        grades = [DOMAIN.grade(source.draw(seed)) for seed in range(31)]
        medians.append(statistics.median(grade["steps"] + grade["suppositions"] for grade in grades))
    assert medians[:2] == [2, 2]  # two people: one step for each, with "same", then with "and"
    assert all(a < b for a, b in itertools.pairwise(medians[1:])), medians


@pytest.mark.parametrize("level", [1, 4, 7, 10])
def test_languages_show_the_same_problem(level):
    for seed in range(20):
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
    if kind == "exactly":
        people = [new[one] for one in statement[3]]
        rng.shuffle(people)
        return (kind, statement[1], statement[2], tuple(people))
    parts = [renamed(part, new, rng) for part in statement[1:]]
    if kind != "implies":
        rng.shuffle(parts)
    return (kind, *parts)


@pytest.mark.parametrize("level", LEVELS)
def test_canonical_text_ignores_names_and_order_and_little_else(level):
    from guru_envs.domains.logic._knights_canonical import invariant

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
        assert invariant(people, puzzle.roles, said) == task.canonical
        seen.setdefault(task.canonical, set()).add(tuple(sorted(puzzle.world)))
    assert all(len(worlds) == 1 for worlds in seen.values())  # the same problem has as many knights
    if level >= 4:
        assert len(seen) == 40


# -- answers -----------------------------------------------------------------------------------------------------------


@functools.cache
def a_task(level=4, seed=0, lang="en"):
    return registry.make_source(ENV, level=level, lang=lang).draw(seed)


def pairs(task):
    words = {"en": ("knave", "knight", "spy"), "zh": ("无赖", "骑士", "间谍")}[task.payload.lang]
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
@pytest.mark.parametrize("level", [4, 8])
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


def test_two_spies_or_none_are_wrong():
    task = a_task(8, 0)
    for replace in ("knight", "spy"):
        answer = ", ".join(f"{name}: {replace}" for name in task.payload.names)
        verdict = DOMAIN.verify(task, answer)
        assert verdict.outcome is Outcome.WRONG
        assert "spy" in verdict.detail
    assert DOMAIN.verify(a_task(4), a_task(4).gold.replace("knight", "spy")).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("level", LEVELS)
def test_credit_and_reason(level):
    task = a_task(level, 3)
    puzzle = task.payload
    people, roles = len(puzzle.names), puzzle.roles
    rng = random.Random(5)
    reader = Reader(task.prompt)
    for _ in range(40):
        answer = DOMAIN.guess(task, rng)
        world = reader.answer(answer)
        right = sum(a == b for a, b in zip(world, puzzle.world, strict=True))
        verdict = DOMAIN.verify(task, answer)
        assert verdict.credit == pytest.approx(max(0.0, (right - people / roles) / (people - people / roles)))
        assert verdict.correct == (right == people)
        if not verdict.correct:
            row = (reader.worlds == np.array(world)).all(axis=1)
            misfits = [index for index, allowed in enumerate(reader.allowed, 1) if not allowed[row][0]]
            assert verdict.detail.startswith(f"statement {misfits[0]} does not fit")


def test_blind_guesses_have_the_stated_chance():
    rates = registry.spec(ENV).guess_rate
    for level in LEVELS:
        puzzle = a_task(level).payload
        people = len(puzzle.names)
        chance = 1 / 2**people if puzzle.roles == 2 else 1 / (people * 2 ** (people - 1))
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
        ({"depth": 4}, InvalidValueError, "1 to 3"),
        ({"roles": "four"}, InvalidValueError, "'three'"),
        ({"kinds": ["is", "nand"]}, InvalidValueError, "nand"),
        ({"kinds": []}, InvalidValueError, "kinds"),
        ({"kinds": ["and", "and"]}, InvalidValueError, "once"),
        ({"kinds": ["is", "not"]}, ImpossibleTaskError, "kinds"),
        ({"kinds": ["not"], "roles": "three", "people": 5}, ImpossibleTaskError, "kinds"),
        ({"kinds": ["same"]}, ImpossibleTaskError, "a knight"),
        ({"kinds": ["different"]}, ImpossibleTaskError, "a knave"),
        ({"people": 2, "roles": "three"}, ImpossibleTaskError, "3 to 12"),
        ({"people": 13, "roles": "three"}, ImpossibleTaskError, "3 to 12"),
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
