"""Lines of responses priced by environments that are not deductive."""

import gymnasium
import pytest

import guru_envs
from guru_envs import registry
from guru_envs.errors import InvalidValueError
from guru_envs.review import review

ARROWS = {"step": 0.5, "false_step": -0.5}


@pytest.mark.parametrize("env_id", ["countdown", "math", "science", "tables", "codeio"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_oracle_earns_every_step(env_id, lang):
    env = gymnasium.make(f"guru/{env_id}-v0", level=3, reward=ARROWS, lang=lang)
    for seed in range(5):
        env.reset(seed=seed)
        _, reward, *_, info = env.step(env.unwrapped.oracle())
        assert info["correct"]
        assert info["first_false"] == 0
        assert info["progress"] == pytest.approx(1)
        assert reward == pytest.approx(1.5)
        assert sum(rise for _, rise in info["gains"]) == pytest.approx(1)


def test_a_wrong_line_ends_what_is_earned():
    env = gymnasium.make("guru/countdown-v0", level=5, reward=ARROWS)
    env.reset(seed=0)
    oracle = env.unwrapped.oracle().split("\n")
    response = "\n".join([oracle[0], "1 + 1 = 3", *oracle[1:]])
    _, reward, *_, info = env.step(response)
    assert info["correct"]
    assert info["first_false"] == 2
    assert 0 < info["progress"] < 1
    assert reward == pytest.approx(1 + 0.5 * info["progress"] - 0.5)
    (first, rise), (last, nothing) = info["gains"]
    assert response[:first] == oracle[0]
    assert response[:last].endswith("1 + 1 = 3")
    assert nothing == 0
    assert rise == pytest.approx(info["progress"])


@pytest.mark.parametrize("env_id", ["countdown", "math", "codeio"])
def test_hints_earn_nothing(env_id):
    source = registry.make_source(f"guru/{env_id}-v0", level=4)
    for seed in range(6):
        posed = source.pose(f"guru/{env_id}-v0/train/4/{seed}?hints=1")
        steps = [step.statement for step in source.domain.solve(posed.task).steps]
        if len(steps) < 3:
            continue
        assert steps[0] in posed.prompt
        assert review(source, posed, steps[0]).progress == 0
        assert review(source, posed, "\n".join(steps)).progress == pytest.approx(1)


def test_mixtures_judge_lines_where_all_their_parts_do():
    row = guru_envs.mixture("test/lines-v0", {"guru/zebra-v0": 1, "guru/countdown-v0": 1, "guru/tables-v0": 1})
    guru_envs.register(row)
    env, seen = gymnasium.make("test/lines-v0", reward=ARROWS), set()
    for seed in range(12):
        _, info = env.reset(seed=seed)
        seen.add(info["task_id"].split("/")[1])
        *_, info = env.step(env.unwrapped.oracle())
        assert info["progress"] == pytest.approx(1)
        assert info["correct"]
    assert len(seen) == 3
    guru_envs.register(guru_envs.mixture("test/nolines-v0", {"guru/zebra-v0": 1, "guru/code-v0": 1}))
    with pytest.raises(InvalidValueError, match="does not judge single lines"):
        gymnasium.make("test/nolines-v0", reward=ARROWS)


def test_vector_environments_judge_lines():
    envs = gymnasium.make_vec("guru/codeio-v0", num_envs=3, level=4, reward=ARROWS)
    _, infos = envs.reset(seed=1)
    responses = [guru_envs.oracle(task_id) for task_id in infos["task_id"]]
    responses[1] = "nothing"
    _, rewards, *_, infos = envs.step(responses)
    infos = infos["final_info"]
    assert infos["progress"].tolist() == pytest.approx([1, 0, 1])
    assert rewards.tolist() == pytest.approx([1.5, 0, 1.5])
