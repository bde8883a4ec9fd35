"""Knights and knaves: clauses against the prompt's text, proofs by the generic judge, and facts as text."""

from __future__ import annotations

import dataclasses
import functools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knights_by_hand import Reader

from guru_envs import registry
from guru_envs.domains.logic.knights_and_knaves import KnightsAndKnaves
from guru_envs.errors import InvalidValueError
from guru_envs.task import Trace
from guru_envs.theory import Deduction, Reasoner
from guru_envs.theory import check_proof as judged

ENV = "guru/knights-and-knaves-v0"
LEVELS = range(1, len(registry.spec(ENV).levels) + 1)
DOMAIN = KnightsAndKnaves()
LANGS = ("en", "zh")
WORDS = ("knave", "knight", "spy", "normal")


@functools.cache
def tasks(level, count, lang="en"):
    source = registry.make_source(ENV, level=level, lang=lang)
    return [source.draw(seed) for seed in range(count)]


def wrong_with(task, trace=None):
    return judged(DOMAIN.theory(task), trace or DOMAIN.solve(task), lambda fact: DOMAIN.clauses(task, fact))


# -- clauses and proofs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_each_statement_means_what_its_words_say(level, lang):
    """World by world: all of a small island, some of a large one; each statement alone, and all together."""
    rng = random.Random(level)
    for task in tasks(level, 6 if level < 13 else 2, lang):
        reader, theory = Reader(task.prompt), DOMAIN.theory(task)
        roles = sorted({0, 1, *reader.counts})
        people = len(reader.names)
        assert theory.atoms == tuple(range(1, people * len(roles) + 1))
        reasoner = Reasoner(theory)
        rows = range(len(reader.worlds))
        for row in rng.sample(rows, min(len(rows), 40)):
            world = reader.worlds[row]
            given = [person * len(roles) + roles.index(role) + 1 for person, role in enumerate(world)]
            fits = [bool(allowed[row]) for allowed in reader.allowed]
            for number, fit in enumerate(fits, 1):
                assert reasoner.possible([*reasoner.assuming([number]), *given]) == fit
            turns = [
                bool(reader.turns(at, at + 1)[row])
                for at in range(len(fits) - 1)
                if reader.said[at][0] == reader.said[at + 1][0]
            ]
            assert reasoner.possible([*reasoner.every_clue(), *given]) == all(fits + turns)
        wrong = list(reader.worlds[0])
        wrong[0] = next(role for role in roles if role != wrong[0])
        if not (reader.worlds == wrong).all(axis=1).any():  # too many or too few spies or normals
            assert not reasoner.possible(
                [person * len(roles) + roles.index(role) + 1 for person, role in enumerate(wrong)]
            )
        reasoner.close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_line_is_proved_and_can_be_read(level, lang):
    for task in tasks(level, 10 if level < 12 else 3, lang):
        trace = DOMAIN.solve(task)
        assert wrong_with(task, trace) == ""
        for step in trace.steps:
            assert DOMAIN.read_fact(task, step.statement) == step.fact
            opening = step.statement.index(" (" if lang == "en" else "（")
            assert DOMAIN.read_fact(task, step.statement[:opening]) == step.fact, "the source need not be said"


def test_a_false_line_or_a_missing_premise_is_refused():
    refused = 0
    for task in tasks(10, 6):
        steps = list(DOMAIN.solve(task).steps)
        for place, step in enumerate(steps):
            if not step.premises:
                continue
            bare = dataclasses.replace(step, premises=())
            assert f"step {place + 1} does not follow" in wrong_with(task, Trace((*steps[:place], bare), task.gold))
            if step.fact[0] == "is":
                other = WORDS[(WORDS.index(step.fact[2]) + 1) % 3]
                false = dataclasses.replace(step, fact=("is", step.fact[1], other))
                assert f"step {place + 1} does not follow" in wrong_with(
                    task, Trace((*steps[:place], false), task.gold)
                )
                refused += 1
    assert refused > 10


@pytest.mark.parametrize("level", [1, 4, 8, 12])
def test_the_oracle_deduces_all(level):
    for task in tasks(level, 4):
        deduction = Deduction(DOMAIN.theory(task))
        gained = sum(deduction.state(DOMAIN.clauses(task, step.fact))[1] for step in DOMAIN.solve(task).steps)
        assert gained == pytest.approx(1.0)
        assert deduction.progress == 1.0
        deduction.close()


@pytest.mark.parametrize(
    "fact",
    [
        (),
        ("is",),
        ("is", "NAME"),
        ("is", "Nobody", "knight"),
        ("is", "NAME", "spy"),
        ("is", "NAME", "knight", "knave"),
        ("is not", "NAME"),
        ("is not", "NAME", "knight", "king"),
        ("is", "NAME", 1),
        ("are", "NAME", "knight"),
        ("if", "NAME", "knight"),
        ("if", "NAME", "is", "NAME", "knight"),
        ("false", "NAME"),
        ("possible", "NAME"),
        (1, 2, 3),
    ],
)
def test_other_facts_are_refused(fact):
    task = tasks(4, 1)[0]
    with pytest.raises(InvalidValueError, match="no fact of guru/knights-and-knaves-v0"):
        DOMAIN.clauses(task, tuple({"NAME": task.payload.names[0]}.get(part, part) for part in fact))


# -- facts as text -----------------------------------------------------------------------------------------------------


def test_ways_to_write_a_fact():
    task = tasks(12, 1)[0]
    one, two, three, *_ = task.payload.names
    for line, fact in {
        f"{one} is a knight": ("is", one, "knight"),
        f"- {one.upper()} IS A KNIGHT.": ("is", one, "knight"),
        f"3. **{one}** is  a spy (statement 1 is false).": ("is", one, "spy"),
        f"{one} is not a spy": ("is not", one, "spy"),
        f"{one} is not a spy or a knave": ("is not", one, "knave", "spy"),
        f"{one} is neither a normal nor a knight (x).": ("is not", one, "knight", "normal"),
        f"{one} is a knave or a spy.": ("is not", one, "knight", "normal"),
        f"{one} is neither a normal nor a knight nor a spy": ("is", one, "knave"),
        f"If {two} is a knave, then {one} is a spy.": ("if", two, "knave", "is", one, "spy"),
        f"If {two} is a knave and {three} is a normal, {one} is not a spy (why)": (
            *("if", two, "knave", "if", three, "normal"),
            *("is not", one, "spy"),
        ),
    }.items():
        assert DOMAIN.read_fact(task, line) == fact, line
        assert DOMAIN.clauses(task, fact)
    plain = tasks(4, 1)[0]
    name = plain.payload.names[0]
    assert DOMAIN.read_fact(plain, f"{name} is not a knave") == ("is", name, "knight"), "one form for one fact"
    zh = tasks(12, 1, "zh")[0]
    one, two, three, *_ = zh.payload.names
    for line, fact in {
        f"{one}是骑士": ("is", one, "knight"),
        f"2. {one} 是 普通人（第1句话为假）。": ("is", one, "normal"),
        f"{one}不是间谍": ("is not", one, "spy"),
        f"{one}不是间谍也不是无赖（因为……）。": ("is not", one, "knave", "spy"),
        f"{one}是无赖或间谍。": ("is not", one, "knight", "normal"),
        f"若{two}是无赖、{three}是普通人，则{one}不是间谍。": (
            *("if", two, "knave", "if", three, "normal"),
            *("is not", one, "spy"),
        ),
    }.items():
        assert DOMAIN.read_fact(zh, line) == fact, line


@pytest.mark.parametrize("lang", LANGS)
def test_other_lines_state_no_fact(lang):
    task = tasks(8, 1, lang)[0]
    one, two = task.payload.names[:2]
    lines = {
        "en": [
            f"{one} is a normal",
            f"{one} is a",
            f"{one} is",
            f"{one} is a knight and {two} is a knave",
            f"{one} is a knight, so {two} is a knave",
            f"{one} is a knight. {two} is a knave.",
            f"{one} is a knight (x) or a spy",
            f"{one} is neither a knight nor a knave nor a spy",
            f"{one} is a knight or a knave or a spy",
            f"Suppose {one} is a knight",
            f"If {one} is a knight",
            f"If {one} is a knight, then",
            f"If {one} is a normal, then {two} is a knight",
            f"If Zed is a knight, then {two} is a knight",
            f"{one} and {two} are knights",
            "Zed is a knight",
            "is a knight",
            "The statements contradict each other.",
            f"One solution is {task.gold}",
        ],
        "zh": [
            f"{one}是普通人",
            f"{one}是",
            f"{one}是骑士，{two}是无赖",
            f"{one}是骑士或无赖或间谍",
            f"{one}不是骑士也不是无赖也不是间谍",
            f"假设{one}是骑士",
            f"若{one}是骑士",
            f"若{one}是普通人，则{two}是骑士",
            "佐罗是骑士",
            "这些话互相矛盾。",
            f"一个解是{task.gold}",
        ],
    }[lang]
    for line in ["", ".", "(", "()", "（", "x" * 5000, "\x00\ud800", f"{one}\n", *lines]:
        assert DOMAIN.read_fact(task, line) is None, line


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["If", "is", "a", "not", "knight", "neither", ",", "(", ")", ".", "and", "是", "若", "\ud800"])
    )
)
def test_any_line_gets_an_answer(words):
    for lang in LANGS:
        task = tasks(8, 1, lang)[0]
        for text in (" ".join(words), "".join(words)):
            fact = DOMAIN.read_fact(task, task.payload.names[0] + text)
            assert fact is None or DOMAIN.clauses(task, fact)


def test_lines_are_read_in_linear_time():
    task = tasks(8, 1)[0]
    for shown in (task, dataclasses.replace(task, payload=task.payload._replace(abstain=True))):
        for piece in ("if Ann is a knight and ", " is a knight", "(", "* ", "One solution is ", " nor a ", "是"):
            start = time.process_time()
            for length in (990, 1_000_000):
                assert DOMAIN.read_fact(shown, piece * (length // len(piece))) is None
            assert time.process_time() - start < 0.2


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", [2, 8, 12])
def test_the_help_shows_a_form_that_is_read_and_tells_nothing(level, lang):
    for task in tasks(level, 5, lang):
        text = DOMAIN.fact_help(task)
        form, supposed = ("in this form: ", "says them: ") if lang == "en" else ("形式如下：", "写明假设：")
        for start in (form, supposed):
            line = text.split(start)[1].split(". " if lang == "en" else "。")[0]
            assert DOMAIN.read_fact(task, line) is not None, line
        other = task.payload._replace(world=task.payload.world[::-1], said=())
        assert DOMAIN.fact_help(dataclasses.replace(task, payload=other, gold="")) == text
