"""The experiment ``rewards``: its arms are the study's rewards (arXiv 2507.17512, section 7), for every environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from guru_grpo.config import EnvironmentConfig
from guru_grpo.experiments import plan
from partly_right import partly_right

import guru_envs
from guru_envs.reward import RewardRule

# What an answer is worth of which a share is right, in the form that is asked for; r_fmt is 0.1.
STUDY: dict[str, dict[str, Callable[[float], float]]] = {
    "knights": {
        "binary": lambda share: float(share == 1),
        "partial": lambda share: share,
        "format": lambda share: float(share == 1) + 0.1,
        "rescaled": lambda share: 1.0 if share == 1 else -1.0,
    },
    "zebra": {
        "binary": lambda share: float(share == 1),
        "partial": lambda share: share,
        "format": lambda share: share + 0.1,
        "rescaled": lambda share: 2 * (share - 0.5),
    },
}


@pytest.fixture(scope="module")
def large() -> plan.Plan:
    return plan.make("rewards", "large", seeds=(0,))


def rows_of(made: plan.Plan) -> dict[str, EnvironmentConfig]:
    """What each arm but the untouched model is trained on."""
    return {arm.name: arm.config.environments[0] for arm in made.arms if arm.trains}


def problems(row: EnvironmentConfig) -> dict[str, Any]:
    """The knobs that decide what is posed: all but those of a level that the row names, and how answers are credited."""
    source = guru_envs.make_source(row.id, **({"knobs": row.knobs} if row.knobs else {"level": row.level}))
    found = dict(source.ladder[source.setting.level - 1]) if source.setting.level else dict(source.setting.changed)
    return {name: value for name, value in found.items() if name != "credit"}


@pytest.mark.parametrize(("name", "like"), [("knights", "knights"), ("zebra", "zebra"), ("logic_grid", "zebra")])
def test_the_arms_are_the_studys_rewards(large, name, like):
    """Of the arms' own tasks, by the verdicts on answers with 0, 1, ... all parts right."""
    rows = rows_of(large)
    for kind, worth in STUDY[like].items():
        row = rows[f"{name} {kind}"]
        assert problems(row) == problems(rows[f"{name} binary"])
        source = guru_envs.make_source(row.id, **({"knobs": row.knobs} if row.knobs else {"level": row.level}))
        rule = RewardRule.from_mapping(row.numbers, row.id)
        task = source.draw(0)
        answers = partly_right(task)
        assert len(answers) > 4
        verdicts = [source.judge(task, f"<think>\n</think>\n<answer>{answer}</answer>") for answer in answers]
        assert all(verdict.format_ok for verdict in verdicts)
        expected = [worth(right / (len(answers) - 1)) for right in range(len(answers))]
        assert [rule.price(verdict) for verdict in verdicts] == pytest.approx(expected), kind
        # What cannot be read is worth what nothing right is, without the form.
        assert rule.price(source.judge(task, "I give up.")) == pytest.approx(worth(0) - 0.1 * (kind == "format"))


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
    assert styles.pop("code") == credited | always
    del styles["sudoku"]
    assert all(kinds == always | {"process": "binary"} for kinds in styles.values()), "where lines are judged"
    assert set(styles) == {"sums", "science", "knights", "codeio", "tables"}
    for arm in small.arms:  # each reward is measured on the same tasks, and from the same start
        assert not arm.start or arm.start == f"{arm.name.split()[0]} warm"
        assert arm.name == "untouched" or [test.name for test in arm.tests] == [arm.name.split()[0]]


def test_every_environment_of_the_six_domains_is_in_it(large):
    """But for mixtures, variants of code and judging, and countdown, which stands for math in the small size."""
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
    logic = {"knights", "zebra", "logic_grid", "sudoku", "ordering", "propositional", "graph"}
    steps = {domain for domain, kinds in arms.items() if "process" in kinds}
    assert steps == logic | {"math", "codeio", "tables", "science"}
    assert {domain for domain, kinds in arms.items() if "partial" in kinds} == logic | {"arc", "code"}
    assert arms["science"] == always | {"judge", "process"}


def test_the_price_on_length_and_the_judge_are_set(large):
    by_name = {arm.name: arm.config for arm in large.arms}
    assert by_name["zebra brevity"].shaping.brevity == "relative"
    assert by_name["zebra binary"].shaping.brevity == "none"
    assert (by_name["science judge"].judge.kind, by_name["science binary"].judge.kind) == ("local", "none")
