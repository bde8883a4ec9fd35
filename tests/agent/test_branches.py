"""Tree rollouts: every leaf is distributed as the policy, by enumeration; what segments are worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from guru_grpo.advantages import group_advantages  # noqa: E402
from guru_grpo.branches import Grown, Leaf, branching, grow  # noqa: E402
from guru_grpo.engine import Completion, Sampling, entropy_of  # noqa: E402
from guru_grpo.pricing import price  # noqa: E402
from guru_grpo.rollout import Rollout  # noqa: E402
from guru_grpo.sampling_settings import TreeConfig  # noqa: E402
from guru_grpo.segments import node_advantages, segment_advantages, subgroup_advantages, unique_share  # noqa: E402
from guru_grpo.settings import LearnerSettings  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

END, LIMIT = 0, 3


def policy(prefix: Sequence[int]) -> list[float]:
    """A distribution over the end and two words that depends on all that was said."""
    state = sum((place + 1) * token for place, token in enumerate(prefix)) + len(prefix)
    weights = [0.5 + state % 2, 1.0, 3.0 if state % 3 == 1 else 0.7]
    return [weight / sum(weights) for weight in weights]


class Decisions:
    """Goes through every sequence of random decisions, each with its probability."""

    def __init__(self) -> None:
        self.path: list[tuple[int, int]] = []  # what was decided, of how many possibilities
        self.at, self.chance = 0, 1.0

    def decide(self, chances: Sequence[float]) -> int:
        if self.at == len(self.path):
            self.path.append((0, len(chances)))
        chosen = self.path[self.at][0]
        self.at += 1
        self.chance *= chances[chosen]
        return chosen

    def runs(self, run: Callable[[], Any]) -> Iterator[tuple[float, Any]]:
        while True:
            self.at, self.chance = 0, 1.0
            result = run()
            yield self.chance, result
            while self.path and self.path[-1][0] + 1 == self.path[-1][1]:
                self.path.pop()
            if not self.path:
                return
            self.path[-1] = self.path[-1][0] + 1, self.path[-1][1]


class EnumeratedEngine:
    """Samples from ``policy`` by decisions that are enumerated."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions

    def generate(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Completion]]:
        return [[self._one(prompt[1:], sampling) for _ in range(sampling.n)] for prompt in prompts]

    def _one(self, prefix: Sequence[int], sampling: Sampling) -> Completion:
        tokens: list[int] = []
        logprobs: list[float] = []
        entropies: list[float] = []
        while len(tokens) < sampling.max_new_tokens and END not in tokens:
            chances = policy([*prefix, *tokens])
            entropies.append(entropy_of([math.log(one) for one in chances]))
            token = self.decisions.decide(chances)
            tokens.append(token)
            logprobs.append(math.log(chances[token]))
        return Completion("", tokens, logprobs, END in tokens, tuple(entropies))


def responses(prefix: tuple[int, ...] = (), chance: float = 1.0) -> dict[tuple[int, ...], float]:
    """The probability of each whole response."""
    if len(prefix) == LIMIT or END in prefix:
        return {prefix: chance}
    found: dict[tuple[int, ...], float] = {}
    for token, part in enumerate(policy(prefix)):
        found |= responses((*prefix, token), chance * part)
    return found


def marginals(widths: Sequence[int], rule: Any) -> tuple[dict[tuple[int, ...], float], list[tuple[float, Grown]]]:
    """How likely each response is at a leaf chosen at random, and all trees with their probabilities."""
    decisions = Decisions()
    engine = EnumeratedEngine(decisions)
    found: dict[tuple[int, ...], float] = {}
    trees = []
    for chance, grown in decisions.runs(lambda: grow(engine, [[9]], widths, rule, Sampling(LIMIT, likeliest=2), 0)):
        trees.append((chance, grown))
        for leaf in grown.leaves[0]:
            key = tuple(leaf.tokens)
            found[key] = found.get(key, 0.0) + chance / len(grown.leaves[0])
    return found, trees


STEPS = TreeConfig("fixed", (1, 2), (1,))
RULES = {
    "fixed": ((1, 2), branching(STEPS)),
    "two roots": ((2, 2), branching(TreeConfig("fixed", (2, 2), (2,)))),
    "twice": ((1, 2, 2), branching(TreeConfig("fixed", (1, 2, 2), (1, 2)))),
    "entropy": ((1, 3), branching(TreeConfig("entropy", (1, 3), threshold=1.0, gap=1))),
}


@pytest.mark.parametrize("name", RULES)
def test_leaves_are_distributed_as_the_policy(name):
    widths, rule = RULES[name]
    found, trees = marginals(widths, rule)
    expected = responses()
    assert sum(chance for chance, _ in trees) == pytest.approx(1.0)
    assert found.keys() == expected.keys()
    assert all(found[key] == pytest.approx(expected[key], abs=1e-12) for key in expected)
    assert any(len({tuple(leaf.tokens) for leaf in grown.leaves[0]}) > widths[0] for _, grown in trees)
    for _, grown in trees:
        for leaf in grown.leaves[0]:
            assert len(leaf.logprobs) == len(leaf.entropies) == len(leaf.tokens)
            assert leaf.logprobs == [math.log(policy(leaf.tokens[:at])[one]) for at, one in enumerate(leaf.tokens)]
            assert leaf.finished is (leaf.tokens[-1] == END)


def test_branching_where_the_finished_response_was_least_sure_changes_the_distribution():
    def most_surprising(leaf: Leaf, depth: int) -> int | None:
        return min(range(len(leaf.tokens)), key=lambda at: leaf.logprobs[at]) or None

    found, _ = marginals((1, 2), most_surprising)
    expected = responses()
    assert max(abs(found[key] - expected[key]) for key in expected) > 0.005


def test_segments_cover_a_response_and_name_what_is_shared():
    for widths, rule in RULES.values():
        for _, grown in marginals(widths, rule)[1]:
            leaves = grown.leaves[0]
            assert len(leaves) == math.prod(widths)
            beginnings: dict[int, tuple[int, ...]] = {}
            for leaf in leaves:
                ends = [end for _, end in leaf.path]
                assert ends == sorted({*ends})
                assert ends[-1] == len(leaf.tokens)
                for node, end in leaf.path:
                    assert beginnings.setdefault(node, tuple(leaf.tokens[:end])) == tuple(leaf.tokens[:end])
            unique = {(node, end) for leaf in leaves for node, end in leaf.path}
            assert len(unique) == len(beginnings)
            rollouts = [as_rollout(leaf, 0.0) for leaf in leaves]
            assert unique_share(rollouts) * sum(len(leaf.tokens) for leaf in leaves) == pytest.approx(
                grown_tokens(leaves)
            )
            assert grown.sampled[0] == grown_tokens(leaves), "what the documented saving is computed from"


def grown_tokens(leaves: Sequence[Leaf]) -> int:
    """Tokens of different nodes."""
    starts = {}
    for leaf in leaves:
        for (node, end), start in zip(leaf.path, [0, *(end for _, end in leaf.path)], strict=False):
            starts[node] = end - start
    return sum(starts.values())


def as_rollout(leaf: Leaf, reward: float, group: int = 0) -> Rollout:
    return Rollout([9], leaf.tokens, leaf.logprobs, group, reward, False, leaf.finished, False, 0, leaf.path)


def test_an_early_end_counts_for_the_leaves_it_would_have_had():
    for chance, grown in marginals((2, 2), branching(TreeConfig("fixed", (2, 2), (1,))))[1]:
        assert chance > 0
        short = [leaf for leaf in grown.leaves[0] if leaf.tokens == [END]]
        assert len(short) in (0, 2, 4)
        assert grown.sampled[0] <= sum(len(leaf.tokens) for leaf in grown.leaves[0])


# -- what segments are worth -------------------------------------------------------------------------------------------


def tree(rewards: Sequence[float], group: int = 0) -> list[Rollout]:
    """Two ways from one root, each with two leaves: segments of 2, 1 and 3 tokens."""
    paths = [((0, 2), (branch, 3), (10 + leaf, 6)) for branch in (1, 2) for leaf in (2 * branch, 2 * branch + 1)]
    return [
        Rollout([9], [1] * 6, [-1.0] * 6, group, reward, False, True, False, 0, path)
        for reward, path in zip(rewards, paths, strict=True)
    ]


def test_segment_advantages_are_differences_of_values_and_telescope():
    rewards = [1.0, 0.0, 0.0, 0.0]
    found = segment_advantages(tree(rewards), [True] * 4)
    # Values: root 1/4 (its one child too), the branches 1/2 and 0, the leaves their rewards.
    assert found[0] == [0.0, 0.0, 0.25, 0.5, 0.5, 0.5]
    assert found[1] == [0.0, 0.0, 0.25, -0.5, -0.5, -0.5]
    assert found[2] == found[3] == [0.0, 0.0, -0.25, 0.0, 0.0, 0.0]
    for reward, tokens in zip(rewards, found, strict=True):
        assert tokens[0] + tokens[2] + tokens[5] == pytest.approx(reward - 0.25)
    assert [sum(tokens[place] for tokens in found) for place in range(6)] == pytest.approx([0.0] * 6)


def test_subgroup_advantages_are_the_mean_over_depths():
    found = subgroup_advantages(tree([1.0, 0.0, 0.0, 0.0]), [True] * 4)
    # Subgroups of the first leaf: all (mean 1/4, at two depths) and its branch (mean 1/2); its own is left out.
    assert found[0] == pytest.approx((0.75 + 0.75 + 0.5) / 3)
    assert found[1] == pytest.approx((-0.25 - 0.25 - 0.5) / 3)
    assert found[2] == found[3] == pytest.approx(-0.5 / 3)
    assert sum(found) == pytest.approx(0.0)


def test_node_advantages_weigh_global_and_local_gains():
    found = node_advantages(tree([1.0, 0.0, 0.0, 0.0]), [True] * 4)
    # Minus the mean of the others the leaves are 1 and three times -1/3, the branches 1/3 and -1/3, the root 0.
    branch = (1 / 3 + 1 / 3) / math.sqrt(2)
    leaves = (1 + 1 - 1 / 3, -1 / 3 - 1 / 3 - 1 / 3, -1 / 3 + 0, -1 / 3 + 0)
    signs = (1, 1, -1, -1)
    for row, leaf, sign in zip(found, leaves, signs, strict=True):
        assert row == pytest.approx([0.0, 0.0, sign * branch, leaf, leaf, leaf])
    apart = node_advantages(tree([1.0, 0.0, 9.0, 9.0]), [True, True, False, False])
    assert apart[0] == pytest.approx([0.0, 0.0, 0.0, 2.0, 2.0, 2.0])  # 1 and -1: from the root, and from the branch
    assert apart[2] == [0.0] * 6
    assert node_advantages(tree([3.0] * 4), [True] * 4) == [[0.0] * 6] * 4
    assert node_advantages([replace(tree([3.0] * 4)[0], nodes=())], [True]) == [[0.0] * 6]


def test_tree_advantages_by_their_names():
    rollouts = [*tree([1.0, 0.0, 0.0, 0.0]), *tree([1.0, 1.0, 1.0, 0.0], group=1)]
    rollouts[5] = replace(rollouts[5], masked=True)
    keep, nothing = [not one.masked for one in rollouts], torch.zeros(8, 6)
    found = {
        kind: price(LearnerSettings(advantage=kind), rollouts, nothing, nothing == 0)[0]
        for kind in ("segment", "node", "subgroup", "subgroup-batch-std")
    }
    assert found["segment"] == segment_advantages(rollouts, keep)
    assert found["node"] == node_advantages(rollouts, keep)
    assert found["subgroup"] == subgroup_advantages(rollouts, keep)
    counted = torch.tensor([one for one, counts in zip(found["subgroup"], keep, strict=True) if counts])
    expected = (counted - counted.mean()) / counted.std(correction=0)  # all are equally long
    whitened = [one for one, counts in zip(found["subgroup-batch-std"], keep, strict=True) if counts]
    assert whitened == pytest.approx(expected.tolist(), rel=1e-5)
    assert found["subgroup-batch-std"][5] == 0.0


def test_without_branches_it_is_the_groups_baseline():
    rewards = [1.0, 0.0, 2.0, 0.0]
    plain = [
        Rollout([9], [1] * length, [-1.0] * length, 0, reward, False, True)
        for length, reward in zip((1, 2, 3, 4), rewards, strict=True)
    ]
    expected = group_advantages(torch.tensor(rewards), torch.zeros(4, dtype=torch.long), scale_by_std=False).tolist()
    assert subgroup_advantages(plain, [True] * 4) == pytest.approx(expected)
    tokens = segment_advantages(plain, [True] * 4)
    assert [len(row) for row in tokens] == [1, 2, 3, 4]
    assert [row[0] for row in tokens] == pytest.approx(expected)
    assert all(set(row) == {row[0]} for row in tokens)


def test_faults_are_in_no_value_and_groups_do_not_mix():
    one, other = tree([1.0, 0.0, 9.0, 9.0]), tree([5.0, 5.0, 5.0, 5.0], group=1)
    keep = [True, True, False, False] + [True] * 4
    found = segment_advantages(one + other, keep)
    assert found[0] == [0.0, 0.0, 0.0, 0.5, 0.5, 0.5]
    assert found[2] == [0.0] * 6
    assert found[4:] == [[0.0] * 6] * 4
    assert subgroup_advantages(one + other, keep)[2:] == [0.0] * 6


def test_the_gradient_of_a_segment_is_unbiased():
    """By enumeration: the mean over leaves of advantage times score has the expectation of the true gradient, up to the
    baseline's share: V(child) - V(parent) holds the child's own part, (width - 1) / width of it at each branching."""
    reward = {key: float(sum(key) % 3 == 1) for key in responses()}
    # The gradient of the expected reward with respect to the logit of token 1 as the first token.
    first = policy(())
    value = sum(chance * reward[key] for key, chance in responses().items())
    after = sum(chance * reward[key] for key, chance in responses().items() if key[0] == 1) / first[1]
    true = first[1] * (after - value)
    found = 0.0
    for chance, grown in marginals((2,), branching(TreeConfig("fixed", (2,), ())))[1]:
        rollouts = [as_rollout(leaf, reward[tuple(leaf.tokens)]) for leaf in grown.leaves[0]]
        for leaf, row in zip(grown.leaves[0], segment_advantages(rollouts, [True] * 2), strict=True):
            found += chance / 2 * row[0] * ((leaf.tokens[0] == 1) - first[1])
    assert found == pytest.approx(true / 2)  # two roots: (2 - 1) / 2
    assert abs(true) > 0.01


@pytest.mark.parametrize("values", [{"kind": "fixed"}, {"kind": "fixed", "at": (3, 2)}, {"widths": ()}])
def test_impossible_trees_are_refused(values):
    with pytest.raises(InvalidValueError, match="tree"):
        TreeConfig(**values)


def test_entropy_of_what_is_known():
    assert entropy_of([math.log(0.5), math.log(0.5)]) == pytest.approx(math.log(2))
    assert entropy_of([math.log(0.5)]) == pytest.approx(math.log(2))  # the rest is one outcome
    assert entropy_of([0.0]) == pytest.approx(0.0)
    assert entropy_of([math.log(0.25)] * 4) == pytest.approx(math.log(4))
