"""Sources, environments, groups, pool and answer formats, on small domains with known behaviour."""

from __future__ import annotations

import copy
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import domains_for_tests  # noqa: F401 - registers the test environments
import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.answer import FORMATS, answer_format
from guru_envs.env import TextEnv
from guru_envs.pool import VerifierPool
from guru_envs.prompts import TEMPLATES
from guru_envs.registry import parse_row
from guru_envs.spaces import Unicode

ECHO, HANGING = "test/echo-v0", "test/hanging-v0"


def right(prompts):
    return tuple(f"<answer>{prompt.split()[1]}</answer>" for prompt in prompts)


# -- environment -------------------------------------------------------------------------------------------------------


def test_check_env_without_a_warning(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(ECHO).unwrapped)


def test_make_with_the_module_in_the_id():
    program = (
        "import gymnasium; print(gymnasium.make('guru_envs:guru/countdown-v0', level=2).reset(seed=1)[1]['task_id'])"
    )
    root = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("guru/countdown-v0/train/2/")


def test_import_is_light():
    program = "import sys, guru_envs; print(sorted({'torch', 'vllm', 'transformers', 'sympy', 'pysat', 'typer'} & set(sys.modules)))"
    root = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_gymnasium_wrappers():
    env = gymnasium.wrappers.TransformReward(
        gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.wrappers.TimeLimit(gymnasium.make(ECHO), 3)),
        lambda reward: 2 * reward,
    )
    prompt, _ = env.reset(seed=0)
    _, reward, terminated, _, info = env.step(right([prompt])[0])
    assert (reward, terminated, info["episode"]["r"]) == (2.0, True, 1.0)


def test_gymnasium_vector_environments():
    sync = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make(ECHO)] * 3)
    prompts, _ = sync.reset(seed=0)
    assert sync.step(right(prompts))[1].tolist() == [1.0] * 3
    apart = gymnasium.vector.AsyncVectorEnv([lambda: gymnasium.make(ECHO)] * 2, shared_memory=False)
    prompts, _ = apart.reset(seed=0)
    assert apart.step(right(prompts))[1].tolist() == [1.0] * 2
    apart.close()
    with pytest.raises(ValueError, match="shared_memory"):
        gymnasium.vector.AsyncVectorEnv([lambda: gymnasium.make(ECHO)] * 2)


def test_reset_options():
    env = TextEnv(ECHO, level=2)
    _, info = env.reset(options={"task_id": "test/echo-v0/test/1/5?lang=zh&template=r1"})
    assert info["task_id"] == "test/echo-v0/test/1/5?lang=zh&template=r1"
    assert (info["level"], info["split"]) == (1, "test")
    assert env.reset(seed=3, options={"level": 1})[1]["task_id"] != env.reset(seed=3)[1]["task_id"]
    assert env.reset(seed=3)[0] == env.reset(seed=3)[0]
    assert env.reset(options={"knobs": {"size": 5}})[1]["task_id"].startswith("test/echo-v0/train/size=5/")
    assert int(env.reset(options={"knobs": {"size": 5}})[0].split()[1]) < 5


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"levle": 1}, guru_envs.UnknownNameError, "level"),
        ({"level": 9}, guru_envs.InvalidValueError, "1 to 2"),
        ({"level": "1"}, guru_envs.InvalidValueError, "1 to 2"),
        ({"split": "tset"}, guru_envs.UnknownNameError, "test"),
        ({"knobs": {"siez": 3}}, guru_envs.UnknownNameError, "size"),
        ({"knobs": {"size": 1}}, guru_envs.InvalidValueError, "2 to 1000000000"),
        ({"knobs": {"size": "x"}}, guru_envs.InvalidValueError, "int"),
        ({"task_id": "test/echo-v0/train/x"}, guru_envs.InvalidValueError, "malformed"),
        ({"task_id": "test/hanging-v0/train/1/1"}, guru_envs.InvalidValueError, "test/hanging-v0"),
        ({"task_id": "test/echo-v0/train/7/1"}, guru_envs.InvalidValueError, "1 to 2"),
        ({"task_id": "test/echo-v0/train/1/1?lagn=zh"}, guru_envs.UnknownNameError, "lang"),
        ({"task_id": "test/echo-v0/train/1/1", "level": 1}, guru_envs.InvalidValueError, "task_id"),
    ],
)
def test_bad_reset_options(options, error, words):
    with pytest.raises(error, match=words):
        TextEnv(ECHO).reset(options=options)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"levl": 1}, "level"),
        ({"lang": "fr"}, "zh"),
        ({"template": "gru"}, "guru"),
        ({"answer_format": "tag"}, "tags"),
        ({"max_turns": 0}, "from 1"),
        ({"reward": {"corect": 1}}, "correct"),
        ({"reward": {"correct": float("nan")}}, "finite"),
        ({"loud": 1}, "bool"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(guru_envs.GuruError, match=words):
        gymnasium.make(ECHO, **arguments)


def test_order_of_calls_and_type_of_actions():
    env = TextEnv(ECHO)
    with pytest.raises(guru_envs.EpisodeOverError):
        env.step("x")
    env.reset(seed=0)
    with pytest.raises(guru_envs.InvalidValueError, match="string"):
        env.step(5)
    env.step("x")
    with pytest.raises(guru_envs.EpisodeOverError):
        env.step("x")


def test_turns_feedback_and_price():
    env = TextEnv(ECHO, max_turns=3, reward={"partial": 0.2, "format": 0.1})
    prompt, info = env.reset(seed=0)
    gold = prompt.split()[1]
    first = env.step("no tags")
    assert first[1:4] == (0.0, False, False)
    assert "2 left" in first[0]
    second = env.step("<answer>1</answer>")
    assert second[4]["outcome"] == "wrong"
    assert gold not in first[0] + second[0]
    last = env.step(f"<answer>{gold}</answer>")
    assert last[1:4] == (pytest.approx(1.1), True, False)
    assert set(info) == set(first[4]) == set(last[4])
    env.reset(seed=0)
    for _ in range(3):
        end = env.step("<answer>1</answer>")
    assert end[1:4] == (pytest.approx(0.2), True, False) or end[1] == pytest.approx(0.1 + 0.2 * 0.5)


def test_rendering():
    env = gymnasium.make(ECHO, render_mode="ansi")
    env.reset(seed=0)
    env.step("so \ud800 <answer>1</answer>")
    assert "Verdict: wrong" in env.render()


def test_unicode_space():
    space = Unicode(5)
    assert all(one in space for one in ("", "ü🧩\x00", "\ud800"))
    assert "x" * 6 not in space
    assert 5 not in space
    assert space == Unicode(5) == pickle.loads(pickle.dumps(space))
    assert all(len(space.sample()) <= 5 for _ in range(50))


# -- groups ------------------------------------------------------------------------------------------------------------


def vector(**options):
    return gymnasium.make_vec(ECHO, num_envs=6, group_size=3, **options).unwrapped


def test_same_step_groups():
    envs = vector()
    prompts, _ = envs.reset(seed=0)
    assert prompts[0] == prompts[1] == prompts[2] != prompts[3] == prompts[4] == prompts[5]
    responses = (*right(prompts[:1]), *["no"] * 5)
    following, rewards, terminated, faults, infos = envs.step(responses)
    assert rewards.tolist() == [1, 0, 0, 0, 0, 0]
    assert terminated.all()
    assert not faults.any()
    assert infos["final_info"]["outcome"].tolist() == ["correct"] + ["no_answer"] * 5
    assert infos["final_obs"][0] == "Correct."
    assert following[0] == following[2] != prompts[0]
    assert infos["outcome"].tolist() == [""] * 6


def test_next_step_and_disabled():
    envs = vector(autoreset_mode="NextStep")
    prompts, _ = envs.reset(seed=0)
    observations, _, terminated, _, _ = envs.step(right(prompts))
    assert set(observations) == {"Correct."}
    fresh, rewards, terminated, _, _ = envs.step(["ignored"] * 6)
    assert not rewards.any()
    assert not terminated.any()
    assert fresh[0] != prompts[0]
    envs = vector(autoreset_mode="Disabled")
    prompts, _ = envs.reset(seed=0)
    envs.step(right(prompts))
    with pytest.raises(guru_envs.EpisodeOverError, match="6 of 6"):
        envs.step(["x"] * 6)
    mask = np.array([True] * 3 + [False] * 3)
    again, _ = envs.reset(options={"reset_mask": mask})
    assert again[:3] == fresh[:3]
    assert again[3:] == prompts[3:]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_stream_is_independent_of_workers_and_of_saving(workers):
    def stream(envs, steps, prompts):
        seen = []
        for step in range(steps):
            responses = [one if (index + step) % 2 else "no" for index, one in enumerate(right(prompts))]
            _, rewards, terminated, _, infos = envs.step(responses)
            seen.append((tuple(infos["task_id"]), rewards.tolist(), terminated.tolist()))
            prompts = [guru_envs.prompt(task_id) for task_id in infos["task_id"]]
        return seen

    options = {"max_turns": 2, "workers": workers or None, "deadline": 30.0 if workers else None}
    reference = vector(max_turns=2)
    expected = stream(reference, 6, reference.reset(seed=7)[0])
    envs = vector(**options)
    prompts, _ = envs.reset(seed=7)
    start = stream(envs, 4, prompts)
    saved = json.loads(json.dumps(envs.state_dict()))
    envs.close()
    resumed = vector(**options)
    assert start + stream(resumed, 2, resumed.load_state_dict(saved)) == expected
    resumed.close()


def test_vector_bad_input():
    with pytest.raises(guru_envs.InvalidValueError, match="does not divide"):
        gymnasium.make_vec(ECHO, num_envs=6, group_size=4)
    with pytest.raises(guru_envs.UnknownNameError, match="SameStep"):
        vector(autoreset_mode="SameStpe")
    envs = vector()
    with pytest.raises(guru_envs.EpisodeOverError):
        envs.step(["x"] * 6)
    envs.reset(seed=0)
    with pytest.raises(guru_envs.InvalidValueError, match="6 actions"):
        envs.step(["x"] * 5)
    with pytest.raises(guru_envs.InvalidValueError, match="lacks"):
        envs.load_state_dict({"version": 1})
    with pytest.raises(guru_envs.InvalidValueError, match="num_envs"):
        envs.load_state_dict(gymnasium.make_vec(ECHO, num_envs=2).unwrapped.state_dict())


def test_levels_and_task_ids_per_group():
    envs = vector()
    _, infos = envs.reset(options={"level": [1, 2]})
    assert infos["level"].tolist() == [1, 1, 1, 2, 2, 2]
    ids = ["test/echo-v0/test/1/3", "test/echo-v0/test/2/4"]
    _, infos = envs.reset(options={"task_ids": ids})
    assert infos["task_id"].tolist() == [ids[0]] * 3 + [ids[1]] * 3


# -- pool --------------------------------------------------------------------------------------------------------------


def test_pool_faults_do_not_touch_the_others():
    envs = gymnasium.make_vec(HANGING, num_envs=6, autoreset_mode="Disabled").unwrapped
    prompts, _ = envs.reset(seed=0)
    answers = [prompts[0].split()[1], "hang", "die", "raise", "lie", prompts[5].split()[1]]
    _, _, terminated, faults, infos = envs.step([f"<answer>{answer}</answer>" for answer in answers])
    assert infos["outcome"].tolist() == ["correct", "fault", "fault", "fault", "fault", "correct"]
    assert faults.tolist() == [False, True, True, True, True, False]
    assert terminated.tolist() == [True, False, False, False, False, True]
    assert [detail.split(":")[0] for detail in infos["detail"][1:4]] == [
        "the deadline of 1 s passed",
        "the judging process died",
        "ValueError",
    ]
    envs.reset()
    assert envs.step(["x"] * 6)[4]["outcome"].tolist() == ["no_answer"] * 6
    envs.close()


def test_deadline_counts_from_execution_and_threads_share_a_pool():
    row = guru_envs.spec(HANGING)
    source = guru_envs.make_source(HANGING)
    posed = [source.pose(source.address(seed)) for seed in range(300)]
    pool = VerifierPool(row, 1, 1.0)
    found: list[list[str]] = []

    def work():
        found.append(
            [str(one.outcome) for one in pool.judge_many(posed, [f"<answer>{one.task.gold}</answer>" for one in posed])]
        )

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["correct"] * 300] * 3
    assert copy.deepcopy(pool).judge_many(posed[:1], ["<answer>hang</answer>"])[0].outcome == "fault"
    pool.close()


def test_no_orphan_after_the_parent_is_killed():
    program = (
        "import domains_for_tests, guru_envs, sys; from guru_envs.pool import VerifierPool\n"
        "s = guru_envs.make_source('test/hanging-v0'); p = s.pose(s.address(0)); "
        "pool = VerifierPool(guru_envs.spec(s.env_id), 1, 600.0)\n"
        "pool.judge_many([p], ['x']); print(pool._workers[0].process.pid, flush=True)\n"
        "pool.judge_many([p], ['<answer>hang</answer>'])"
    )
    root = Path(__file__).parent
    path = os.pathsep.join([str(root.parent), str(root)])
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + 15
    while Path(f"/proc/{worker}").exists() and time.monotonic() < limit:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()


# -- answers -----------------------------------------------------------------------------------------------------------

PARTS = st.lists(
    st.sampled_from(
        [
            "<answer>",
            "</answer>",
            "<think>",
            "</think>",
            "\\boxed{",
            "{",
            "}",
            "[",
            "]",
            '"',
            "```",
            "\n",
            "7",
            "x",
            "\ud800",
        ]
    )
)


@settings(max_examples=300, deadline=None)
@given(PARTS)
@pytest.mark.parametrize("name", FORMATS)
def test_any_response_is_read(name, parts):
    found = answer_format(name).parse("".join(parts))
    assert found.answer is None or found.answer.strip()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("piece", ["<answer>", "\\boxed{", "{", "[", '"', "```\n", "<think>", "a<", '{"a": ['])
def test_reading_takes_linear_time(name, piece):
    form = answer_format(name)
    start = time.process_time()
    form.parse(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 8


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_characters="<>\\{}`*", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1)
)
@pytest.mark.parametrize("name", ["tags", "boxed", "json", "code", "raw"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_wrapped_answers_come_back_under_every_template(name, template, text):
    source = guru_envs.make_source(ECHO, answer_format=name, template=template)
    answer, format_ok, _ = source.show.parse(source.show.respond("because", text))
    assert (answer, format_ok) == (text, True)


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("<answer>1</answer> <answer>2</answer>", None),
        ("<answer>1</answer> ... <ANSWER> 1 </ANSWER>", "1"),
        ("<answer>1 <answer>2</answer>", "2"),
        ("<answer>1</answer><answer>", "1"),
        ("<think><answer>1</answer></think>", None),
        ("<think>a</think>b</think><answer>2</answer>", "2"),
        ("**<answer>`7`</answer>**", "7"),
        ("<answer>\n```json\n[1]\n```\n</answer> done", "[1]"),
    ],
)
def test_tags(response, answer):
    assert answer_format("tags").extract(response) == answer


@pytest.mark.parametrize(
    ("name", "response", "answer"),
    [
        ("boxed", "so \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"),
        ("boxed", "\\boxed{1} \\boxed{2}", None),
        ("boxed", "\\boxed{1", None),
        ("json", 'Set {1, 2} first. {"a": [1, "}"]} ok', '{"a": [1, "}"]}'),
        ("json", "an open { brace, then\n```json\n[1,\n 2]\n```", "[1,\n 2]"),
        ("code", "```python\na = 1\n```\nprints\n```\n1\n```", "a = 1"),
        ("code", "```python\na = 1", None),
    ],
)
def test_other_formats(name, response, answer):
    assert answer_format(name).extract(response) == answer


# -- addresses ---------------------------------------------------------------------------------------------------------


@given(
    st.integers(0, 2**63 - 1),
    st.sampled_from(["train", "test"]),
    st.sampled_from(["1", "2", "size=77", "2,loud=true", "words=a+b"]),
)
@settings(max_examples=60, deadline=None)
def test_addresses_round_trip(seed, split, setting):
    task_id = guru_envs.TaskId(ECHO, split, setting, seed, "")
    assert guru_envs.TaskId.parse(str(task_id)) == task_id
    assert guru_envs.verify(str(task_id), guru_envs.oracle(str(task_id))).correct


def test_an_empty_split_is_a_clear_error():
    source = guru_envs.make_source("test/constant-v0")
    outcomes = []
    for split in ("train", "test"):
        try:
            outcomes.append(source.draw(0, split=split).gold)
        except guru_envs.ImpossibleTaskError as error:
            outcomes.append(str(error))
    assert sorted(map(len, outcomes))[0] == 3
    assert any("so few different problems" in outcome for outcome in outcomes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"familly": "logic"}, "family"),
        ({"family": "logics"}, "logic"),
        ({"id": "Guru/x"}, "guru/zebra-v0"),
        ({"guess_rate": [0.1]}, "each of the 2 levels"),
        ({"deadline": -1}, "deadline"),
        ({"reward": {"corect": 1}}, "correct"),
        ({"languages": ["fr"]}, "zh"),
        ({"domain": "nowhere"}, "package.module:Class"),
        ({"levels": []}, "levels"),
    ],
)
def test_registry_rows_are_checked(change, words):
    row = {
        "id": "a/b-v0",
        "domain": "a:B",
        "family": "logic",
        "summary": "",
        "levels": [{}, {"x": 1}],
        "guess_rate": [0.1, 0.1],
    }
    parse_row(row)
    with pytest.raises(guru_envs.RegistryError, match=words):
        parse_row(row | change)


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"style": "humn"}, "guru/zebra-v0: knob 'style' .*'humn'.*'minimal', 'human'.* Did you mean 'human'"),
        ({"houses": 99}, "guru/zebra-v0: knob 'houses' .*99.* 2 to 9"),
        ({"template": "r2"}, "'r2' for guru/zebra-v0. Did you mean 'r1'"),
        ({"answer_format": "tag"}, "'tag' for guru/zebra-v0. Did you mean 'tags'"),
        ({"answer_format": []}, "answer format \\[\\] for guru/zebra-v0"),
        ({"reward": 0}, "reward 0 for guru/zebra-v0"),
        ({"reward": {"correct": 10**400}}, "'correct' is 10+: a finite number"),
        ({"deadline": "x"}, "deadline 'x' for guru/zebra-v0"),
        ({"deadline": 0}, "deadline 0 for guru/zebra-v0"),
        ({"max_turns": 1.0}, "max_turns 1.0 for guru/zebra-v0"),
    ],
)
def test_wrong_options_are_named_with_what_is_allowed(options, said):
    with pytest.raises(guru_envs.GuruError, match=said):
        gymnasium.make("guru/zebra-v0", **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"group_sise": 2}, "'group_sise' for test/echo-v0. Did you mean 'group_size'"),
        ({"autoreset_mode": []}, "unknown autoreset_mode"),
        ({"group_size": 0}, "group_size 0 for test/echo-v0"),
    ],
)
def test_wrong_options_of_a_vector_environment_are_named(options, said):
    with pytest.raises(guru_envs.GuruError, match=said):
        gymnasium.make_vec(ECHO, num_envs=4, **options)


def test_numbers_of_numpy_count_as_whole_numbers():
    envs = gymnasium.make_vec(ECHO, num_envs=np.int64(4), group_size=np.int32(2), max_turns=np.int8(2))
    prompts, _ = envs.reset(seed=0, options={"level": np.array([1, 1])})
    assert len(prompts) == 4
    assert json.dumps(envs.state_dict())


@pytest.mark.parametrize("level", [["x", 1], [[], 1], [1, 1.7], [True, 1]], ids=str)
def test_levels_per_group_are_whole_numbers(level):
    envs = gymnasium.make_vec("guru/countdown-v0", num_envs=2)
    with pytest.raises(guru_envs.InvalidValueError, match="for guru/countdown-v0: allowed are 1 to"):
        envs.reset(seed=0, options={"level": level})


def test_a_level_of_thousands_of_digits_is_an_error_of_ours():
    with pytest.raises(guru_envs.InvalidValueError, match="allowed are 1 to"):
        guru_envs.task(f"guru/countdown-v0/train/{'9' * 5000}/1")


def test_nothing_is_drawn_before_the_first_reset():
    assert gymnasium.make_vec(ECHO, num_envs=2, render_mode="ansi").render() is None


@pytest.mark.parametrize("actions", [None, 5, iter("ab"), "ab", ["a"]])
def test_actions_that_are_no_row_of_strings(actions):
    envs = gymnasium.make_vec(ECHO, num_envs=2)
    envs.reset(seed=0)
    with pytest.raises(guru_envs.InvalidValueError, match="expected 2 actions"):
        envs.step(actions)


@pytest.mark.parametrize(
    "damage",
    [
        {"episodes": [1]},
        {"episodes": ["x"] * 4},
        {"turns": [0]},
        {"over": ["a"] * 4},
        {"settings": ["1"]},
        {"settings": ["zz", "1"]},
        {"settings": None},
        {"split": "tset"},
        {"tasks": ["a"] * 4},
        {"tasks": ["guru/zebra-v0/train/1/1"] * 4},
        {"tasks": None},
        {"np_random": {"bit_generator": "PCG64"}},
        {"np_random": 5},
        {"entropy": "x"},
        {"entropy": None},
        {"version": 0},
    ],
    ids=str,
)
def test_a_damaged_state_is_refused_and_changes_nothing(damage):
    envs = gymnasium.make_vec(ECHO, num_envs=4, group_size=2)
    envs.reset(seed=1)
    damaged = json.loads(json.dumps(envs.state_dict())) | damage
    envs.reset(seed=2)
    before = envs.state_dict()
    with pytest.raises(guru_envs.GuruError):
        envs.load_state_dict(damaged)
    assert envs.state_dict() == before


@pytest.mark.parametrize("state", [None, 5, [], "x"])
def test_a_state_is_a_mapping(state):
    with pytest.raises(guru_envs.InvalidValueError, match="is a mapping"):
        gymnasium.make_vec(ECHO, num_envs=4).load_state_dict(state)


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ('so {"answer": "3 + 4"}', "3 + 4"),
        ('{"answer": "\\u00e9 \\"x\\""}', 'é "x"'),
        ('{ "answer" : 42 }', "42"),
        ('{"answer": ""}', None),
        ('{"answer": 1, "more": 2}', '{"answer": 1, "more": 2}'),
        ('{"answer": 1, "answer": 2}', '{"answer": 1, "answer": 2}'),
        ('{"answer": [1]}', '{"answer": [1]}'),
        ('{"answer": "1"} {"answer": "2"}', None),
        ('{"answer": "1"} {"answer": 1}', "1"),
    ],
)
def test_text_as_json(response, answer):
    assert answer_format("json").extract(response) == answer


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_oracle_earns_the_maximum_in_every_form(template, name, lang):
    for row in guru_envs.rows():
        if not row.id.startswith("guru/") or lang not in row.languages or row.answer_format == "code":
            continue
        last = len(row.levels) if row.family == "simulation" else 1  # its proofs hold JSON
        source = guru_envs.make_source(row.id, level=last, template=template, answer_format=name, lang=lang)
        posed = source.pose(source.address(7))
        verdict = source.judge(posed.task, source.demonstrate(posed.task))
        assert (verdict.correct, verdict.format_ok) == (True, True), (row.id, verdict)
