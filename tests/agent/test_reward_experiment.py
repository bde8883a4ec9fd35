"""The experiment ``rewards``: its arms are the study's rewards (arXiv 2507.17512, section 7), for every environment."""

from __future__ import annotations

import pytest
from guru_grpo.config import EnvironmentConfig
from guru_grpo.experiments import plan

import guru_envs
from guru_envs.reward import RewardRule
from guru_envs.task import Outcome, Verdict

BLANKS = 5
# What N_c right blanks of N are worth, in the form that is asked for; r_fmt is 0.1.
STUDY = {
    "knights": {
        "binary": lambda right: float(right == BLANKS),
        "partial": lambda right: right / BLANKS,
        "format": lambda right: float(right == BLANKS) + 0.1,
        "rescaled": lambda right: 1.0 if right == BLANKS else -1.0,
    },
    "zebra": {
        "binary": lambda right: float(right == BLANKS),
        "partial": lambda right: right / BLANKS,
        "format": lambda right: right / BLANKS + 0.1,
        "rescaled": lambda right: 2 * (right / BLANKS - 0.5),
    },
}


@pytest.fixture(scope="module")
def large() -> plan.Plan:
    return plan.make("rewards", "large", seeds=(0,))


def rows_of(made: plan.Plan) -> dict[str, EnvironmentConfig]:
    """What each arm but the untouched model is trained on."""
    return {arm.name: arm.config.environments[0] for arm in made.arms if arm.trains}


def verdict_of(right: int) -> Verdict:
    if right == BLANKS:
        return Verdict(Outcome.CORRECT, 1.0, format_ok=True)
    return Verdict(Outcome.WRONG, right / BLANKS, format_ok=True)


@pytest.mark.parametrize(("name", "like"), [("knights", "knights"), ("zebra", "zebra"), ("logic_grid", "zebra")])
def test_the_arms_are_the_studys_rewards(large, name, like):
    rows = rows_of(large)
    for kind, worth in STUDY[like].items():
        row = rows[f"{name} {kind}"]
        rule = RewardRule.from_mapping(row.numbers, row.id)
        found = [rule.price(verdict_of(right)) for right in range(BLANKS + 1)]
        assert found == pytest.approx([worth(right) for right in range(BLANKS + 1)]), kind
        # What cannot be read is worth what nothing right is, without the form.
        none = rule.price(Verdict(Outcome.NO_ANSWER, 0.0, format_ok=False))
        assert none == pytest.approx(worth(0) - 0.1 * (kind == "format"))


def test_the_small_size_compares_the_studys_rewards_in_each_domain():
    small = plan.make("rewards", "small")
    rows = {name: row for name, row in rows_of(small).items() if not name.endswith("warm")}
    assert {guru_envs.spec(row.id).family for row in rows.values()} == {spec.family for spec in guru_envs.rows()}
    styles: dict[str, dict[str, str]] = {}
    for name, row in rows.items():
        domain, kind = name.rsplit(" ", 1)
        styles.setdefault(domain, {})[kind] = row.style
    credited = {"binary": "binary", "partial": "proportional"}
    always = {"binary": "binary", "format": "binary+format"}
    assert styles["sudoku"] == credited | {"format": "proportional+format"}
    assert styles.pop("knights") == always | {"process": "binary"}
    assert styles.pop("code") == credited | always
    del styles["sudoku"]
    assert set(map(str, styles.values())) == {str(always)}
    for arm in small.arms:  # each reward is measured on the same tasks, and from the same start
        assert not arm.start or arm.start == f"{arm.name.split()[0]} warm"
        assert arm.name == "untouched" or [test.name for test in arm.tests] == [arm.name.split()[0]]


def test_every_environment_of_the_six_domains_is_in_it(large):
    """But for mixtures, variants of code and judging, and countdown, whose credit is never partial."""
    left_out = {"logic-mixture", "code-repair", "code-tests", "judging", "countdown"}
    known = {f"guru/{name}-v0" for name in left_out}
    trained = {row.id for row in rows_of(large).values()}
    assert trained | known == {row.id for row in guru_envs.rows() if row.id.startswith("guru/")}
    assert not trained & known


def test_every_environment_has_the_arms_that_can_differ(large):
    arms: dict[str, set[str]] = {}
    for name in rows_of(large):
        domain, kind = name.rsplit(" ", 1)
        arms.setdefault(domain, set()).add(kind)
    always = {"binary", "format", "rescaled", "brevity"}
    assert all(kinds >= always for kinds in arms.values())
    steps = {domain for domain, kinds in arms.items() if "process" in kinds}
    assert steps == {"knights", "zebra", "logic_grid", "sudoku", "ordering", "propositional", "graph"}
    assert {domain for domain, kinds in arms.items() if "partial" in kinds} == steps | {"arc", "code"}
    assert arms["science"] == always | {"judge"}


def test_the_price_on_length_and_the_judge_are_set(large):
    by_name = {arm.name: arm.config for arm in large.arms}
    assert by_name["zebra brevity"].shaping.brevity == "relative"
    assert by_name["zebra binary"].shaping.brevity == "none"
    assert (by_name["science judge"].judge.kind, by_name["science binary"].judge.kind) == ("local", "none")
