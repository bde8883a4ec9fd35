"""Graphs of implications with one shortest proof. Nodes are numbers; 0 is the given statement; an edge is a rule.

From the given statement start ``branching`` arms that are made alike: each is at least as deep as the proof is long, each has a
spine (a path down to that depth whose nodes no other node of the layer above leads to), and the goal is the end of one spine,
drawn with equal chances. So nothing about a first step tells the right one from the others but that it leads to the goal in time.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

Edge = tuple[int, int]
_TRIES = 30  # draws of one extra edge


class Shape(NamedTuple):
    """The size of a graph; see the knobs of the domain."""

    lookahead: int
    branching: int
    width: int
    deeper: int
    distractors: int
    decoys: int
    decoy_depth: int


class Graph(NamedTuple):
    """A graph.

    Attributes:
        nodes: how many.
        edges: pairs (from, to), each once.
        goal: the node to be proved.
        layers: for each arm its layers, from depth 1; the first node of each layer down to the goal's depth is on the spine.
    """

    nodes: int
    edges: tuple[Edge, ...]
    goal: int
    layers: tuple[tuple[tuple[int, ...], ...], ...]


def build(shape: Shape, rng: random.Random) -> Graph:
    """A random graph in which the goal has exactly one shortest proof, of the length asked for."""
    edges: dict[Edge, None] = {}
    arms: list[tuple[tuple[int, ...], ...]] = []
    depth, spine, count, chance = [0], {0}, 1, rng.random
    lookahead, width = shape.lookahead, shape.width
    for _ in range(shape.branching):
        layers: list[tuple[int, ...]] = []
        above: tuple[int, ...] = (0,)
        for level in range(1, lookahead + shape.deeper + 1):
            size = 1 if level == 1 or width == 1 else 1 + int(chance() * width)
            layer = tuple(range(count, count + size))
            depth += [level] * size
            if level <= lookahead:
                edges[above[0], count] = None
                spine.add(count)
            else:
                edges[above[int(chance() * len(above))], count] = None
            for node in layer[1:]:
                edges[above[int(chance() * len(above))], node] = None
            count += size
            layers.append(layer)
            above = layer
        arms.append(tuple(layers))
    goal = arms[int(rng.random() * shape.branching)][shape.lookahead - 1][0]
    _distract(shape, depth, spine, goal, edges, rng)
    for number in range(shape.decoys):
        into = goal if number == 0 else 1 + int(rng.random() * (len(depth) - 1))
        for _ in range(shape.decoy_depth):
            edges[count, into] = None
            into, count = count, count + 1
    return Graph(count, tuple(edges), goal, tuple(arms))


def _distract(
    shape: Shape, depth: Sequence[int], spine: set[int], goal: int, edges: dict[Edge, None], rng: random.Random
) -> None:
    """Merges, reversed rules and ways back; none makes a proof of a spine's node shorter or a second one as short."""
    last, known, chance = len(depth) - 1, list(edges), rng.random
    made = 0
    for _ in range(_TRIES * shape.distractors):
        if made == shape.distractors:
            return
        kind = chance()
        if kind < 0.3:  # a reversed rule
            two, one = known[int(chance() * len(known))]
        elif kind < 0.6:  # a merge
            one, two = 1 + int(chance() * last), 1 + int(chance() * last)
            if depth[two] - depth[one] != 1:
                continue
        else:  # a longer proof, or any
            one, two = 1 + int(chance() * last), goal if kind > 0.85 else 1 + int(chance() * last)
        step = depth[two] - depth[one]
        if step > 1 or one == two or two == 0 or (step == 1 and two in spine) or (one, two) in edges:
            continue
        edges[one, two] = None
        known.append((one, two))
        made += 1


def search(nodes: int, edges: Sequence[Edge], start: int = 0) -> tuple[list[int], list[int], list[list[int]]]:
    """Breadth-first: for each node its depth (-1: not reached), the number of shortest proofs, and the rules' conclusions."""
    following: list[list[int]] = [[] for _ in range(nodes)]
    for one, two in edges:
        following[one].append(two)
    depth, ways = [-1] * nodes, [0] * nodes
    depth[start], ways[start] = 0, 1
    queue = [start]
    for node in queue:
        for other in following[node]:
            if depth[other] < 0:
                depth[other] = depth[node] + 1
                queue.append(other)
            if depth[other] == depth[node] + 1:
                ways[other] += ways[node]
    return depth, ways, following


def shortest(nodes: int, edges: Sequence[Edge], goal: int, most: int = 1) -> list[list[int]]:
    """Shortest proofs of the goal, at most some, each as its nodes."""
    depth = search(nodes, edges)[0]
    before: list[list[int]] = [[] for _ in range(nodes)]
    for one, two in edges:
        if depth[one] >= 0 and depth[two] == depth[one] + 1:
            before[two].append(one)
    if depth[goal] < 0:
        return []
    found: list[list[int]] = []
    stack = [[goal]]
    while stack and len(found) < most:
        path = stack.pop()
        if path[-1] == 0:
            found.append(path[::-1])
        else:
            stack += [[*path, one] for one in sorted(before[path[-1]], reverse=True)]
    return found


def only_shortest(nodes: int, edges: Sequence[Edge], goal: int) -> list[int] | None:
    """The shortest proof of the goal, if there is exactly one; what ``shortest`` finds, in less time.

    The search goes back from the goal, since fewer statements lead to it than follow from the given one.
    """
    preceding: list[list[int]] = [[] for _ in range(nodes)]
    for one, two in edges:
        preceding[two].append(one)
    steps, ways, then = [nodes] * nodes, [0] * nodes, [0] * nodes  # from each node to the goal
    steps[goal], ways[goal] = 0, 1
    queue = [goal]
    for node in queue:
        if not node:  # whatever the given one leads to that is nearer to the goal came before
            break
        above, known = steps[node] + 1, ways[node]
        for other in preceding[node]:
            if steps[other] > above:
                steps[other], ways[other], then[other] = above, known, node
                queue.append(other)
            elif steps[other] == above:
                ways[other] += known
    if ways[0] != 1:
        return None
    path = [0]
    while path[-1] != goal:
        path.append(then[path[-1]])
    return path


def work(nodes: int, edges: Sequence[Edge], goal: int) -> int:
    """The rules that a breadth-first search applies until all proofs as short as the goal's are seen; all when there is none."""
    depth, _, following = search(nodes, edges)
    deepest = depth[goal] if depth[goal] >= 0 else nodes
    return sum(len(following[node]) for node in range(nodes) if 0 <= depth[node] < deepest)


# -- changed graphs ----------------------------------------------------------------------------------------------------


_CHANGES = 120  # other changes of one rule that are tried for an edit


def redirected(
    nodes: int, edges: Sequence[Edge], goal: int, path: Sequence[int], rng: random.Random
) -> Iterator[tuple[int, Edge]]:
    """Changes of one rule after which the goal has one shortest proof, with another first step.

    In half of the calls the last rule of the proof first gets another premise, one shown in about as many steps; else, and then, any
    rule gets another premise or conclusion.

    Yields:
        The number of the rule and the new one.
    """
    depth, ways, _ = search(nodes, edges)
    number = edges.index((path[-2], goal))
    options = [node for node in range(1, nodes) if ways[node] == 1 and node != goal and node not in path]
    rng.shuffle(options)
    options.sort(key=lambda node: abs(depth[node] - depth[path[-2]]))
    changes = [(number, (node, goal)) for node in options]
    for _ in range(_CHANGES):
        other, node = rng.randrange(len(edges)), rng.randrange(1, nodes)
        one, two = edges[other]
        changes.append((other, (one, node) if rng.random() < 0.5 else (node, two)))
    if rng.random() < 0.5:
        rng.shuffle(changes)
    for other, new in changes:
        if new[0] == new[1] or new[1] == 0 or new in edges:
            continue
        found = shortest(nodes, [*edges[:other], new, *edges[other + 1 :]], goal, 2)
        if len(found) == 1 and found[0][1] != path[1] and len(found[0]) > 2:
            yield other, new


def cut_off(graph: Graph, path: Sequence[int], rng: random.Random) -> tuple[Edge, ...] | None:
    """The edges with rules turned round until the goal cannot be proved; None when that takes too many."""
    edges = list(graph.edges)
    for _ in range(6):
        found = shortest(graph.nodes, edges, graph.goal)
        if not found:
            return tuple(edges)
        steps = [
            (one, two) for one, two in zip(found[0], found[0][1:], strict=False) if one and (two, one) not in edges
        ]
        if not steps:
            return None
        one, two = rng.choice(steps)
        edges[edges.index((one, two))] = (two, one)
    return None


def doubled(graph: Graph, path: Sequence[int], rng: random.Random) -> tuple[Edge, ...] | None:
    """The edges with one exchanged so that there is a second shortest proof, with another first step."""
    depth, _, _ = search(graph.nodes, graph.edges)
    options = [node for node in range(1, graph.nodes) if depth[node] == depth[graph.goal] - 1 and node not in path]
    rng.shuffle(options)
    spare = [edge for edge in graph.edges if edge[0] != 0 and edge not in itertools.pairwise(path)]
    rng.shuffle(spare)
    for node in options:
        for edge in spare[:10]:
            edges = [(node, graph.goal) if one == edge else one for one in graph.edges]
            found = shortest(graph.nodes, edges, graph.goal, 8)
            if len(set(edges)) == len(edges) and len({one[1] for one in found}) > 1 and len(found[0]) == len(path):
                return tuple(edges)
    return None
