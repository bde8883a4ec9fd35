"""Tree rollouts: responses that share beginnings, so that prefixes are sampled and computed once.

Every leaf is distributed as an independent response would be: where a response branches is decided by what stands before the
branching alone (a number of tokens, or the first token whose entropy is above a threshold: stopping times). Branching where the
finished response was most uncertain, as TreeRL does, has no such property. A response that ends before a branching counts as
often as the leaves it would have had, so that the plain mean over leaves is an unbiased estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guru_grpo.engine import Completion, Engine, Sampling
from guru_grpo.randomness import derive
from guru_grpo.sampling_settings import TreeConfig

LIKELIEST = 20  # tokens of which the entropy is computed; vLLM gives no more without being told to


@dataclass
class Leaf:
    """A response in the making.

    Attributes:
        tokens, logprobs, entropies, finished: as in ``Completion``.
        nodes: for each segment but the last the number of its node within the tree, and the token at which it ends.
        last: the node of the last segment.
        copies: how many leaves it stands for.
    """

    tokens: list[int]
    logprobs: list[float]
    entropies: tuple[float, ...]
    finished: bool
    nodes: tuple[tuple[int, int], ...]
    last: int
    copies: int

    @property
    def path(self) -> tuple[tuple[int, int], ...]:
        """All segments: the node of each, and the token at which it ends."""
        return (*self.nodes, (self.last, len(self.tokens)))


@dataclass(frozen=True)
class Grown:
    """The leaves of the trees, and what sampling them took.

    Attributes:
        leaves: for each prompt its leaves, as often as they count.
        sampled: for each prompt the tokens that were sampled.
        prefilled: tokens of prompts and prefixes of all requests, which an engine with a prefix cache need not compute again.
    """

    leaves: list[list[Leaf]]
    sampled: list[int]
    prefilled: int


Rule = Callable[[Leaf, int], int | None]


def branching(settings: TreeConfig) -> Rule:
    """Where a leaf branches for the n-th time (from 0): the number of tokens before it, or None when it does not."""
    if settings.kind == "fixed":
        return lambda leaf, depth: settings.at[depth] if len(leaf.tokens) > settings.at[depth] else None

    def first_uncertain(leaf: Leaf, depth: int) -> int | None:
        start = leaf.nodes[-1][1] if leaf.nodes else 0
        later = range(start + settings.gap, len(leaf.tokens))
        return next((place for place in later if leaf.entropies[place] > settings.threshold), None)

    return first_uncertain


def grow(
    engine: Engine, prompts: Sequence[Sequence[int]], widths: Sequence[int], rule: Rule, sampling: Sampling, seed: int
) -> Grown:
    """Sample a tree for each prompt.

    Args:
        engine: samples.
        prompts: token ids.
        widths: responses begun for each prompt, and ways to go on at each branching.
        rule: where to branch; it may look at nothing behind the place that it names but whether there is something.
        sampling: for whole responses; ``n`` and ``seed`` are not used.
        seed: fixes everything.
    """
    total = 1
    for width in widths:
        total *= width
    begun = engine.generate(prompts, _with(sampling, sampling.max_new_tokens, widths[0], seed))
    trees = [[_leaf(one, (), number, total // widths[0]) for number, one in enumerate(group)] for group in begun]
    sampled = [sum(len(leaf.tokens) for leaf in leaves) for leaves in trees]
    prefilled = sum(len(prompt) for prompt in prompts)
    for depth, width in enumerate(widths[1:]):
        points = [(tree, leaf, rule(leaf, depth)) for tree, leaves in enumerate(trees) for leaf in leaves]
        splits = [(tree, leaf, point) for tree, leaf, point in points if point is not None]
        if not splits or width == 1:
            continue
        asked = [[*prompts[tree], *leaf.tokens[:point]] for tree, leaf, point in splits]
        room = sampling.max_new_tokens - min(point for _, _, point in splits)
        found = engine.generate(asked, _with(sampling, room, width - 1, derive(seed, "branch", depth)))
        prefilled += sum(map(len, asked))
        for (tree, leaf, point), group in zip(splits, found, strict=True):
            sampled[tree] += sum(len(one.token_ids) for one in group)
            trees[tree] += _split(leaf, point, group, sampling.max_new_tokens - point, trees[tree], width)
    return Grown([[leaf for leaf in leaves for _ in range(leaf.copies)] for leaves in trees], sampled, prefilled)


def _with(sampling: Sampling, most: int, n: int, seed: int) -> Sampling:
    return Sampling(most, sampling.temperature, sampling.top_p, n, seed, sampling.likeliest)


def _leaf(one: Completion, nodes: tuple[tuple[int, int], ...], number: int, copies: int) -> Leaf:
    return Leaf(list(one.token_ids), list(one.logprobs), one.entropies, one.finished, nodes, number, copies)


def _split(
    leaf: Leaf, point: int, group: Sequence[Completion], room: int, tree: Sequence[Leaf], width: int
) -> list[Leaf]:
    """Cut the last segment of a leaf at a point; what follows is the first way to go on, the completions are the others."""
    number = 1 + max(node for other in tree for node, _ in other.path)
    leaf.nodes = (*leaf.nodes, (leaf.last, point))
    leaf.last, leaf.copies = number, leaf.copies // width
    others = []
    for place, one in enumerate(group, number + 1):
        tokens = [*leaf.tokens[:point], *one.token_ids[:room]]
        others.append(
            Leaf(
                tokens,
                [*leaf.logprobs[:point], *one.logprobs[:room]],
                (*leaf.entropies[:point], *one.entropies[:room]),
                one.finished and len(one.token_ids) <= room,
                leaf.nodes,
                place,
                leaf.copies,
            )
        )
    return others
