"""Knights and knaves: twins, edits, and puzzles without a single solution, confirmed from the prompt's text."""

from __future__ import annotations

import functools
import random
from collections import Counter

import numpy as np
import pytest
from knights_by_hand import ROLES, Reader, check_proof, check_task, left_by, meaning

from guru_envs import registry
from guru_envs.domain import make_knobs
from guru_envs.domains.logic.knights_and_knaves import KnightsAndKnaves
from guru_envs.task import Outcome
from guru_envs.theory import FALSE
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


def made(seed, lang="en", **values):
    return DOMAIN.generate(random.Random(seed), make_knobs(DOMAIN.Knobs, values | {"lang": lang}))


def wrong_with(task, trace=None):
    return judged(DOMAIN.theory(task), trace or DOMAIN.solve(task), lambda fact: DOMAIN.clauses(task, fact))


# -- twins and edits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_twins_are_the_same_puzzle_in_other_words(level, lang):
    knobs = registry.spec(ENV).levels[level - 1]
    for seed, task in enumerate(tasks(level, 10 if level < 11 else 3, lang)):
        twin = DOMAIN.twin(task, random.Random(seed))
        assert twin == DOMAIN.twin(task, random.Random(seed))
        assert twin.canonical == task.canonical
        assert twin.prompt != task.prompt
        reader = check_task(twin, knobs.get("minimal", True), knobs.get("statements", 1))
        before = Reader(task.prompt)
        assert Counter(reader.answer(twin.gold)) == Counter(before.answer(task.gold))
        assert sorted(true.sum() for true in reader.true) == sorted(true.sum() for true in before.true)


def test_an_edit_changes_one_statement_and_the_answer():
    found = Counter()
    for level in LEVELS:
        knobs = registry.spec(ENV).levels[level - 1]
        for seed, task in enumerate(tasks(level, 5 if level < 10 else 2, LANGS[level % 2])):
            change = DOMAIN.edit_further if seed == 1 else DOMAIN.edit
            edited = change(task, random.Random(seed))
            found[level, edited is None] += 1
            if edited is None:
                continue
            assert edited == change(task, random.Random(seed))
            assert edited.gold != task.gold
            assert edited.canonical != task.canonical
            old, new = task.prompt.split("\n"), edited.prompt.split("\n")
            assert sum(one != other for one, other in zip(old, new, strict=True)) == 1
            reader = check_task(edited, knobs.get("minimal", True), knobs.get("statements", 1))
            check_proof(edited, reader, DOMAIN.solve(edited))
            assert wrong_with(edited) == ""
    missing = sum(count for (_, none), count in found.items() if none)
    assert missing <= 0.15 * sum(found.values()), found


def kinds_in(statement):
    yield "not" if statement[0] == "deny" else statement[0]
    for part in statement[1:]:
        if isinstance(part, tuple) and part and isinstance(part[0], str):
            yield from kinds_in(part)


def test_edits_keep_to_the_kinds_of_statements():
    for level in (1, 2, 3):
        allowed = registry.spec(ENV).levels[level - 1]["kinds"]
        for seed, task in enumerate(tasks(level, 40)):
            for change in (DOMAIN.edit, DOMAIN.edit_further):
                edited = change(task, random.Random(seed))
                used = {kind for _, said in edited.payload.said for kind in kinds_in(said)} if edited else set()
                assert used <= set(allowed)


def test_some_statement_is_needed():
    """Else no other one in the place of a statement could change the solution."""
    for level in (1, 2):
        for task in tasks(level, 100):
            reader = Reader(task.prompt)
            assert any(len(reader.solutions(leaving_out=place)) > 1 for place in range(len(reader.said)))
    many = made(1, people=4, statements=4, minimal=False)  # where there is no such puzzle it does without
    assert len(Reader(many.prompt).said) == 16


def test_the_kind_of_a_first_statement_tells_little_about_its_speaker():
    for level in (1, 2):
        roles = {}
        for task in tasks(level, 500):
            for who, statement in dict(reversed(task.payload.said)).items():
                roles.setdefault(statement[0], []).append(task.payload.world[who])
        right = sum(max(Counter(some).values()) for some in roles.values())
        assert right / sum(map(len, roles.values())) < 0.65


def test_every_test_task_of_the_first_levels_has_an_edited_twin():
    for level in (1, 2, 3):
        source = registry.make_source(ENV, level=level, split="test", twin="edited")
        for seed in range(25):
            edited = source.draw(seed)  # raises if there is none
            task = registry.task(f"{ENV}/test/{level}/{seed}")
            assert edited.gold != task.gold
            assert len(Reader(edited.prompt).solutions()) == 1
            old, new = task.prompt.split("\n"), edited.prompt.split("\n")
            assert sum(one != other for one, other in zip(old, new, strict=True)) == 1


# -- without a single solution -----------------------------------------------------------------------------------------

PHRASES = {"en": {"none": "no solution", "several": "several solutions"}, "zh": {"none": "无解", "several": "多解"}}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", LEVELS)
def test_how_many_solutions_there_are_and_the_proof_of_it(level, lang):
    knobs = dict(registry.spec(ENV).levels[level - 1])
    for seed in range(14 if level < 11 else 5):
        task = made(seed, lang, **knobs, abstain=True)
        kind = task.payload.kind
        reader = Reader(task.prompt)
        solutions = reader.solutions()
        assert min(len(solutions), 2) == {"none": 0, "one": 1, "several": 2}[kind]
        trace = DOMAIN.solve(task)
        assert trace.answer == task.gold
        assert DOMAIN.verify(task, task.gold).correct
        assert wrong_with(task, trace) == ""
        assert all(DOMAIN.read_fact(task, step.statement) == step.fact for step in trace.steps)
        rng = random.Random(seed)
        assert DOMAIN.verify(task, DOMAIN.corrupt(task, rng)).outcome is Outcome.WRONG
        if kind == "one":
            check_proof(task, reader, trace)
            assert all(DOMAIN.verify(task, phrase).outcome is Outcome.WRONG for phrase in PHRASES[lang].values())
            continue
        assert task.gold == PHRASES[lang][kind]
        assert all(DOMAIN.verify(task, words[kind]).correct for words in PHRASES.values())
        assert DOMAIN.twin(task, rng).canonical == task.canonical
        assert DOMAIN.edit(task, rng) is None
        (check_conflict if kind == "none" else check_two)(task, reader, trace)


def check_conflict(task, reader, trace):
    """Each line follows, the last is a contradiction, and no statement used can be left out."""
    facts = []
    for step in trace.steps[:-1]:
        facts.append(meaning(reader, step.fact))
        assert not (left_by(reader, step, facts) & ~facts[-1]).any()
    assert trace.steps[-1].fact == FALSE
    assert not left_by(reader, trace.steps[-1], facts).any()
    used = sorted({one.index - 1 for step in trace.steps for one in step.premises if one.kind == "clue"})
    for left_out in used:
        fits = np.ones(len(reader.worlds), bool)
        for clue in used:
            if clue != left_out:
                fits &= reader.allowed[clue]
                if clue - 1 in used and clue - 1 != left_out and reader.said[clue - 1][0] == reader.said[clue][0]:
                    fits &= reader.turns(clue - 1, clue)
        assert fits.any(), "the conflict is too large"


def check_two(task, reader, trace):
    """Two different solutions, by the prompt's text alone; neither is the answer."""
    fitting = {tuple(world) for world in reader.solutions().tolist()}
    found = []
    for step in trace.steps:
        assert step.fact[0] == "possible"
        given = dict(zip(step.fact[1::2], step.fact[2::2], strict=True))
        found.append(tuple(ROLES[given[name]] for name in reader.names))
        roles = {"en": WORDS, "zh": ("无赖", "骑士", "间谍", "普通人")}[task.payload.lang]
        answer = ", ".join(f"{name}: {roles[role]}" for name, role in zip(reader.names, found[-1], strict=True))
        verdict = DOMAIN.verify(task, answer)
        assert (verdict.outcome, verdict.credit) == (Outcome.WRONG, 0.0)
        assert verdict.detail
    assert set(found) <= fitting
    assert len(set(found)) == len(found) == 2


def test_a_third_has_no_single_solution_and_the_statements_do_not_tell_by_their_number():
    rng = random.Random(7)
    knobs = make_knobs(DOMAIN.Knobs, {"people": 5, "abstain": True})
    counted = {"one": [], "none": [], "several": []}
    for _ in range(600):
        task = DOMAIN.generate(rng, knobs)
        counted[task.payload.kind].append(len(task.payload.said))
    assert 70 <= len(counted["none"]) <= 130
    assert 70 <= len(counted["several"]) <= 130
    means = {kind: sum(numbers) / len(numbers) for kind, numbers in counted.items()}
    assert max(means.values()) - min(means.values()) < 0.4, means


def test_the_prompt_allows_it_only_where_it_may_be():
    plain, free = made(3), made(3, abstain=True)
    assert "no solution" not in plain.prompt
    assert '"no solution"' in free.prompt
    assert DOMAIN.verify(plain, "no solution").outcome is Outcome.NO_ANSWER
    assert "“无解”" in made(3, "zh", abstain=True).prompt
    for seed in range(20):
        one, two = made(seed, "en", abstain=True), made(seed, "zh", abstain=True)
        assert (one.canonical, one.payload.kind) == (two.canonical, two.payload.kind)
    rng = random.Random(0)
    guesses = Counter(DOMAIN.guess(free, rng)[:3] for _ in range(600))
    assert 70 <= guesses["no "] <= 130
    assert 70 <= guesses["sev"] <= 130
