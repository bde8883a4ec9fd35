"""Mode "steps", the review of stated facts, hints and twins, on a domain whose rewards are known in closed form."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import re

import domains_for_tests  # noqa: F401 - registers the rows
import gymnasium
import numpy as np
import pytest
from pysat.solvers import Solver

import guru_envs
from guru_envs import registry
from guru_envs.deduction import fair_price
from guru_envs.errors import InvalidValueError, UnknownNameError
from guru_envs.review import MAX_FACTS
from guru_envs.theory import Deduction, Status, Theory, check_proof

SWITCHES = "test/switches-v0"  # five switches; the first is given away by clue 1, so each other one settles a quarter


def facts_of(task_id):
    domain, task = registry.source_of(task_id)[0].domain, registry.task(task_id)
    return [step.statement for step in domain.solve(task).steps]


def negated(fact):
    return fact.replace(" on.", " off.") if " on." in fact else fact.replace(" off.", " on.")


def steps_env(**options):
    env = gymnasium.make(SWITCHES, mode="steps", **options)
    prompt, info = env.reset(seed=3)
    return env, prompt, info, facts_of(info["task_id"])


def test_each_fact_earns_what_it_settles_and_the_episode_ends_when_all_is():
    env, prompt, info, facts = steps_env()
    assert 'A fact is written like "Switch 1 is on."' in prompt
    assert info["task_id"].endswith("?mode=steps")
    rewards = []
    for number, fact in enumerate(facts[1:], 1):
        _, reward, terminated, truncated, info = env.step(f"I think <answer>{fact}</answer>")
        rewards.append(reward)
        assert not truncated
        assert terminated == (number == 4)
        assert info["credit"] == pytest.approx(number / 4)
    assert rewards == pytest.approx([0.25] * 4)
    assert info["correct"]


def test_facts_that_earn_nothing():
    env, _, _, facts = steps_env(reward={"wrong": -0.5, "no_answer": -0.1})
    opposite = negated(facts[1])
    for text, reward, word in (
        (facts[0], 0.0, "established already"),  # a clue says so by itself
        (facts[2], 0.0, "not follow yet"),  # needs two clues
        (opposite, -0.5, "false"),
        ("Switch one is on", -0.1, "no fact"),
        (facts[1], 0.25, "follows"),
        (facts[1], 0.0, "established already"),
    ):
        observation, earned, terminated, _, info = env.step(f"<answer>{text}</answer>")
        assert (earned, terminated) == (reward, False)
        assert word in observation
        assert info["outcome"] in ("wrong", "no_answer")
    _, earned, *_ = env.step("no tags")
    assert earned == -0.1


def test_the_oracle_gives_the_next_fact_and_a_turn_limit_ends_the_episode():
    env, *_ = steps_env()
    total = 0.0
    for _ in range(4):
        _, reward, terminated, _, _ = env.step(env.unwrapped.oracle())
        total += reward
    assert terminated
    assert total == pytest.approx(1.0)
    env = gymnasium.make(SWITCHES, mode="steps", max_turns=2)
    env.reset(seed=3)
    assert [env.step("")[2] for _ in range(2)] == [False, True]


def test_hints_are_given_away_and_earn_nothing():
    env, prompt, info, facts = steps_env(hints=3)
    assert f"3. {facts[2]}" in prompt
    assert facts[3] not in prompt
    assert info["task_id"].endswith("?hints=3&mode=steps")
    _, reward, *_ = env.step(f"<answer>{facts[2]}</answer>")
    assert reward == 0.0
    _, reward, *_ = env.step(f"<answer>{facts[3]}</answer>")
    assert reward == pytest.approx(0.5)  # two are left
    plain = gymnasium.make(SWITCHES)
    assert f"2. {facts[1]}" in plain.reset(seed=3, options={"hints": 2})[0]
    assert facts[1] not in plain.reset(seed=3)[0]
    envs = gymnasium.make_vec(SWITCHES, num_envs=2)
    assert all("\n2. Switch 2 is" in one for one in envs.reset(seed=3, options={"hints": 2})[0])


def test_vector_environments_keep_each_members_facts_and_go_on_from_a_saved_state():
    def make():
        return gymnasium.make_vec(SWITCHES, num_envs=4, group_size=2, mode="steps")

    envs = make()
    _, infos = envs.reset(seed=5)
    facts = [facts_of(task_id) for task_id in infos["task_id"]]
    _, rewards, ends, _, _ = envs.step([f"<answer>{facts[i][1]}</answer>" if i % 2 else "" for i in range(4)])
    np.testing.assert_allclose(rewards, [0, 0.25, 0, 0.25])
    assert not ends.any()
    state = json.loads(json.dumps(envs.unwrapped.state_dict()))
    again = make()
    again.unwrapped.load_state_dict(state)
    actions = [f"<answer>{facts[i][2]}</answer>" for i in range(4)]
    for one in (envs, again):  # the second fact follows only where the first was established
        np.testing.assert_allclose(one.step(actions)[1], [0, 0.25, 0, 0.25])
    for _ in range(2):
        _, rewards, ends, _, infos = envs.step(envs.unwrapped.call("oracle"))
    assert ends.tolist() == [False, True, False, True]
    assert infos["final_info"]["correct"].tolist() == [False, True, False, True]
    for _ in range(2):
        _, rewards, ends, _, _ = envs.step(envs.unwrapped.call("oracle"))
    assert ends.tolist() == [True, False, True, False]


def test_stated_facts_are_priced_up_to_the_first_false_one():
    env = gymnasium.make(SWITCHES, reward={"step": 0.4, "false_step": -0.2})
    _, info = env.reset(seed=3)
    assert (info["facts"], info["first_false"], info["progress"]) == (0, 0, 0.0)
    facts = facts_of(info["task_id"])
    wrong = [negated(one) for one in facts]
    for lines, answer, reward, expected in (
        (facts[:3], "?", 0.4 * 2 / 4, (3, 0, 0.5)),
        ([facts[1], wrong[2], facts[2]], "?", 0.4 / 4 - 0.2, (2, 2, 0.25)),
        (facts, registry.task(info["task_id"]).gold, 1.4, (5, 0, 1.0)),
        ([f for pair in zip(wrong, facts, strict=True) for f in pair], "?", -0.2, (1, 1, 0.0)),
        ([facts[2], facts[1], facts[0]], "?", 0.1, (3, 0, 0.25)),  # the first did not follow yet
        ([], "?", 0.0, (0, 0, 0.0)),
    ):
        env.reset(options={"task_id": info["task_id"]})
        _, earned, _, _, end = env.step("\n".join([*lines, f"<answer>{answer}</answer>"]))
        assert earned == pytest.approx(reward)
        assert (end["facts"], end["first_false"], end["progress"]) == pytest.approx(expected)
        # each fact that settles something stands where its line ends, and all together are worth what the steps earn
        text = "\n".join([*lines, f"<answer>{answer}</answer>"])
        priced = env.unwrapped.play.rule.price_each(end["first_false"], end["gains"])
        assert sum(worth for _, worth in priced) == pytest.approx(reward - (answer != "?"))
        assert all(text[:place].rpartition("\n")[2] in lines for place, _ in priced)
        assert [worth < 0 for _, worth in priced] == [False] * (len(priced) - 1) + [end["first_false"] > 0] * bool(
            priced
        )


def test_stated_facts_in_a_vector_environment():
    envs = gymnasium.make_vec(SWITCHES, num_envs=2, reward={"step": 0.4, "false_step": -0.2})
    _, infos = envs.reset(seed=1)
    facts = [facts_of(task_id) for task_id in infos["task_id"]]
    _, rewards, _, _, infos = envs.step(["\n".join(facts[0][:2]), envs.unwrapped.call("oracle")[1]])
    np.testing.assert_allclose(rewards, [0.1, 1.4])
    assert infos["final_info"]["progress"].tolist() == [0.25, 1.0]
    assert infos["progress"].tolist() == [0.0, 0.0]


def test_a_flood_of_facts_is_judged_in_bounded_work():
    env = gymnasium.make(SWITCHES, level=2, reward={"step": 1.0})
    env.reset(seed=1)
    *_, info = env.step("Switch 1 is on or off.\nSwitch 7 is of\n" + "\n".join(["Switch 0003 is on."] * 10**5))
    assert info["facts"] <= MAX_FACTS


def test_the_proof_of_the_oracle_is_checked():
    domain, task = registry.source_of(f"{SWITCHES}/train/2/1")[0].domain, registry.task(f"{SWITCHES}/train/2/1")
    assert check_proof(domain.theory(task), domain.solve(task), lambda fact: domain.clauses(task, fact)) == ""


def test_twins_have_addresses():
    assert str(guru_envs.twin(f"{SWITCHES}/train/2/7")) == f"{SWITCHES}/train/2/7?twin=reworded"
    assert (
        guru_envs.twin(f"{SWITCHES}/train/2/7?format=boxed&hints=2", "edited").options
        == "format=boxed&hints=2&twin=edited"
    )
    with pytest.raises(InvalidValueError, match="no such twins"):
        guru_envs.twin("test/echo-v0/train/1/1")
    for kind, same in (("reworded", True), ("edited", False)):
        task_id = f"{SWITCHES}/train/2/7"
        twin = f"{task_id}?twin={kind}"
        assert (registry.task(task_id).canonical == registry.task(twin).canonical) is same
        assert registry.prompt(task_id) != registry.prompt(twin)
        assert registry.verify(twin, registry.oracle(twin)).correct
        assert gymnasium.make(SWITCHES, twin=kind).reset(options={"task_id": twin})[0] == registry.prompt(twin)


@pytest.mark.parametrize(
    ("env_id", "options", "error", "words"),
    [
        ("test/echo-v0", {"mode": "steps"}, InvalidValueError, "does not judge single statements"),
        ("test/echo-v0", {"twin": "edited"}, InvalidValueError, "makes no such twins"),
        ("test/echo-v0", {"reward": {"step": 1.0}}, InvalidValueError, "does not judge single lines"),
        (SWITCHES, {"mode": "step"}, UnknownNameError, "steps"),
        (SWITCHES, {"twin": "rewordd"}, UnknownNameError, "reworded"),
        (SWITCHES, {"hints": -1}, InvalidValueError, "0 to"),
        (SWITCHES, {"mode": "steps", "reward": {"step": 1.0}}, InvalidValueError, "in mode 'steps'"),
    ],
)
def test_wrong_options(env_id, options, error, words):
    with pytest.raises(error, match=words):
        gymnasium.make(env_id, **options)


def test_a_task_of_another_mode_is_refused():
    env = gymnasium.make(SWITCHES)
    with pytest.raises(InvalidValueError, match="mode='steps'"):
        env.reset(options={"task_id": f"{SWITCHES}/train/1/1?mode=steps"})
    envs = gymnasium.make_vec(SWITCHES, num_envs=1)
    with pytest.raises(InvalidValueError, match="mode='steps'"):
        envs.reset(options={"task_ids": [f"{SWITCHES}/train/1/1?mode=steps"]})


def test_puzzles_that_may_have_no_solution_are_not_deduced_fact_by_fact():
    env = gymnasium.make("guru/zebra-v0", mode="steps", level=2, abstain=True)
    with pytest.raises(InvalidValueError, match="abstain"):
        env.reset(seed=0)


def test_writing_the_rules_as_conditions_earns_nothing():
    """All that peers exclude, cell by cell, without a look at the givens: a SAT solver could go on from there, a policy must."""
    env = gymnasium.make("guru/sudoku-v0", level=3, mode="steps", max_turns=2000)
    env.reset(seed=0)
    total = 0.0
    for row in range(1, 5):
        for first, second in itertools.permutations(range(1, 5), 2):
            for digit in range(1, 5):
                fact = f"If r{row}c{first} is {digit}, then r{row}c{second} is not {digit}."
                _, reward, terminated, _, _ = env.step(f"<answer>{fact}</answer>")
                total += reward
                assert not terminated
    assert total == 0.0
    while not terminated:  # and honest conclusions are still worth the whole
        _, reward, terminated, _, _ = env.step(env.unwrapped.oracle())
        total += reward
    assert total == pytest.approx(1.0)


def test_what_follows_from_conditions_is_paid_when_it_is_stated():
    theory = Theory((), (((-1, 2),), ((1,),), ((-2, 3),)), (1, 2, 3))
    deduction = Deduction(theory)
    assert deduction.open_atoms == 2  # a clue gives atom 1 away
    assert deduction.state([(-1, 2)]) == (Status.ENTAILED, 0.0)
    assert deduction.open_atoms == 2
    assert deduction.state([(2,)]) == (Status.ENTAILED, 0.5)
    assert deduction.state([(2,)]) == (Status.KNOWN, 0.0)
    assert deduction.state([(3,)]) == (Status.ENTAILED, 0.5)
    assert deduction.progress == 1.0


def test_statements_that_the_clues_do_not_entail_cost_like_false_ones():
    theory = Theory((), (((-1, 2),), ((1,),), ((4, 5),)), (1, 2))
    assert Deduction(theory).state([(4,)]) == (Status.UNSUPPORTED, 0.0)
    env = gymnasium.make("guru/graph-v0", level=3, mode="steps")
    prompt, _ = env.reset(seed=1)
    statements = sorted(set(re.findall(r"\b[A-Z][a-z]+ is [a-z]+\b", prompt.split("It is to be shown")[0])))
    rewards, terminated = [], False
    while not terminated and len(rewards) < 200:  # all statements in turn, without reading a rule
        _, reward, terminated, _, _ = env.step(f"<answer>{statements[len(rewards) % len(statements)]}.</answer>")
        rewards.append(reward)
    assert sum(rewards) < 0


def test_a_false_fact_costs_what_the_size_of_the_puzzle_asks_for():
    env, _, info, facts = steps_env()
    task_id = info["task_id"]
    fair = -fair_price(16, 200)  # four switches are open
    assert env.step(f"<answer>{negated(facts[1])}</answer>")[1] == pytest.approx(fair) == pytest.approx(-1.5 * 16 / 15)
    assert env.step(f"<answer>{facts[1]}</answer>")[1] == 0.25
    assert env.step(f"<answer>{negated(facts[2])}</answer>")[1] == pytest.approx(fair), "as at the start"
    envs = gymnasium.make_vec(SWITCHES, num_envs=1, mode="steps", reward={"correct": 2.0}, max_turns=3)
    envs.reset(options={"task_ids": [task_id]})
    assert envs.step([f"<answer>{negated(facts[1])}</answer>"])[1] == pytest.approx([-2 * fair_price(16, 3)])


def least_false(solutions: int, turns: int) -> float:
    """The least number of "no", in the mean over equally likely solutions, until yes/no questions tell them apart."""
    best = {(1, left): 0.0 for left in range(turns + 1)}
    for left in range(turns + 1):
        for count in range(2, solutions + 1):
            options = [
                (no * (1 + best[no, left - 1]) + (count - no) * best[count - no, left - 1]) / count
                for no in range(1, count)
                if (no, left - 1) in best and (count - no, left - 1) in best
            ]
            if options:
                best[count, left] = min(options)
    return best[solutions, turns]


@pytest.mark.parametrize(
    ("arrangements", "turns"), [(2, 1), (2, 200), (3, 2), (4, 2), (6, 9), (8, 3), (8, 4), (16, 4), (16, 6), (20, 20)]
)
def test_the_fair_price_is_that_of_the_best_questions(arrangements, turns):
    assert fair_price(arrangements, turns) == pytest.approx(1.5 / least_false(arrangements, turns))


def test_fair_prices():
    assert fair_price(2, 200) == 3.0
    assert fair_price(128, 200) == pytest.approx(1.5 * 128 / 127)
    assert (
        fair_price(100, 3) == fair_price(8, 3) == pytest.approx(1.5 * 8 / 12)
    )  # no more can be found out in so few turns
    prices = [fair_price(2**count, 200) for count in range(1, 60)]
    assert prices == sorted(prices, reverse=True)
    assert prices[-1] > 0.05


@pytest.mark.parametrize(
    ("env_id", "levels"),
    [("guru/zebra-v0", 4), ("guru/knights-and-knaves-v0", 9), ("guru/ordering-v0", 4), ("guru/logic-grid-v0", 2)],
)
def test_arrangements_are_never_overestimated(env_id, levels):
    for level in range(1, levels + 1):
        source = registry.make_source(env_id, level=level)
        for seed in range(2):
            theory = source.domain.theory(source.draw(seed, level))
            deduction = Deduction(theory)
            claimed = min(deduction.arrangements(), 500)
            atoms = set(theory.atoms)
            with Solver("glucose4", bootstrap_with=[*theory.rules, *((one,) for one in deduction.start)]) as solver:
                count = 0
                while count < claimed + 1 and solver.solve():
                    solver.add_clause([-one for one in solver.get_model() if abs(one) in atoms])
                    count += 1
            assert count >= claimed
            assert count == claimed or claimed >= 256


def test_a_running_episode_can_be_copied_and_pickled():
    env, _, _, facts = steps_env()
    env.step(f"<answer>{facts[1]}</answer>")
    for other in (copy.deepcopy(env.unwrapped), pickle.loads(pickle.dumps(env.unwrapped))):
        assert other.step(f"<answer>{facts[2]}</answer>")[1] == pytest.approx(0.25)
    assert env.step(f"<answer>{facts[1]}</answer>")[1] == 0.0


def test_twins_of_a_mixture_are_those_of_its_parts():
    env = gymnasium.make("guru/logic-mixture-v0", level=3, twin="reworded")
    prompt, info = env.reset(seed=4)
    assert info["task_id"].endswith("?twin=reworded")
    assert registry.prompt(info["task_id"]) == prompt


def test_hints_never_leave_nothing_to_find():
    env = gymnasium.make(SWITCHES, mode="steps", hints=1000)
    prompt, _ = env.reset(seed=3)
    assert "4. Switch 4 is" in prompt
    assert "5. Switch 5 is" not in prompt
    assert env.step(env.unwrapped.oracle())[1:3] == (1.0, True)
    free = gymnasium.make(SWITCHES, hints=1000, reward={"step": 1.0, "correct": 0.0})
    _, info = free.reset(seed=3)
    facts = facts_of(info["task_id"])
    assert free.step("\n".join(facts[:4]))[1] == 0.0  # the hints, repeated
