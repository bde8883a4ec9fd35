"""Training runs with a model that judges, in this process and behind an endpoint, and with a cluster that verifies."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra agent")
pytest.importorskip("transformers", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
from agent.bigrams import chain, write_table
from agent.test_loop import QUICK, run
from guru_grpo.build import build
from guru_grpo.critique import make_critics
from guru_grpo.logs import read_rows
from guru_grpo.safety import TrainingStoppedError
from guru_grpo.sampling_settings import JudgeConfig
from local_server import serving
from test_cluster_pool import ray  # noqa: F401 - a fixture

from guru_envs.errors import InvalidValueError

DIGITS = "0123456789"


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """A policy that boxes a digit, at first any of the ten alike, where one is asked for."""
    table = chain("\\boxed{") | {"{": DIGITS} | dict.fromkeys(DIGITS, "}") | {"}": ""}
    folder = write_table(tmp_path / "policy", table)
    row = "environments=[{id='test/echo-v0', knobs={size=10}, answer_format='boxed'}]"
    more = ["rollout.max_new_tokens=12", "train.steps=2", "evaluate.tasks=0", "logs.samples_every=1"]
    return [*QUICK, row, f"model.name={folder}", "model.chat=true", *more]


def responses(folder: Path) -> list[dict[str, Any]]:
    return [one for row in read_rows(folder / "samples.jsonl") for one in row["responses"]]


def figures(folder: Path) -> list[dict[str, Any]]:
    """The metrics that are a function of the settings."""
    rows = read_rows(folder / "metrics.jsonl")
    return [{name: value for name, value in row.items() if not name.startswith(("seconds/", "speed/"))} for row in rows]


def test_a_run_with_a_judge_in_this_process(run_file, options, tmp_path):
    judge = write_table(tmp_path / "judge", chain("why\nFinal Score:4"))
    local = ["judge.kind=local", f"judge.model={judge}", "judge.chat=true", "judge.max_tokens=24", "judge.weight=0.25"]
    run(run_file, *options, *local)
    said = responses(tmp_path / "run")
    assert len(said) == 32
    assert {one["verdict"] for one in said} == {"correct", "wrong"}
    for one in said:
        right = one["verdict"] == "correct"
        assert one["score"] == (1.0 if right else 0.4)
        assert one["reward"] == pytest.approx(1.25 if right else 0.1)
        assert right or one["detail"] == "why"
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert all(row["faults"] == 0 and 0.4 <= row["score"] <= 1 for row in rows)
    assert any(row["grad_norm"] > 0 for row in rows)


def scoring(request: Any) -> None:
    """An OpenAI-compatible endpoint: an answer's score is its digit, of which 3 is refused."""
    body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
    digit = body["prompt"].partition("<<<ANSWER\n")[2][0]
    data = json.dumps({"choices": [{"text": f"It is {digit}.\nFinal Score: {digit}"}]}).encode()
    request.send_response(401 if digit == "3" else 200)
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def test_a_run_with_a_judge_behind_an_endpoint(run_file, options, tmp_path):
    with serving(scoring) as url:
        asked = ["judge.kind=endpoint", f"judge.url={url}", f"judge.cache={tmp_path / 'cache'}"]
        run(run_file, *options, *asked)
    said = responses(tmp_path / "run")
    for one in said:
        digit = one["text"].partition("{")[2][:1]
        if one["verdict"] == "correct":
            assert (one["score"], one["reward"]) == (1.0, 1.5)
        elif digit == "3":
            assert one["verdict"] == "fault"
        else:
            assert (one["score"], one["reward"]) == (int(digit) / 10, pytest.approx(int(digit) / 20))
            assert one["detail"] == f"It is {digit}."
    rows = read_rows(tmp_path / "run" / "metrics.jsonl")
    assert sum(row["faults"] for row in rows) == sum(one["verdict"] == "fault" for one in said) > 0
    # Nobody listens any more: what was asked before is in the cache, and a refusal is not.
    other = tmp_path / "other"
    run(run_file, *options, *asked, f"output={other}", "judge.timeout=1.0", "judge.attempts=1")
    assert figures(other) == figures(tmp_path / "run")
    assert responses(other) != []


def deciding(request: Any) -> None:
    """An endpoint that is surer of larger digits, finds even ones even, and prefers the larger of two; of 3 it knows nothing."""
    body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
    digits = [part[0] for part in body["prompt"].split("<<<ANSWER\n")[1:]]
    choice: dict[str, Any] = {"text": f"Final Decision: {'Yes' if int(digits[0]) % 2 == 0 else 'No'}"}
    if "logprobs" in body:
        choice = {"logprobs": {"top_logprobs": [{" Yes": math.log(int(digits[0]) + 1), " No": 0.0}]}}
    elif len(digits) == 2:
        choice = {"text": f"Final Decision: {'First' if digits[0] > digits[1] else 'Second'}"}
    data = json.dumps({"choices": [{"text": "no idea"} if "3" in digits else choice]}).encode()
    request.send_response(200)
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


@pytest.mark.parametrize(
    ("asked", "worth"),
    [
        (["judge.ask=preference"], lambda digit, others, solved: (digit + 1) / (digit + 2)),
        (
            ["judge.ask=rubric", "judge.rubric=[{text='It is even.', weight=2}, {text='Even?', weight=2}]"],
            lambda digit, others, solved: float(digit % 2 == 0),
        ),
        (
            ["judge.ask=ranking", "judge.rounds=9"],
            lambda digit, others, solved: (
                sum(other < digit for other in others) / (len(others) + solved) if others or solved else 0.5
            ),
        ),
    ],
)
def test_a_run_with_soft_rewards_rubrics_and_rankings(run_file, options, tmp_path, asked, worth):
    with serving(deciding) as url:
        run(run_file, *options, "judge.kind=endpoint", f"judge.url={url}", "judge.attempts=1", *asked)
    counted = 0
    asked_in_step: dict[tuple[int, str], list[Any]] = {}  # a number may be asked for in two groups of a step
    for row in read_rows(tmp_path / "run" / "samples.jsonl"):
        asked_in_step.setdefault((row["step"], row["prompt"]), []).extend(row["responses"])
    for responses_ in asked_in_step.values():
        said = [(one, int(one["text"].partition("{")[2][:1])) for one in responses_]
        wrong = {digit for one, digit in said if not one["reward"] >= 1.0}
        solved = any(one["verdict"] == "correct" for one, _ in said)
        for one, digit in said:
            if one["verdict"] == "correct":
                assert (one["score"], one["reward"]) == (1.0, 1.5)
            elif one["verdict"] == "wrong":
                score = worth(digit, wrong - {digit, 3}, solved)
                assert one["score"] == pytest.approx(score)
                assert one["reward"] == pytest.approx(0.5 * score)
                counted += 1
            else:
                assert (one["verdict"], digit) == ("fault", 3)
    assert counted > 8


def test_a_judge_that_never_replies_stops_a_run(run_file, options):
    gone = ["judge.kind=endpoint", "judge.url=http://127.0.0.1:9/v1", "judge.attempts=1"]
    with pytest.raises(TrainingStoppedError, match="could not be judged"):
        run(run_file, *options, *gone)


def test_judges_are_made_as_the_configuration_says():
    assert make_critics(JudgeConfig()) is None
    with pytest.raises(InvalidValueError, match="http"):
        make_critics(JudgeConfig(kind="endpoint", url="nowhere"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ask": "rubric"}, "no item"),
        ({"ask": "rubric", "rubric": [{"text": "x", "weight": 0.0}]}, "no item"),
        ({"rubric": [{"text": "x"}]}, "judge.ask is 'score'"),
        ({"ask": "rubric", "rubric": [{"text": " "}]}, "no text"),
        ({"ask": "rubric", "rubric": [{"text": "x", "weight": -1.0}]}, "at least 0"),
        ({"ask": "preference", "kind": "endpoint", "chat": True}, "chat must be false"),
    ],
)
def test_impossible_questions_to_a_judge_are_refused(options, words):
    with pytest.raises(InvalidValueError, match=words):
        build(JudgeConfig, options, "judge")


def test_a_run_whose_responses_a_cluster_judges(run_file, options, tmp_path, ray):  # noqa: F811
    ray.cpus = 2
    run(run_file, *options)
    other = tmp_path / "cluster"
    run(run_file, *options, "environments.0.cluster=auto", "environments.0.workers=1", f"output={other}")
    assert figures(other) == figures(tmp_path / "run")
    assert ray.addresses == ["auto"]
    assert len(ray.made) == 2
    assert all(one.asked for one in ray.made)
    assert any(row["correct"] > 0 for row in figures(other))
