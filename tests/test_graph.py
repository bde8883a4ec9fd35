"""Graphs of implications: one shortest proof, no giveaways, proofs confirmed; the verifier; twins, edits and abstention."""

from __future__ import annotations

import json
import random
import statistics
from collections import Counter
from itertools import pairwise

import pytest
from graph_by_hand import ByHand, check
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.domains.logic._graph.canonical import canonical_text
from guru_envs.domains.logic.graph import Graph, GraphKnobs
from guru_envs.task import Outcome
from guru_envs.theory import Deduction, Status, check_proof

GRAPH = Graph()
LEVELS = range(1, len(guru_envs.spec("guru/graph-v0").levels) + 1)
ABOVE_CHANCE = 0.10  # as the domain's page says under Known shortcuts


def tasks(level, count, **options):
    source = guru_envs.make_source("guru/graph-v0", level=level, **options)
    return [source.draw(seed) for seed in range(count)]


@pytest.mark.parametrize("level", LEVELS)
def test_one_shortest_proof_and_no_giveaways(level):
    """The proof is the only one of its length; simple rules pick the first step hardly more often than chance does."""
    right: Counter[str] = Counter()
    count = 120 if level < 9 else 80
    for lang in ("en", "zh"):
        source = guru_envs.make_source("guru/graph-v0", level=level, lang=lang)
        for seed in range(count):
            puzzle = check(source.draw(2 * seed + (lang == "zh")))
            step = puzzle.proofs()[0][1]
            for name, pick in puzzle.picks().items():
                right[name] += pick == step
    chance = 1 / len(puzzle.first_steps())
    worst, often = right.most_common(1)[0]
    assert often / (2 * count) <= chance + ABOVE_CHANCE, worst
    assert len(right) >= 15


def test_wrong_first_steps_go_as_deep_and_rules_share_words():
    for task in tasks(4, 20):
        puzzle = ByHand(task.prompt)
        following: dict[str, list[str]] = {}
        for premise, conclusion in puzzle.rules:
            following.setdefault(premise, []).append(conclusion)
        length = len(puzzle.proofs()[0]) - 1
        for first in puzzle.first_steps():
            layer, known = [first], {puzzle.given, first}
            for _ in range(length - 1):
                layer = [one for node in layer for one in following.get(node, []) if one not in known]
                known.update(layer)
            assert layer, "an arm that ends early"
        proof = puzzle.proofs()[0]
        names = {statement.split()[0] for statement in proof}
        elsewhere = {one for rule in puzzle.rules for one in rule if one not in proof}
        assert any(statement.split()[0] in names for statement in elsewhere)
        assert sum(rule[1] == puzzle.goal for rule in puzzle.rules) >= 2, "only one way back from the goal"


@pytest.mark.parametrize("level", LEVELS)
def test_every_step_follows_and_is_read_back(level):
    for lang in ("en", "zh"):
        for task in tasks(level, 6, lang=lang):
            trace = GRAPH.solve(task)
            assert check_proof(GRAPH.theory(task), trace, lambda fact, task=task: GRAPH.clauses(task, fact)) == ""
            rules = ByHand(task.prompt).rules
            facts = [(" is " if lang == "en" else "很").join(step.fact[1:]) for step in trace.steps]
            assert facts[0] == ByHand(task.prompt).given
            assert all(GRAPH.read_fact(task, step.statement) == step.fact for step in trace.steps)
            for step, pair in zip(trace.steps[1:], pairwise(facts), strict=True):
                assert rules[step.premises[0].index - 1] == pair


def test_deduction_pays_the_steps_of_the_proof_only():
    task = tasks(3, 1)[0]
    puzzle = ByHand(task.prompt)
    proof = puzzle.proofs()[0]
    deduction = Deduction(GRAPH.theory(task))
    wrong = next(one for one in puzzle.first_steps() if one != proof[1])
    said = {one: GRAPH.clauses(task, GRAPH.read_fact(task, one)) for one in [wrong, *proof]}
    assert deduction.state(said[wrong]) == (Status.ENTAILED, 0.0)
    assert deduction.state(said[proof[2]])[0] is Status.OPEN
    for one in proof[1:]:
        status, progress = deduction.state(said[one])
        assert status is Status.ENTAILED
        assert progress == pytest.approx(1 / (len(proof) - 1))
    assert deduction.progress == 1
    deduction.close()


def test_the_shapes_a_model_writes():
    for seed in range(16):
        lang = ("en", "zh")[seed % 2]
        task = GRAPH.generate(random.Random(seed), GraphKnobs(question="path", lang=lang))
        told = task.gold.split(", " if lang == "en" else "，")
        for answer in (
            "\n".join(told),
            " -> ".join(told),
            " → ".join(told).upper(),
            " > ".join(told),
            ". ".join(told) + ".",
            "; ".join(told),
            ", ".join(told[1:]),
            "\n".join(f"{number}. {one}." for number, one in enumerate(told, 1)),
            "\n".join(f"Step {number}: {one}" for number, one in enumerate(told, 1)),
            "Proof: " + ", ".join(told),
            json.dumps(told),
            json.dumps(told, ensure_ascii=False, indent=1),
            str(told),
            ", ".join([told[0], *(f"so {one}" for one in told[1:])]),
        ):
            assert GRAPH.verify(task, answer).correct, answer
        one = GRAPH.generate(random.Random(seed), GraphKnobs(lang=lang))
        for answer in (one.gold + ".", one.gold.upper(), f"**{one.gold}**", f"Then {one.gold}", f'"{one.gold}"'):
            assert GRAPH.verify(one, answer).correct, answer


def test_cheats_and_credit():
    task = tasks(7, 1)[0]
    told = task.gold.split(", ")
    puzzle = ByHand(task.prompt)
    for answer in (
        ", ".join(told[::-1]),
        ", ".join([*told, *told]),
        ", ".join([told[0], told[-1]]),
        ", ".join(one for rule in puzzle.rules for one in rule),
        json.dumps([told, told]),
        task.gold + ", " + told[-1],
        "no solution",
        "Anna is rich",
    ):
        assert GRAPH.verify(task, answer).outcome is not Outcome.CORRECT, answer
    steps, chance = len(told) - 1, 1 / len(puzzle.first_steps())
    wrong = next(one for one in puzzle.first_steps() if one != told[1])
    assert GRAPH.verify(task, f"{told[0]}, {wrong}").credit == 0
    for number in range(2, len(told)):
        verdict = GRAPH.verify(task, ", ".join(told[:number]))
        assert verdict.outcome is Outcome.WRONG
        assert verdict.credit == pytest.approx((number - 1 - chance) / (steps - chance))
    assert "statement 3" in GRAPH.verify(task, ", ".join([*told[:2], told[4]])).detail
    assert GRAPH.verify(task, task.gold + ", " + told[-1]).credit < 1
    one = tasks(3, 1)[0]
    options = ByHand(one.prompt).first_steps()
    assert GRAPH.verify(one, ", ".join(options)).outcome is Outcome.WRONG
    assert [GRAPH.verify(one, option).correct for option in options].count(True) == 1


def test_a_longer_proof_is_wrong_and_called_so():
    found = 0
    for task in tasks(7, 40):
        puzzle = ByHand(task.prompt)
        proof = puzzle.proofs()[0]
        other = ByHand(task.prompt)
        other.rules = [rule for rule in other.rules if rule != (proof[-2], proof[-1])]
        for longer in other.proofs()[:1]:
            found += 1
            verdict = GRAPH.verify(task, ", ".join(longer))
            assert verdict.outcome is Outcome.WRONG
            assert "shortest" in verdict.detail
    assert found > 5


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_gets_a_verdict(text):
    for level in (1, 7):
        task = tasks(level, 1)[0]
        for answer in (text, "[" + text + "]", task.gold[:20] + text, "1. " + text):
            verdict = GRAPH.verify(task, answer)
            assert not verdict.correct or not any(character.isalnum() for character in text)
            fact = GRAPH.read_fact(task, answer)
            assert fact is None or GRAPH.clauses(task, fact)


def test_facts_of_other_forms_are_refused():
    task = tasks(1, 1)[0]
    _, name, word = GRAPH.solve(task).steps[0].fact
    for fact in (
        (),
        ("is",),
        ("is", name),
        ("is", word, name),
        ("is", name, word, 1),
        ("not", name, word),
        ("is", 1, 2),
    ):
        with pytest.raises(guru_envs.InvalidValueError):
            GRAPH.clauses(task, fact)
    for line in ("", f"{name}", f"{name} is", f"{name} is rich", "(" * 300, "x" * 100_000):
        assert GRAPH.read_fact(task, line) is None


def test_twins_are_the_same_graph_in_other_words():
    for level in (1, 4, 7):
        for seed, task in enumerate(tasks(level, 10)):
            twin = GRAPH.twin(task, random.Random(seed))
            assert twin.canonical == task.canonical
            assert twin.prompt != task.prompt
            assert len(check(twin).proofs()[0]) == len(ByHand(task.prompt).proofs()[0])


def test_edits_change_one_rule_and_the_first_step():
    made = 0
    for level in (1, 2, 3, 5, 7):
        for seed, task in enumerate(tasks(level, 10)):
            edited = GRAPH.edit(task, random.Random(seed))
            if edited is None:
                continue
            made += 1
            lines = zip(task.prompt.split("\n"), edited.prompt.split("\n"), strict=True)
            assert sum(one != two for one, two in lines) == 1
            assert edited.gold != task.gold
            assert check(edited).proofs()[0][1] != ByHand(task.prompt).proofs()[0][1]
    assert made >= 45


def test_abstention():
    kinds, rng = {"one": 0, "none": 0, "several": 0}, random.Random(0)
    for seed in range(210):
        lang, question = ("en", "zh")[seed % 2], ("next", "path")[seed % 3 == 0]
        knobs = GraphKnobs(lookahead=2 + seed % 4, abstain=True, lang=lang, question=question)
        task = GRAPH.generate(random.Random(seed), knobs)
        puzzle = ByHand(task.prompt)
        found = puzzle.proofs()
        kind = "none" if not found else "one" if len(found) == 1 else "several"
        kinds[kind] += 1
        assert task.payload.kind == kind
        assert GRAPH.verify(task, task.gold).correct
        assert GRAPH.verify(task, GRAPH.corrupt(task, rng)).outcome is Outcome.WRONG
        assert GRAPH.solve(task).answer == task.gold
        assert GRAPH.twin(task, random.Random(seed)).canonical == task.canonical
        assert GRAPH.verify(task, "several solutions").correct == (kind == "several")
        assert GRAPH.verify(task, "No solution.").correct == (kind == "none")
        steps = GRAPH.solve(task).steps
        if kind == "several":
            assert len({proof[1] for proof in found}) > 1
            assert all(list(step.fact[1:]) in found for step in steps)
            assert steps[0].fact[2] != steps[1].fact[2]
        elif kind == "none":
            closed = set(steps[0].fact[1:])
            assert puzzle.given in closed
            assert puzzle.goal not in closed
            assert all(conclusion in closed for premise, conclusion in puzzle.rules if premise in closed)
            assert any(conclusion == puzzle.goal for _, conclusion in puzzle.rules), "a goal that no rule names"
    assert min(kinds.values()) > 20


def test_canonical_ignores_numbers_names_and_language():
    for seed in range(20):
        one, two = (GRAPH.generate(random.Random(seed), GraphKnobs(lang=lang)) for lang in ("en", "zh"))
        assert one.canonical == two.canonical
        puzzle = one.payload
        nodes = len(puzzle.labels)
        order = [0, *random.Random(seed).sample(range(1, nodes), nodes - 1)]
        edges = [(order[a], order[b]) for a, b in puzzle.rules][::-1]
        assert canonical_text(nodes, edges, order[puzzle.goal], "next") == one.canonical
        turned = [(b, a) for a, b in edges]
        assert canonical_text(nodes, turned, order[puzzle.goal], "next") != one.canonical
    assert len({task.canonical for task in tasks(3, 80)}) == 80


def test_effort_rises_with_the_level():
    means = [statistics.mean(GRAPH.effort(task) for task in tasks(level, 30)) for level in LEVELS]
    assert all(easier < harder for easier, harder in pairwise(means)), means


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"lookahead": 1}, "1"),
        ({"branching": 9}, "9"),
        ({"question": "last"}, "path"),
        ({"lookahead": 16, "branching": 8, "width": 4}, "statements"),
    ],
)
def test_bad_knobs(knobs, message):
    with pytest.raises(guru_envs.GuruError, match=message):
        guru_envs.make_source("guru/graph-v0", knobs=knobs)


def test_the_corners_of_the_knobs():
    for knobs in (
        {"lookahead": 2, "branching": 2, "width": 1, "deeper": 0, "distractors": 0, "decoys": 0},
        {"lookahead": 16, "branching": 8, "width": 2, "deeper": 4, "distractors": 120, "decoys": 6, "decoy_depth": 12},
        {"lookahead": 2, "branching": 2, "width": 1, "deeper": 0, "distractors": 120, "decoys": 0},
    ):
        for seed in range(5):
            check(GRAPH.generate(random.Random(seed), GraphKnobs(**knobs)))
