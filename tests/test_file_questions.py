"""A user's file as an environment: open answers behind a judge, and public table benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

import gymnasium
import pytest
from local_server import serving

import guru_envs
from guru_envs.data.file_questions import FileQuestions, register_file
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.judge import StubJudge
from guru_envs.task import Outcome

DATA = Path(__file__).parents[2] / "shared" / "data"
OPEN = [
    {"question": f"What is the name of element {n}?", "answer": name, "answer_type": "String", "category": "Chemistry"}
    for n, name in enumerate(("hydrogen", "helium", "lithium", "beryllium", "boron", "carbon", "nitrogen", "oxygen"), 1)
] + [
    {"question": f"How much is {n} J in kJ?", "answer": f"{n / 1000} kJ", "answer_type": "Float"} for n in range(50, 90)
]
MULTIHIERTT = {
    "uid": "m1", "paragraphs": ["Figures in millions."], "tables": ["<table><tr><td>a</td><td>5</td></tr></table>"],
    "table_description": {"0-0-1": "a is 5"},
    "qa": {"question": "What is the growth?", "answer": 0.16538, "program": "divide(5,30)", "text_evidence": [],
           "table_evidence": ["0-0-1"]},
}  # fmt: skip


@pytest.fixture
def open_file(tmp_path):
    path = tmp_path / "open.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in OPEN), encoding="utf-8")
    return path


@pytest.fixture
def endpoint():
    """A local server that says yes to answers with "gas" in them; ``plan`` holds other replies, used first."""
    plan, seen = [], []

    def post(request):
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        seen.append(body)
        answer = body["prompt"].partition("<<<ANSWER")[2].partition("ANSWER>>>")[0]
        what = plan.pop(0) if plan else f"Final Decision: {'Yes' if 'gas' in answer else 'No'}"
        request.send_response(what if isinstance(what, int) else 200)
        request.end_headers()
        request.wfile.write(json.dumps({"choices": [{"text": what}]}).encode())

    with serving(post) as url:
        yield url, plan, seen


def play(env_id, answer, seed=0, **options):
    env = gymnasium.make(env_id, **options)
    _, start = env.reset(seed=seed)
    _, reward, terminated, truncated, info = env.step(answer(guru_envs.task(start["task_id"])))
    env.close()
    return reward, terminated, truncated, info


def test_open_answers_through_gymnasium(open_file, endpoint, tmp_path):
    url, plan, seen = endpoint
    env_id = register_file(open_file, "my/open-v0", judge=url, cache=str(tmp_path / "cache"), attempts=2)
    gold = play(env_id, lambda task: f"\\boxed{{{task.gold}}}")
    assert gold[0] == 1.0
    assert not seen  # by rule
    for seed in range(4):  # the second time from the cache
        assert play(env_id, lambda _: "\\boxed{a gas of that kind}", seed % 2)[0] == 1.0
        assert play(env_id, lambda _: "\\boxed{some metal}", seed % 2)[0] < 1.0
    assert len(seen) == 4
    assert seen[0]["model"] == "TIGER-Lab/general-verifier"
    plan += [503, "no decision at all", 500, 500]
    _, terminated, truncated, info = play(env_id, lambda _: "\\boxed{another try}")
    assert (terminated, truncated) == (False, True), info  # a FAULT, never a wrong answer
    assert info["outcome"] == "fault"


def test_without_a_judge_the_rules_decide_or_it_is_a_fault(open_file):
    env_id = register_file(open_file, "my/ruled-v0")
    for seed in range(8):
        assert (
            play(
                env_id,
                lambda task: f"\\boxed{{{task.gold.upper()}.}}" if "kJ" not in task.gold else f"\\boxed{{{task.gold}}}",
                seed,
            )[0]
            == 1.0
        )
    assert play(env_id, lambda _: "\\boxed{who knows}")[3]["outcome"] == "fault"
    assert play(env_id, lambda _: "\\boxed{}")[3]["outcome"] == "no_answer"


def test_a_judge_in_this_process_and_splits(open_file):
    stub = StubJudge(lambda _: "Final Decision: No")
    env_id = register_file(open_file, "my/stubbed-v0", judge=stub, answer_format="tags")
    assert play(env_id, lambda _: "<answer>uranium</answer>")[3]["outcome"] == "wrong"
    assert len(stub.prompts) == 1
    prompts = {split: set() for split in ("train", "test")}
    for split, found in prompts.items():
        source = guru_envs.make_source(env_id, split=split)
        found |= {source.draw(seed).prompt for seed in range(300)}
    assert not prompts["train"] & prompts["test"]
    assert len(prompts["train"] | prompts["test"]) >= len(OPEN) - 2
    task = source.draw(0)
    assert FileQuestions().solve(task).answer == task.gold
    verdicts = source.domain.verify_many([task] * 3, [task.gold, "no", ""])
    assert [one.outcome for one in verdicts] == [Outcome.CORRECT, Outcome.WRONG, Outcome.NO_ANSWER]


def test_several_answers_are_sent_at_once(open_file, endpoint):
    url, _, seen = endpoint
    source = guru_envs.make_source(register_file(open_file, "my/many-v0", judge=url, parallel=4))
    tasks = [source.draw(seed) for seed in range(12)]
    verdicts = source.domain.verify_many(tasks, [f"gas {n}" if n % 2 else f"metal {n}" for n in range(12)])
    assert [one.correct for one in verdicts] == [bool(n % 2) for n in range(12)]
    assert len(seen) == 12


def test_guru_rows_and_lists_of_rows(tmp_path):
    guru = {"data_source": "stem_web", "reward_model": {"ground_truth": "44.0 g/mol"},
            "extra_info": {"question": "Molar mass of CO2?", "answer_type": "Float"}}  # fmt: skip
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([guru, *OPEN]))
    register_file(path, "my/list-v0")
    found = {
        guru_envs.make_source("my/list-v0", split=split).draw(seed).prompt
        for split in ("train", "test")
        for seed in range(200)
    }
    assert "Molar mass of CO2?" in found


def test_table_files_through_gymnasium(tmp_path):
    path = tmp_path / "multihiertt.json"
    rows = [{**MULTIHIERTT, "uid": f"m{n}", "paragraphs": [f"Report {n}."]} for n in range(12)]
    path.write_text(json.dumps(rows))
    env_id = register_file(path, "my/multihiertt-v0")
    assert guru_envs.spec(env_id).family == "tables"
    assert play(env_id, lambda _: "\\boxed{0.165}")[0] == 1.0
    assert play(env_id, lambda _: "\\boxed{16.54\\%}")[0] == 1.0
    for wrong in ("0.16", "0.17", "16.6\\%", "16.538", "0.1654 million", "-0.165"):
        assert play(env_id, lambda _, text=wrong: f"\\boxed{{{text}}}")[3]["outcome"] == "wrong"


@pytest.mark.parametrize("name", ["finqa_test142.jsonl", "hitab_test.jsonl", "tatqa_dev.jsonl"])
def test_real_files_through_gymnasium(name):
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not there")
    env_id = register_file(DATA / name, f"my/{name[:5]}-v0")
    for seed in range(15):
        assert play(env_id, lambda task: f"So it is \\boxed{{{task.gold.replace('%', chr(92) + '%')}}}", seed)[0] == 1.0
        assert play(env_id, lambda _: "\\boxed{-31415.92653}", seed)[0] < 1.0


def test_files_that_are_none(tmp_path, open_file):
    with pytest.raises(InvalidValueError, match="nowhere"):
        register_file(tmp_path / "nowhere.jsonl")
    path = tmp_path / "bad.jsonl"
    for text, message in (
        ("{}\n", "line 1"),
        ("[1]", "row 1"),
        ("", "no rows"),
        ('{"question": "x"}\n', "line 1"),
        ("{", "line 1"),
    ):
        path.write_text(text)
        with pytest.raises(InvalidValueError, match=message):
            register_file(path)
    with pytest.raises(InvalidValueError, match="url"):
        register_file(open_file, judge="localhost")
    path.write_text(json.dumps(OPEN[0]) + "\n")
    env_id = register_file(path, "my/one-v0")
    drawn = [_first(env_id, split) for split in ("train", "test")]
    assert sorted(one is None for one in drawn) == [False, True]


def _first(env_id, split):
    """The first task of a split, None where the file has none."""
    try:
        return guru_envs.make_source(env_id, split=split).draw(0)
    except ImpossibleTaskError:
        return None
