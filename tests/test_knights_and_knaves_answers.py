"""Knights and knaves: answers, credit, reasons and knobs."""

from __future__ import annotations

import functools
import itertools
import random
import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knights_by_hand import Reader

from guru_envs import registry
from guru_envs.domains.logic.knights_and_knaves import KnightsAndKnaves
from guru_envs.errors import GuruError, ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.task import Outcome

ENV = "guru/knights-and-knaves-v0"
LEVELS = range(1, len(registry.spec(ENV).levels) + 1)
DOMAIN = KnightsAndKnaves()


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
        if level == 1:  # of the four, "knave, knight" is right more often than the others
            assert chance < rates[0] <= 0.29
        else:
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
