"""Real ARC tasks: the formats of files, and real rows where they are at hand."""

from __future__ import annotations

import json
import random
from pathlib import Path

import arc_by_hand
import pytest

from guru_envs.data.arc_files import parse_task, read_tasks
from guru_envs.domains.logic.arc import Arc
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome

ARC = Arc()
DATA = Path(__file__).parents[2] / "shared" / "data"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the benchmark files are not here")

PAIR = {"input": [[1, 0], [2, 3]], "output": [[0, 1], [3, 2]]}
ROW = {"train": [PAIR, {"input": [[4, 5]], "output": [[5, 4]]}], "test": [PAIR, {"input": [[7]], "output": [[8]]}]}


def test_all_formats_give_the_same_tasks(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(ROW))
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": "one", "split": "training", **ROW}) + "\n\n")
    (tmp_path / "many").write_text(json.dumps({"one": ROW}))
    bare = {"train": ROW["train"], "test": [{"input": pair["input"]} for pair in ROW["test"]]}
    (tmp_path / "asked").write_text(json.dumps({"one": bare}))
    (tmp_path / "told").write_text(json.dumps({"one": [pair["output"] for pair in ROW["test"]]}))
    read = [
        list(read_tasks(tmp_path / "one.json")),
        list(read_tasks(str(tmp_path))),
        list(read_tasks(tmp_path / "rows.jsonl")),
        list(read_tasks(tmp_path / "many")),
        list(read_tasks(tmp_path / "asked", tmp_path / "told")),
    ]
    assert all(one == read[0] for one in read)
    assert [(one.id, one.number) for one in read[0]] == [("one", 1), ("one", 2)]
    pairs, test = arc_by_hand.read_prompt(read[0][1].task.prompt)
    assert pairs == [(pair["input"], pair["output"]) for pair in ROW["train"]]
    assert test == [[7]]
    chinese = next(iter(read_tasks(tmp_path / "one.json", lang="zh"))).task
    assert arc_by_hand.read_prompt(chinese.prompt)[1] == PAIR["input"]
    assert chinese.canonical == read[0][0].task.canonical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "a JSON object"),
        ('{"one": 3}', "a JSON object"),
        ('{"train": [], "test": []}', None),
        ('{"train": [], "test": [{"input": [[1]], "output": [[1]]}]}', "0 demonstrations"),
        ('{"train": [{"input": [[1]]}], "test": []}', "ARC format"),
        ('{"train": 5, "test": []}', "ARC format"),
        ('{"train": [{"input": [[1]], "output": [[1]]}], "test": [{"input": [[1]]}]}', "solutions"),
        ('{"train": [{"input": [[1]], "output": [[10]]}], "test": [{"input": [[1]], "output": [[1]]}]}', "grid"),
        ('{"train": [{"input": 1, "output": [[1]]}], "test": [{"input": [[1]], "output": [[1]]}]}', "ARC format"),
    ],
)
def test_broken_files_are_refused_with_their_place(tmp_path, text, said):
    (tmp_path / "bad.json").write_text(text)
    if said is None:
        assert list(read_tasks(tmp_path / "bad.json")) == []
        return
    with pytest.raises(InvalidValueError, match=said) as caught:
        list(read_tasks(tmp_path / "bad.json"))
    assert "bad.json" in str(caught.value)


def test_numbers_of_outputs_and_empty_folders(tmp_path):
    with pytest.raises(InvalidValueError, match="2 test inputs and 1 outputs"):
        parse_task("one", ROW, [[[1]]])
    with pytest.raises(InvalidValueError, match=r"no \.json file"):
        list(read_tasks(tmp_path))


@with_data
@pytest.mark.parametrize(("name", "rows"), [("training", 120), ("evaluation", 40)])
def test_real_rows_are_judged(name, rows):
    rng, questions = random.Random(0), list(read_tasks(DATA / f"arc_agi_1_{name}.jsonl"))
    assert len({one.id for one in questions}) == rows
    for one in questions:
        gold = [[int(cell) for cell in row] for row in one.task.payload.gold]
        for answer in (one.task.gold, json.dumps(gold), "\n".join(one.task.payload.gold)):
            assert ARC.verify(one.task, answer).outcome is Outcome.CORRECT
        for _ in range(5):
            verdict = ARC.verify(one.task, ARC.corrupt(one.task, rng))
            assert verdict.outcome is Outcome.WRONG
            assert verdict.credit < 1
        copied = ARC.verify(one.task, "\n".join(one.task.payload.test))
        assert copied.credit == 0
        assert copied.outcome is Outcome.WRONG
    assert len({one.task.canonical for one in questions}) == len(questions)


@with_data
def test_real_rows_that_the_grammar_explains_are_solved_by_rule():
    """What the solver says of a real task is confirmed by the second implementation of the rules."""
    solved = 0
    for one in read_tasks(DATA / "arc_agi_1_training.jsonl"):
        found = ARC.predict(one.task)
        if found is not None and found[1] == one.task.payload.gold:
            rules = arc_by_hand.check(one.task, ARC.solve(one.task))
            assert tuple(rules) == found[0]
            solved += 1
    assert solved >= 25
