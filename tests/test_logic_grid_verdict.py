"""Logic grid: answers as models write them, credit, hostile text."""

from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.domains.logic.logic_grid import LogicGrid, LogicGridKnobs
from guru_envs.task import Outcome

GRID = LogicGrid()
SOURCE = guru_envs.make_source("guru/logic-grid-v0", level=4)
TASK = SOURCE.draw(0)


def shapes(task):
    gold = json.loads(task.gold)
    key = task.payload.categories[0].name
    names = list(next(iter(gold.values())))
    rows = [[value, *(row[name] for name in names)] for value, row in gold.items()]
    yield json.dumps(gold, indent=4)
    yield json.dumps(
        {k.upper(): {n.upper(): f" {v.upper()} " for n, v in reversed(row.items())} for k, row in gold.items()}
    )
    yield json.dumps(dict(reversed(gold.items())))
    yield json.dumps([{key: value, **row} for value, row in reversed(gold.items())])
    yield json.dumps([{**row, key: value} for value, row in gold.items()])
    yield json.dumps({"header": [key, *names], "rows": rows})
    yield json.dumps({"solution": gold})
    yield json.dumps({value: {key: value, **row} for value, row in gold.items()})
    lines = [[key, *names], ["---"] * (len(names) + 1), *rows]
    yield "\n".join("| " + " | ".join(line) + " |" for line in lines)
    yield "\n".join("| " + " | ".join([*line[1:], line[0]]) + " |" for line in lines)
    yield "\n".join(",".join(line) for line in [[key, *names], *rows])
    yield "\n".join(f"{row[0]}: {', '.join(row[1:])}" for row in rows)
    yield "\n".join(f"- {', '.join(row)}" for row in rows)


def test_the_shapes_a_model_writes():
    for seed in range(12):
        task = SOURCE.draw(seed)
        for answer in shapes(task):
            assert GRID.verify(task, answer).outcome is Outcome.CORRECT, answer


def test_phrases_and_numbers_without_units():
    plain = 0
    for seed in range(30):
        task = SOURCE.draw(seed)
        gold = json.loads(task.gold)
        phrases = {
            (one.name, value): phrase
            for one in task.payload.categories
            for value, phrase in zip(one.values, one.phrases, strict=True)
        }
        said = {value: {name: phrases[name, text] for name, text in row.items()} for value, row in gold.items()}
        assert GRID.verify(task, json.dumps(said)).outcome is Outcome.CORRECT
        for one in task.payload.categories[1:]:
            digits = {value: "".join(c for c in value if c.isdigit() or c == ":") for value in one.values}
            if one.scale and ":" not in one.values[0]:
                said = {key: row | {one.name: int(digits[row[one.name]])} for key, row in gold.items()}
                assert GRID.verify(task, json.dumps(said)).outcome is Outcome.CORRECT
                plain += 1
    assert plain >= 10


def test_credit_counts_cells_above_chance():
    gold = json.loads(TASK.gold)
    one, two = list(gold)[:2]
    name = next(iter(gold[one]))
    cells = 12
    assert GRID.verify(TASK, json.dumps({key: {} for key in gold})).credit == 0
    swapped = json.loads(TASK.gold)
    swapped[one][name], swapped[two][name] = swapped[two][name], swapped[one][name]
    verdict = GRID.verify(TASK, json.dumps(swapped))
    assert verdict.outcome is Outcome.WRONG
    assert verdict.credit == pytest.approx((cells - 2 - 3) / (cells - 3))
    assert verdict.detail.startswith("clue ")
    everywhere = dict.fromkeys(gold, gold[one])
    assert GRID.verify(TASK, json.dumps(everywhere)).credit == 0
    missing = {key: row for key, row in gold.items() if key != one}
    verdict = GRID.verify(TASK, json.dumps(missing))
    assert (verdict.outcome, verdict.credit) == (Outcome.WRONG, pytest.approx((cells - 3 - 3) / (cells - 3)))
    hedged = json.loads(TASK.gold)
    hedged[two][name] = hedged[one][name]
    verdict = GRID.verify(TASK, json.dumps(hedged))
    assert (verdict.outcome, verdict.credit) == (Outcome.WRONG, pytest.approx((cells - 2 - 3) / (cells - 3)))


def test_a_random_grid_earns_nothing_on_average():
    rng = random.Random(0)
    credits = [GRID.verify(TASK, GRID.guess(TASK, rng)).credit for _ in range(500)]
    assert sum(credits) / len(credits) < 0.12  # negative sums count 0


def test_cheats():
    gold, text = json.loads(TASK.gold), TASK.gold
    first, key = next(iter(gold)), TASK.payload.categories[0].name
    name = next(iter(gold[first]))
    every = {value: {n: " ".join(gold[other][n] for other in gold) for n in row} for value, row in gold.items()}
    for answer in (
        text[:-1] + f', "{first}": {{}}}}',
        json.dumps(gold | {"somebody else": gold[first]}),
        json.dumps(gold | {first.upper() + " ": gold[first]}),
        json.dumps(gold | {first: gold[first] | {"shoe size": "9"}}),
        json.dumps(every),
        json.dumps(list(gold.values())),
        json.dumps({value: {n: [v] for n, v in row.items()} for value, row in gold.items()}),
        text + text,
        json.dumps([gold, gold]),
        json.dumps({"first": gold, "second": gold}),
        json.dumps({value: {key: "x", **row} for value, row in gold.items()}),
        json.dumps({value: {name: row[name]} for value, row in gold.items()}),
        "no solution",
        "[" * 5000,
        "{" * 20_001,
        '{"1": NaN}',
        '{"1": 1e999999}',
        "9" * 5000,
        "null",
        '"x"',
        '{"header": [], "rows": [[]]}',
        '{"rows": [[], []], "header": []}',
        "\n".join([", ".join([key, name])] * 3),
    ):
        assert GRID.verify(TASK, answer).outcome in (Outcome.WRONG, Outcome.NO_ANSWER), answer[:80]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_gets_a_verdict(text):
    for answer in (
        text,
        "{" + text,
        '{"1": ' + text + "}",
        "|" + text + "\n" + text + "|",
        text + ":" + text + "\n" + text,
    ):
        assert GRID.verify(TASK, answer).outcome in (Outcome.WRONG, Outcome.NO_ANSWER)
        assert GRID.read_fact(TASK, answer) is None


def test_long_text_is_judged_fast():
    for unit in (" ", ",", "a,\n", "|\n", "[", "goes with ", "0", ": ", "- "):
        start = time.process_time()
        GRID.verify(TASK, unit * (1_000_000 // len(unit)))
        GRID.verify(TASK, unit * (20_000 // len(unit)))
        GRID.read_fact(TASK, unit * 100_000)
        assert time.process_time() - start < 1.0, unit


def test_spellings_of_a_cell():
    for seed in range(10):
        knobs = LogicGridKnobs(categories=3, items=4, question="cell")
        task = GRID.generate(random.Random(seed), knobs)
        category = task.payload.categories[task.payload.core.asked[1]]
        phrase = category.phrases[category.values.index(task.gold)]
        for answer in (task.gold, task.gold.upper(), f"**{task.gold}**.", phrase):
            assert GRID.verify(task, answer).outcome is Outcome.CORRECT
        for answer in ("", ", ".join(category.values), "x", "9" * 300, category.name):
            assert GRID.verify(task, answer).outcome is Outcome.WRONG
