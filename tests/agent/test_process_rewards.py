"""What steps of a response earn: where it is paid, advantages in closed form, and a run that learns from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: E402, F401 - registers its environments
from agent.test_collect import config_of  # noqa: E402
from agent.test_critic import PPO  # noqa: E402
from agent.test_learner import SETTINGS, rollouts_of, tiny_llama  # noqa: E402
from agent.test_loop import QUICK, run  # noqa: E402
from guru_grpo.advantages import group_advantages  # noqa: E402
from guru_grpo.collect import collect  # noqa: E402
from guru_grpo.config import EnvironmentConfig  # noqa: E402
from guru_grpo.engine import Completion  # noqa: E402
from guru_grpo.learner import Learner  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402
from guru_grpo.mixture import Mixture  # noqa: E402
from guru_grpo.pricing import payments, price  # noqa: E402
from guru_grpo.process import place_steps, step_advantages  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402


def rollout(steps: tuple[tuple[int, float], ...], length: int = 6, group: int = 0, reward: float = 0.0) -> Rollout:
    total = sum(worth for _, worth in steps) if steps else reward
    return Rollout([9], [1] * length, [-1.0] * length, group, total, False, True, steps=steps)


def test_steps_are_placed_at_the_token_that_ends_them_and_sum_to_the_reward():
    pieces = ["ab", "c\n", "", "def", "\ngh"]
    texts = ["".join(pieces[:count]) for count in range(len(pieces) + 1)]
    placed = place_steps([(3, 0.25), (7, 0.5)], 1.0, 5, texts.__getitem__)
    assert placed == ((2, 0.25), (4, 0.5), (5, 0.25))
    assert place_steps([(3, 0.25), (4, 0.5)], 1.0, 5, texts.__getitem__) == ((2, 0.75), (5, 0.25))  # in one token
    assert place_steps([(10, 0.5)], 0.5, 5, texts.__getitem__) == ((5, 0.5),)  # at the very end
    assert place_steps([(3, 0.25), (7, -0.5)], -0.25, 5, texts.__getitem__) == ((2, 0.25), (4, -0.5), (5, 0.0))
    assert place_steps([], 1.0, 5, texts.__getitem__) == ()


def test_process_supervision_in_closed_form():
    """Step rewards 1, 0 | 0.5, 1 | 0: standardised over the group, then summed from each token on."""
    group = [rollout(((2, 1.0), (6, 0.0))), rollout(((3, 0.5), (6, 1.0))), rollout((), reward=0.0)]
    values = torch.tensor([1.0, 0.0, 0.5, 1.0, 0.0], dtype=torch.float64)
    one, two, three, four, five = ((values - values.mean()) / (values.std() + 1e-6)).tolist()
    found = step_advantages(group, [True] * 3)
    assert found[0] == pytest.approx([one + two] * 2 + [two] * 4)
    assert found[1] == pytest.approx([three + four] * 3 + [four] * 3)
    assert found[2] == pytest.approx([five] * 6)
    least = step_advantages(group, [True] * 3, least=True)
    assert least[0] == pytest.approx([two] * 6)  # the bad end is not made up for by the good beginning
    assert least[1] == pytest.approx([three] * 3 + [four] * 3)


def test_without_steps_process_supervision_is_grpo():
    rewards, groups = [1.0, 0.0, 0.3, 2.0, 2.0, 5.0], [0, 0, 0, 1, 1, 2]
    rollouts = [rollout((), 3, group, reward) for reward, group in zip(rewards, groups, strict=True)]
    expected = group_advantages(torch.tensor(rewards, dtype=torch.float64), torch.tensor(groups)).tolist()
    for least in (False, True):
        found = step_advantages(rollouts, [True] * 6, least)
        assert [row[0] for row in found] == pytest.approx(expected, abs=1e-9)
        assert all(set(row) == {row[0]} for row in found)


def test_what_does_not_count_is_in_no_mean():
    group = [rollout(((2, 1.0), (6, 0.0))), rollout(((3, 0.5), (6, 1.0))), rollout((), reward=9.0)]
    found = step_advantages(group, [True, True, False])
    assert found[2] == [0.0] * 6
    assert found[:2] == step_advantages(group[:2], [True] * 2)
    other = step_advantages([*group[:2], rollout((), 6, 1, 7.0), rollout((), 0)], [True] * 4)
    assert other[2] == [0.0] * 6  # groups do not mix
    assert other[3] == []


# -- from the environments ---------------------------------------------------------------------------------------------


class Speaker:
    """An engine that says given texts, a token a character; a dialogue too."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def prompt(self, text: str) -> list[int]:
        return [1]

    def text(self, ids: list[int]) -> str:
        return "".join(map(chr, ids))

    def generate(self, prompts: list[list[int]], sampling: object) -> list[list[Completion]]:
        return [[Completion(text, [*map(ord, text)], [-1.0] * len(text), True) for text in self.texts]]


def proof() -> tuple[Mixture, list[str], str]:
    """A task of five switches: its facts in the order of the proof, and the line of the answer."""
    row = EnvironmentConfig("test/switches-v0", level=1, reward={"step": 0.5, "false_step": -0.2})
    mixture = Mixture([row], groups=1, group_size=4, split="train", seed=0)
    mixture.draw(0)
    lines = mixture.oracle()[0].splitlines()
    return Mixture([row], 1, 4, "train", 0), [one for one in lines if one.startswith("Switch")], lines[-1]


def rewarded(texts: list[str], mixture: Mixture, advantage: str = "steps", **shaping: object) -> list[Rollout]:
    world = Speaker(texts)
    rollout, engine = {"groups": 1, "max_new_tokens": 4000}, {"max_model_len": 8192}
    config = config_of(rollout=rollout, engine=engine, learner={"advantage": advantage}, shaping=shaping)
    return collect(config, world, world, mixture, 0).rollouts  # type: ignore[arg-type]


def test_facts_are_paid_where_they_end_and_saying_them_again_pays_nothing():
    mixture, facts, answer = proof()
    false = facts[1].replace(" on.", " off.") if " on." in facts[1] else facts[1].replace(" off.", " on.")
    texts = [
        "\n".join([*facts, answer]),
        "\n".join([*facts[:3], *facts[:3] * 9]),
        "\n".join([facts[0], false, *facts[1:]]),
        "no facts",
    ]
    full, padded, wrong, silent = rewarded(texts, mixture)
    ends = [len("\n".join(facts[: count + 1])) for count in range(5)]
    # The first fact is given away by its clue and settles nothing; the other four are a quarter each.
    assert [*full.steps] == [*((end, pytest.approx(0.125)) for end in ends[1:]), (len(texts[0]), pytest.approx(1.0))]
    assert [*padded.steps] == [*((end, pytest.approx(0.125)) for end in ends[1:3]), (len(texts[1]), pytest.approx(0.0))]
    assert [*wrong.steps] == [(len("\n".join([facts[0], false])), -0.2), (len(texts[2]), pytest.approx(0.0))]
    assert silent.steps == ()
    for one in (full, padded, wrong):
        assert sum(worth for _, worth in one.steps) == pytest.approx(one.reward)
    # Padding changes neither what a response earns nor the advantage of what stands before it.
    plain = replace(padded, completion_ids=padded.completion_ids[: ends[2]], steps=((ends[1], 0.125), (ends[2], 0.125)))
    assert padded.reward == pytest.approx(plain.reward)
    found = step_advantages([full, padded, wrong, silent], [True] * 4)
    again = rewarded([texts[0], texts[1] + "\n" + "\n".join(facts[:3] * 9), *texts[2:]], proof()[0])
    assert step_advantages(again, [True] * 4)[1][: ends[2]] == found[1][: ends[2]]


@pytest.mark.parametrize("name", ["countdown", "codeio", "math", "science", "tables"])
def test_lines_of_domains_that_are_not_deductive_are_paid_where_they_end(name):
    row = EnvironmentConfig(f"guru/{name}-v0", level=4, reward={"step": 0.5, "false_step": -0.2})
    mixture = Mixture([row], 1, 2, "train", 0)
    mixture.draw(0)
    oracle = mixture.oracle()[0]
    right, cut = rewarded([oracle, oracle.split("\n")[0]], Mixture([row], 1, 2, "train", 0))
    *steps, (end, rest) = right.steps
    assert steps
    assert all(oracle[at] == "\n" for at, _ in steps), "each ends with a line"
    assert sum(worth for _, worth in steps) == pytest.approx(0.5)
    assert (end, rest) == (len(oracle), pytest.approx(1.0))
    assert right.reward == pytest.approx(1.5)
    assert cut.reward == pytest.approx(sum(worth for _, worth in cut.steps))


def test_as_a_potential_steps_say_where_and_not_how_much():
    mixture, facts, answer = proof()
    texts = ["\n".join([*facts, answer]), "\n".join(facts[:3]), "no facts", answer]
    plain = rewarded(texts, mixture)
    shaped = rewarded(texts, proof()[0], potential=True)
    assert [one.reward for one in plain] == pytest.approx([1.5, 0.25, 0.0, 1.0])
    assert [one.reward for one in shaped] == pytest.approx([1.0, 0.0, 0.0, 1.0])  # it telescopes
    assert [end for end, _ in shaped[0].steps] == [end for end, _ in plain[0].steps]
    whole = rewarded(texts, proof()[0], advantage="group-std")  # looks at nothing but the reward
    assert [(one.reward, one.steps) for one in whole] == [(one.reward, ()) for one in plain]
    # What is still to come from a token on is the reward minus the potential there.
    paid = payments(shaped[:1], torch.zeros(1, len(texts[0]), dtype=torch.float64))[0]
    to_go = paid.flip(0).cumsum(0).flip(0)
    first, second = shaped[0].steps[:2]
    assert float(to_go[0]) == pytest.approx(1.0)
    assert float(to_go[first[0]]) == pytest.approx(1.0 - 0.125)
    assert float(to_go[second[0]]) == pytest.approx(1.0 - 0.25)


# -- learning ----------------------------------------------------------------------------------------------------------


def test_a_critics_returns_hold_what_steps_earn_after_a_token():
    rollouts = [replace(one, reward=1.0) for one in rollouts_of(tiny_llama(), groups=1, size=3)]
    lengths = [len(one.completion_ids) for one in rollouts]
    longest = max(range(3), key=lengths.__getitem__)
    rollouts[longest] = replace(rollouts[longest], steps=((2, 0.75), (lengths[longest], 0.25)))
    values = torch.zeros(3, max(lengths), dtype=torch.float64)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    _, returns = price(replace(PPO, gamma=1.0, lam=1.0), rollouts, torch.zeros_like(values), mask, values)
    assert returns is not None
    assert returns[longest].tolist() == pytest.approx([1.0, 1.0] + [0.25] * (lengths[longest] - 2))
    _, discounted = price(replace(PPO, gamma=0.9, lam=1.0), rollouts, torch.zeros_like(values), mask, values)
    assert discounted is not None
    assert float(discounted[longest][0]) == pytest.approx(0.9 * 0.75 + 0.9 ** (lengths[longest] - 1) * 0.25)


@pytest.mark.parametrize(("kind", "worth"), [("steps", 1.0), ("steps-min", -1.0)])
def test_good_steps_become_likelier_than_bad_ones_of_the_same_response(kind, worth):
    """A good step before a bad end; for the least of what follows a bad step before a good end."""
    model = tiny_llama()
    rollouts = [one for one in rollouts_of(model, groups=1, size=6) if len(one.completion_ids) > 4][:2]
    first = replace(rollouts[0], reward=0.0, steps=((2, worth), (len(rollouts[0].completion_ids), -worth)))
    learner = Learner(model, replace(SETTINGS, advantage=kind, lr=1e-3))
    prices = learner.advantages([first, rollouts[1]])
    assert (prices[0][0] - prices[0][2]) * worth > 0  # type: ignore[index]
    for _ in range(4):
        learner.learn([first, rollouts[1]])
    after = learner.logprobs(learner.policy, [first, rollouts[1]], [[0, 1]])[0, : len(first.logprobs)]
    change = after - torch.tensor(first.logprobs)
    assert float(change[2:].mean()) * worth < 0
    assert float(change[:2].mean() - change[2:].mean()) * worth > 0


def test_a_run_with_process_supervision_goes_on_where_it_was_stopped(run_file, tmp_path):
    row = "environments=[{id='test/switches-v0', reward={step=0.5, false_step=-0.1}}]"
    options = [*QUICK, row, "evaluate.tasks=0", "learner.advantage=steps", "shaping.potential=true"]
    options += ["replay.kind=groups", "learner.replay_loss=shaped", "train.checkpoint_every=1"]
    run(run_file, *options, "train.steps=2")
    run(run_file, *options)
    assert len(read_rows(tmp_path / "run" / "metrics.jsonl")) == 3
