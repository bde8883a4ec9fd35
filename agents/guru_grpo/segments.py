"""Advantages of tree rollouts. Pure functions of rewards, groups and the nodes on the way to each leaf.

A leaf is a whole response; what it shares with other leaves are its first nodes. All leaves count alike: one that ended before a
branching stands in the group as often as it would have had leaves, so the mean over leaves is an unbiased estimate of the value.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from guru_grpo.rollout import Rollout

Path = tuple[int, ...]  # the group, and the nodes from the root on
Value = tuple[float, int]  # of a node: the mean reward of the leaves below it, and how many they are


def paths_of(rollouts: Sequence[Rollout]) -> list[list[Path]]:
    """For each rollout the paths from its group's root (first) to its leaf; one without nodes is a segment of its own."""
    found: list[list[Path]] = []
    for index, one in enumerate(rollouts):
        nodes = [node for node, _ in one.nodes] or [-1 - index]
        found.append([(one.group, *nodes[:depth]) for depth in range(len(nodes) + 1)])
    return found


def node_values(rollouts: Sequence[Rollout], keep: Sequence[bool]) -> dict[Path, Value]:
    """For each node the mean reward of the leaves below it that count, and how many they are."""
    below: dict[Path, list[float]] = {}
    for one, paths, counts in zip(rollouts, paths_of(rollouts), keep, strict=True):
        for path in paths if counts else ():
            below.setdefault(path, []).append(one.reward)
    return {path: (sum(rewards) / len(rewards), len(rewards)) for path, rewards in below.items()}


def segment_advantages(rollouts: Sequence[Rollout], keep: Sequence[bool]) -> list[list[float]]:
    """SPO's advantage of a segment (arXiv 2505.23564): the value of its node minus that of the node before it.

    Along a response they sum to the reward minus the group's mean. Every token of a segment has the segment's advantage.

    Returns:
        For each rollout the advantage of each of its tokens.
    """
    return _along(rollouts, keep, lambda root, parent, child: child[0] - parent[0])


def node_advantages(rollouts: Sequence[Rollout], keep: Sequence[bool]) -> list[list[float]]:
    """TreeRL's reward of a segment (arXiv 2506.11902): (V(node) - V(root) + V(node) - V(parent)) / sqrt(leaves below the node).

    Values are means of the leaves' rewards minus the mean of the other leaves, so that of the root is 0.

    Returns:
        For each rollout the advantage of each of its tokens.
    """

    def gain(root: Value, parent: Value, child: Value) -> float:
        leaves = root[1]
        scale = leaves / (leaves - 1) if leaves > 1 else 0.0  # reward minus the mean of the others
        return _exact(2 * child[0] - root[0] - parent[0]) * scale / math.sqrt(child[1])

    return _along(rollouts, keep, gain)


def _along(
    rollouts: Sequence[Rollout], keep: Sequence[bool], gain: Callable[[Value, Value, Value], float]
) -> list[list[float]]:
    """For each token the gain of its segment, by the values of the root, of the node before and of the segment's own."""
    values = node_values(rollouts, keep)
    found: list[list[float]] = []
    for one, paths, counts in zip(rollouts, paths_of(rollouts), keep, strict=True):
        tokens: list[float] = []
        if counts:
            ends = [end for _, end in one.nodes] or [len(one.completion_ids)]
            for (parent, child), end in zip(itertools.pairwise(paths), ends, strict=True):
                worth = _exact(gain(values[paths[0]], values[parent], values[child]))
                tokens += [worth] * (end - len(tokens))
        found.append(tokens or [0.0] * len(one.completion_ids))
    return found


def subgroup_advantages(rollouts: Sequence[Rollout], keep: Sequence[bool]) -> list[float]:
    """TreePO's advantage of a response: its reward minus the mean of a subgroup, averaged over subgroups.

    The subgroups are the leaves below each node on its way; those of one leaf are left out. TreePO itself (arXiv 2508.17445)
    whitens it over the batch: ``subgroup-batch-std`` in the settings.
    """
    values = node_values(rollouts, keep)
    found: list[float] = []
    for one, paths, counts in zip(rollouts, paths_of(rollouts), keep, strict=True):
        found.append(_subgroup(one.reward, paths, values) if counts else 0.0)
    return found


def _subgroup(reward: float, paths: Sequence[Path], values: Mapping[Path, Value]) -> float:
    known = [values[path] for path in paths]
    means = [mean for depth, (mean, count) in enumerate(known) if count > 1 or depth == 0]
    return _exact(sum(reward - mean for mean in means) / len(means))


def _exact(value: float) -> float:
    """Rounding noise of equal rewards is no signal."""
    return 0.0 if abs(value) < 1e-12 else value


def unique_share(rollouts: Sequence[Rollout]) -> float:
    """Completion tokens that are different nodes' over those of all leaves: what tree rollouts sample over what they yield."""
    lengths: dict[Path, int] = {}
    total = 0
    for one, paths in zip(rollouts, paths_of(rollouts), strict=True):
        total += len(one.completion_ids)
        ends = [end for _, end in one.nodes] or [len(one.completion_ids)]
        for path, start, end in zip(paths[1:], [0, *ends], ends, strict=False):
            lengths[path] = end - start
    return sum(lengths.values()) / total if total else 1.0
