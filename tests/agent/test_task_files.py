"""Tasks and traces from files: what is drawn, what is matched, and what is refused."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: E402, F401 - registers its environments
from agent.test_collect import FakeWorld, config_of, groups_of  # noqa: E402
from agent.test_loop import QUICK, run  # noqa: E402
from guru_grpo.collect import Sources, collect  # noqa: E402
from guru_grpo.config import EnvironmentConfig  # noqa: E402
from guru_grpo.dialogue import Dialogue  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402
from guru_grpo.mixture import Mixture  # noqa: E402
from guru_grpo.model import load_policy  # noqa: E402
from guru_grpo.task_files import TaskList, Traces, continuation, read_lines  # noqa: E402
from guru_grpo.transformers_engine import TransformersEngine  # noqa: E402

import guru_envs  # noqa: E402
from guru_envs.errors import InvalidValueError  # noqa: E402


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def ids(count: int, split: str = "train", name: str = "test/echo-v0") -> list[str]:
    return [f"{name}/{split}/1/{seed}" for seed in range(count)]


def gold(task_id: str) -> str:
    return guru_envs.task(task_id).gold


def test_a_list_is_gone_through_in_a_new_order_each_time():
    tasks = TaskList(ids(7), lambda address: None, 3, "here")
    turns = [[tasks.at(7 * turn + place) for place in range(7)] for turn in range(3)]
    assert all(sorted(turn) == sorted(ids(7)) for turn in turns)
    assert turns[0] != turns[1] != turns[2]
    assert [tasks.at(place) for place in (20, 3, 9)] == [turns[2][6], turns[0][3], turns[1][2]]  # in any order
    assert TaskList(ids(7), lambda address: None, 4, "here").at(0) != turns[0][0] or tasks.at(1) != turns[0][0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}\n", "line 1: an object with the texts"),
        ('{"task_id": "a"}\nnothing\n', "line 2: not JSON"),
        ('{"task_id": 3}', "line 1"),
        ("[" * 100_000, "line 1"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "tasks.jsonl"
    path.write_text(text)
    with pytest.raises(InvalidValueError, match=message):
        read_lines(path, "task_id")


def test_missing_files_and_foreign_or_test_tasks_are_refused(tmp_path):
    def mixture(rows: list[dict[str, Any]] | None) -> Mixture:
        path = write(tmp_path / "tasks.jsonl", rows) if rows is not None else str(tmp_path / "none.jsonl")
        return Mixture([EnvironmentConfig("test/echo-v0", tasks=path)], 2, 2, "train", 0)

    with pytest.raises(InvalidValueError, match="can not read"):
        mixture(None)
    with pytest.raises(InvalidValueError, match="holds no task of this environment"):
        mixture([{"task_id": "test/switches-v0/train/1/3"}])
    with pytest.raises(InvalidValueError, match="no task of the training split"):
        mixture([{"task_id": "test/echo-v0/test/1/3"}])
    with pytest.raises(InvalidValueError, match="level 99"):
        mixture([{"task_id": "test/echo-v0/train/99/3"}])


def test_an_environment_draws_from_its_file_and_resumes(tmp_path):
    path = write(tmp_path / "tasks.jsonl", [{"task_id": one, "right": 3} for one in ids(5)])
    rows = [EnvironmentConfig("test/echo-v0", tasks=path), EnvironmentConfig("test/switches-v0")]

    def make() -> Mixture:
        return Mixture(rows, groups=4, group_size=2, split="train", seed=5)

    mixture = make()
    drawn: list[str] = []
    for step in range(5):
        prompts, origin = mixture.draw(step)
        mine = [task for task, where in zip(mixture.task_ids, origin, strict=True) if where == 0]
        assert len(mine) == 2
        assert [guru_envs.prompt(task) for task in mine] == prompts[:2]
        drawn += mine
        mixture.judge([""] * 8)
        if step == 2:
            saved = json.loads(json.dumps(mixture.state_dict()))
    assert sorted(drawn[:5]) == sorted(drawn[5:]) == sorted(ids(5))  # each once in a round
    other = make()
    other.load_state_dict(saved)
    assert [task for step in (3, 4) for task in other.draw(step) and other.task_ids[:2]] == drawn[6:]
    assert len(other.task_ids) == 4
    write(tmp_path / "tasks.jsonl", [{"task_id": one} for one in ids(6)])
    with pytest.raises(InvalidValueError, match="others than when the run was saved"):
        make().load_state_dict(saved)


def test_mastered_tasks_are_left_out_until_all_are(tmp_path):
    """Five tasks; those with an even number are answered right by three of four responses, which is the share that masters."""
    path = write(tmp_path / "tasks.jsonl", [{"task_id": one} for one in ids(5)])
    row = EnvironmentConfig("test/echo-v0", tasks=path)

    def make(drop: float = 0.75) -> Mixture:
        return Mixture([row], 5, 4, "train", 5, drop=drop)

    def step(mixture: Mixture, number: int, right: set[str]) -> list[str]:
        mixture.draw(number)
        answers = zip(mixture.oracle(), mixture.task_ids, strict=True)
        mixture.judge([text if task in right and at else "" for text, task in answers for at in range(4)])
        return mixture.task_ids

    some = {*ids(5)[::2]}
    mixture = make()
    assert sorted(step(mixture, 0, some)) == sorted(ids(5))
    saved = json.loads(json.dumps(mixture.state_dict()))
    second = step(mixture, 1, set())
    assert {*second} == {*ids(5)} - some
    other = make()
    other.load_state_dict(saved)
    assert step(other, 1, {*ids(5)}) == second
    assert {*step(other, 2, set())} == {*ids(5)}  # all were mastered: all are drawn, and are no longer mastered
    assert {*step(other, 3, set()), *step(other, 4, set())} == {*ids(5)}
    never = make(0.0)
    assert sorted(step(never, 0, some)) == sorted(step(never, 1, some)) == sorted(ids(5))
    with pytest.raises(InvalidValueError, match="from a file"):
        config_of(rollout={"drop_mastered": 0.9})


def test_a_run_leaves_out_mastered_tasks_and_resumes(run_file, tmp_path, monkeypatch):
    """The engine solves three of six tasks; right traces, which all six have, master nothing."""
    tasks = ids(6)
    path = write(tmp_path / "tasks.jsonl", [{"task_id": one} for one in tasks])
    rows = [{"task_id": one, "response": f"<answer>{gold(one)}</answer>"} for one in tasks]
    known, sample = {gold(one) for one in tasks[:3]}, TransformersEngine.generate

    def solve(engine: Any, prompts: Any, sampling: Any) -> Any:
        asked = [engine.tokenizer.decode(prompt).split()[1] for prompt in prompts]
        return [
            [replace(one, text=f"<answer>{number}</answer>") if number in known else one for one in group]
            for number, group in zip(asked, sample(engine, prompts, sampling), strict=True)
        ]

    monkeypatch.setattr(TransformersEngine, "generate", solve)
    traces = write(tmp_path / "traces.jsonl", rows)
    options = [*QUICK, f"environments=[{{id='test/echo-v0', tasks='{path}'}}]", "rollout.groups=2", "evaluate.tasks=0"]
    options += [f"rollout.traces={traces}", "learner.method=luffy", "rollout.max_new_tokens=40"]
    options += ["rollout.drop_mastered=0.25", "logs.samples_every=1", "train.checkpoint_every=1"]
    run(run_file, *options, "train.steps=3")
    run(run_file, *options, "train.steps=6")
    seen = [row["task_id"] for row in read_rows(tmp_path / "run" / "samples.jsonl")]
    assert sorted(seen[:6]) == tasks
    assert sorted(seen[6:]) == sorted(tasks[3:] * 2)


def test_tasks_of_earlier_steps_take_the_place_of_new_ones():
    mixture = Mixture([EnvironmentConfig("test/echo-v0"), EnvironmentConfig("test/switches-v0")], 4, 2, "train", 0)
    again = ["test/switches-v0/train/1/77", "test/echo-v0/train/1/5"]
    prompts, _ = mixture.draw(0, again)
    assert mixture.task_ids[0] == again[1]
    assert mixture.task_ids[2] == again[0]
    assert [guru_envs.prompt(task) for task in mixture.task_ids] == prompts
    assert mixture.golds() == [gold(task) for task in mixture.task_ids]


# -- traces ------------------------------------------------------------------------------------------------------------


def test_traces_are_matched_by_task_and_several_are_chosen_from():
    traces = Traces(
        [{"task_id": "a", "response": text} for text in ("1", "2", "2", "3")] + [{"task_id": "b", "response": ""}]
    )
    assert traces.task_ids == ["a", "b"]
    assert traces.choose("a", 9, 0) == ["1", "2", "3"]
    assert traces.choose("c", 9, 0) == []
    chosen = [tuple(traces.choose("a", 2, seed)) for seed in range(60)]
    assert {one for pair in chosen for one in pair} == {"1", "2", "3"}
    assert all(len({*pair}) == 2 for pair in chosen)
    assert traces.choose("a", 2, 7) == traces.choose("a", 2, 7)


def test_groups_without_a_trace_are_on_policy_and_wrong_traces_are_judged_as_always():
    world = FakeWorld([0.5, 0.5, 0.5], 8, 4)
    rows = [{"task_id": "fake/task-v0/train/1/0", "response": text} for text in ("wrong", "right", "long trace")]
    rows += [{"task_id": "fake/task-v0/train/1/1", "response": "wrong"}]
    config = config_of(
        rollout={"groups": 8, "traces": "given.jsonl", "traces_each": 3}, learner={"off_policy": "shaped"}
    )
    batch = collect(config, world, world, world, 0, Sources(Traces(rows)))  # type: ignore[arg-type]
    assert {*world.tasks} == {0, 1, 2}
    for task, members in zip(world.tasks, groups_of(batch), strict=True):
        off = [one for one in members if one.rollout.off_policy]
        assert len(members) == 4
        assert [one.text for one in off] == [["wrong", "right"], ["wrong"], []][task]  # the long one is left out
        assert [one.correct for one in off] == [[False, True], [False], []][task]
        assert [one.rollout.reward for one in off] == [[0.0, 1.0], [0.0], []][task]
    assert batch.traces_dropped == world.tasks.count(0)


def test_without_a_matching_trace_the_step_is_that_of_the_policy_alone():
    plain = collect(config_of(), *[FakeWorld([0.5], 4, 4)] * 3, 0)  # type: ignore[arg-type]
    world = FakeWorld([0.5], 4, 4)
    config = config_of(rollout={"traces": "given.jsonl"}, learner={"off_policy": "shaped"})
    mixed = collect(config, world, world, world, 0, Sources(Traces([])))  # type: ignore[arg-type]
    assert mixed == plain


def test_a_run_learns_from_a_file_of_traces(run_file, tmp_path):
    tasks = ids(6)
    rows = [{"task_id": task, "response": f"<answer>{gold(task)}</answer>"} for task in tasks[:5]]
    rows += [{"task_id": tasks[5], "response": "<answer>nonsense</answer>"}]
    path = write(tmp_path / "traces.jsonl", rows)
    more = [f"rollout.traces={path}", "learner.method=luffy", "evaluate.tasks=0", "rollout.max_new_tokens=40"]
    more += ["environments=[{id='test/echo-v0'}, {id='test/switches-v0'}]", "logs.samples_every=1", "logs.samples=9"]
    run(run_file, *QUICK, *more)
    samples = read_rows(tmp_path / "run" / "samples.jsonl")
    assert {row["step"] for row in samples} == {1, 2, 3}
    for row in samples:
        taught = [one for one in row["responses"] if one["off_policy"]]
        if row["environment"].startswith("test/echo"):
            assert row["task_id"] in tasks  # drawn from the file
            assert [one["verdict"] for one in taught] == ["wrong" if row["task_id"] == tasks[5] else "correct"]
        else:
            assert taught == []
    for row in read_rows(tmp_path / "run" / "metrics.jsonl"):
        assert (row["traces_used"], row["outcomes/correct"]) == (2, 0)
    (tmp_path / "run" / "summary.json").unlink()
    write(tmp_path / "traces.jsonl", rows[:4])
    with pytest.raises(InvalidValueError, match="others than when the run was saved"):
        run(run_file, *QUICK, *more)


def test_a_resumed_run_refuses_other_responses_to_the_same_tasks():
    rows = [{"task_id": "a", "response": "1"}, {"task_id": "b", "response": "2"}]
    saved = Traces(rows).fingerprint
    Sources(Traces([*reversed(rows), rows[0]])).check_traces(saved)
    for others in ([rows[0]], [rows[0], {"task_id": "b", "response": "3"}]):
        with pytest.raises(InvalidValueError, match="responses in the file are others"):
            Sources(Traces(others)).check_traces(saved)
    with pytest.raises(InvalidValueError, match="responses in the file are others"):
        Sources().check_traces(saved)
    Sources().check_traces(None)


@pytest.mark.parametrize(
    ("prompt", "response", "goes_on"),
    [
        ("Q <think>", "<think>\nso\n</think> 7", "\nso\n</think> 7"),
        ("Q <think>\n", "<think>\nso\n</think> 7", "so\n</think> 7"),
        ("Q <think>\n", "\n <think>so</think> 7", "so</think> 7"),
        ("Q <think>\n", "so</think> 7", "so</think> 7"),
        ("Q <think>", "so <think> 7", "so <think> 7"),
        ("Q <think> or not?", "<think>\nso</think> 7", "<think>\nso</think> 7"),
        ("Q", "<think>\nso</think> 7", "<think>\nso</think> 7"),
        ("", "", ""),
    ],
)
def test_a_trace_goes_on_from_its_prompt(prompt, response, goes_on):
    assert continuation(prompt, response) == goes_on


def test_a_trace_has_the_form_that_its_prompt_asks_for(tmp_path):
    """Under a template that opens the thinking part the learner gets no second ``<think>``, and the judge sees none."""
    task = f"{ids(1)[0]}?template=guru"
    rows = [{"task_id": task, "response": f"<think>\nbecause\n</think>\n<answer>{gold(task)}</answer>"}]
    config = config_of(
        environments=[{"id": "test/echo-v0", "template": "guru"}],
        rollout={"groups": 1, "group_size": 2, "traces": "given.jsonl", "max_new_tokens": 99},
        learner={"off_policy": "shaped"},
    )
    dialogue = Dialogue(load_policy("tiny-random")[1], chat=False)
    with closing(Mixture(config.environments, 1, 2, "train", 0, traced=[task])) as mixture:
        engine = FakeWorld([0.0], 1, 2)
        engine.chances = dict.fromkeys(range(300), 0.0)  # type: ignore[assignment]
        batch = collect(config, engine, dialogue, mixture, 0, Sources(Traces(rows)))  # type: ignore[arg-type]
    trace = batch.scored[0]
    assert trace.rollout.off_policy
    assert trace.text == f"\nbecause\n</think>\n<answer>{gold(task)}</answer>"
    assert dialogue.text(trace.rollout.completion_ids) == trace.text
    end = dialogue.tokenizer.eos_token_id
    assert [place for place, token in enumerate(trace.rollout.completion_ids, 1) if token == end] == [
        len(trace.rollout.completion_ids)
    ], "who learns from it learns to stop"
    assert (trace.correct, trace.format_ok) == (True, True)


def test_traces_without_a_use_are_refused():
    config_of(rollout={"traces": "given.jsonl"}, warm_start={"steps": 1})
    with pytest.raises(InvalidValueError, match=r"learner\.off_policy is 'none'"):
        config_of(rollout={"traces": "given.jsonl"})
    with pytest.raises(InvalidValueError, match="policy's own"):
        config_of(rollout={"traces_each": 4})


def test_a_curriculum_has_no_say_over_tasks_from_files():
    from_list = {"environments": [{"id": "guru/zebra-v0", "tasks": "ids.jsonl"}]}
    from_traces = {"rollout": {"traces": "traces.jsonl"}, "learner": {"off_policy": "sft"}}
    for more in (from_list, from_traces):
        with pytest.raises(InvalidValueError, match="curriculum"):
            config_of(curriculum={"kind": "adaptive"}, **more)
