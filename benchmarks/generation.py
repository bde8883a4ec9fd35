"""Tasks per second of CPU time, side by side with reasoning-gym in its own virtual environment.

Ours are drawn through TaskSource.pose_seed, as streams of tasks are: split by content, unique solution proved, minimal where the
domain can be, full prompt.
Each line also says how many characters a question of either side has (means). For memory see memory.py.
"""

from __future__ import annotations

import functools
import itertools
import statistics
from typing import Any

from measuring import arguments, machine, paired, rate, report, row
from peers import Peer, peer_python

import guru_envs

REQUIREMENTS = ("reasoning-gym==0.1.25",)
SAMPLE = 100  # questions whose length is measured


def cases() -> list[tuple[str, str, dict[str, Any], str, dict[str, int], float]]:
    """Name, our id and knobs, their dataset and settings, and the least ratio wanted."""
    found: list[tuple[str, str, dict[str, Any], str, dict[str, int], float]] = []
    for size, least in ((4, 50), (5, 50), (6, 100)):
        knobs = {"houses": size, "attributes": size, "style": "minimal"}
        theirs = {"num_people": size, "num_characteristics": size}
        found.append((f"zebra {size}x{size}", "guru/zebra-v0", knobs, "zebra_puzzles", theirs, least))
    # theirs: houses in a row with four characteristics each, so five categories; no numbers, and three kinds of clues
    for size in (4, 5, 6):
        knobs = {"categories": 5, "items": size, "style": "minimal"}
        theirs = {"num_people": size, "num_characteristics": 4}
        found.append((f"logic grid 5x{size}", "guru/logic-grid-v0", knobs, "zebra_puzzles", theirs, 10))
    for people, least in ((5, 20), (8, 100), (12, 500)):
        knobs = {"people": people, "minimal": True}
        name = f"knights and knaves, {people} people"
        found.append((name, "guru/knights-and-knaves-v0", knobs, "knights_knaves", {"n_people": people}, least))
    for count in (4, 5, 6):
        knobs = {"numbers": count, "low": 1, "high": 100, "target_low": 100, "target_high": 999, "use": "all"}
        theirs = {"min_numbers": count, "max_numbers": count}
        found.append((f"countdown, {count} numbers", "guru/countdown-v0", knobs, "countdown", theirs, 5))
    # their tasks show 3 to 5 pairs of grids, as large as ours on average; nothing is checked there
    knobs = {"depth": 1, "demonstrations": 4, "size_low": 6, "size_high": 9}
    found.append(("ARC, grids", "guru/arc-v0", knobs, "rearc", {}, 10))
    # their tasks show 3 pairs of one row of 10 cells. A row takes them some random numbers, and whether another rule explains the
    # rows as well is not asked, so ten times as fast is out of reach for tasks whose rule is determined
    knobs = {"depth": 1, "demonstrations": 3, "size_low": 3, "size_high": 4}
    found.append(("ARC, single rows", "guru/arc-v0", knobs, "arc_1d", {"min_size": 10, "max_size": 10}, 10))
    # theirs leave out digits until 8 to 12 (of 16), or a given number (of 81) of cells are empty; no technique is checked there
    knobs = {"size": 4, "givens": 6}
    found.append(
        ("sudoku 4x4, 6 givens", "guru/sudoku-v0", knobs, "mini_sudoku", {"min_empty": 10, "max_empty": 10}, 10)
    )
    for givens in (51, 41, 31):
        knobs = {"size": 9, "givens": givens, "technique": "hidden_single"}
        theirs = {"min_empty": 81 - givens, "max_empty": 81 - givens}
        found.append((f"sudoku 9x9, {givens} givens", "guru/sudoku-v0", knobs, "sudoku", theirs, 10))
    # nothing of theirs asks for an order; the nearest is a zebra puzzle with the fewest attributes
    for size in (5, 7):
        theirs = {"num_people": size, "num_characteristics": 2}
        found.append((f"ordering, {size} objects", "guru/ordering-v0", {"objects": size}, "zebra_puzzles", theirs, 50))
    # theirs are stars of numbered nodes, shuffled: four arms of four edges, 16 edges in all, and no search; ours the same star in
    # words, searched for a second proof as short, and told apart from equal ones: ten times as fast is out of reach
    star = {"lookahead": 4, "branching": 4, "width": 1, "deeper": 0, "distractors": 0, "decoys": 0, "question": "path"}
    theirs = {"degree": 4, "min_path_length": 4, "max_path_length": 4}
    found.append(("graph, star of 16 edges", "guru/graph-v0", star, "path_star", theirs, 10))
    # theirs: 25 courses with one or two prerequisites each, about 38 edges, and a cycle put in or not; nothing is searched for
    knobs = knobs_25 = star | {"deeper": 1, "distractors": 14, "decoys": 2, "decoy_depth": 2}
    theirs = {"min_num_courses": 25, "max_num_courses": 25}
    found.append(("graph, 25 nodes, 38 edges", "guru/graph-v0", knobs, "course_schedule", theirs, 10))
    # the one of theirs that searches for a shortest way, of 3 to 15 steps, between the values that three buttons lead to
    knobs = star | {"lookahead": 6, "distractors": 6, "decoys": 2}
    found.append(("graph, shortest way of 6 steps", "guru/graph-v0", knobs, "quantum_lock", {}, 10))
    # their other tasks on graphs: a shortest way over a grid of 5 x 5 to 8 x 8 cells, of which two in five are blocked, so about 25
    # free cells and 26 pairs of neighbours; the largest island of a grid of 5 x 5 to 10 x 10
    for name, dataset in (("grid ways", "shortest_path"), ("islands", "largest_island")):
        found.append((f"graph, 25 nodes, beside {name}", "guru/graph-v0", knobs_25, dataset, {}, 10))
    # how two of a family of 4 to 8 people are related, by at most two steps between generations
    knobs = star | {"lookahead": 2, "branching": 2, "deeper": 1, "distractors": 1}
    found.append(("graph, 7 nodes, beside kinship", "guru/graph-v0", knobs, "family_relationships", {}, 10))
    # one conclusion, found by trying some on a truth table, is all that theirs asks for: their premises may contradict or repeat one
    # another. Ours has as many premises and propositions, one claim, and no premise that follows from the others; what that takes
    # grows slowly with the number of propositions, their truth tables double with each. With 6 propositions seed, canonical form,
    # prompt and draws of premises are most of ours, and together more than a tenth of their whole time
    for count in (6, 8, 10, 12):
        knobs = {"atoms": count, "premises": count, "claims": 1, "depth": 1}
        theirs = {"min_vars": count, "max_vars": count, "min_statements": count, "max_statements": count}
        name = f"propositional, {count} propositions"
        found.append((name, "guru/propositional-v0", knobs, "propositional_logic", theirs, 10))
    return found


class Ours:
    """New tasks of one of our environments."""

    def __init__(self, env_id: str, knobs: dict[str, Any]) -> None:
        self.source, self.seeds = guru_envs.make_source(env_id, knobs=knobs), itertools.count(1)
        self.work()  # what is made once

    def work(self) -> int:
        """Draw one task."""
        self.source.pose_seed(next(self.seeds), self.source.setting, self.source.split)
        return 1

    def characters(self) -> float:
        """The mean length of a question."""
        return statistics.mean(len(self.source.draw(seed).prompt) for seed in range(SAMPLE))


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, "python benchmarks/generation.py --only zebra --repeats 3", seconds=4.0)
    parser.add_argument("--peer-python", help="an interpreter that has reasoning-gym; default: one is made and kept")
    parser.add_argument("--only", default="", help="cases whose name begins like this")
    options = parser.parse_args()
    rows = []
    python = peer_python("reasoning-gym", REQUIREMENTS, options.peer_python)
    with Peer(python, "peer_reasoning_gym.py") as peer:
        about = machine("numpy", "python-sat") | {"reasoning-gym": peer.ask(ask="version")}
        for name, env_id, knobs, dataset, settings, least in cases():
            if not name.startswith(options.only):
                continue
            ours, theirs = Ours(env_id, knobs), {"dataset": dataset, "settings": settings}
            question = theirs | {"ask": "rate", "seconds": options.seconds}
            figures = paired(
                functools.partial(rate, ours.work, options.seconds),
                functools.partial(peer.ask, **question),
                options.repeats,
            )
            figures["our characters"] = ours.characters()
            figures["their characters"] = peer.ask(ask="characters", count=SAMPLE, **theirs)
            rows.append(row(name, figures, ("ratio", least)))
    report(rows, about, options.json)


if __name__ == "__main__":
    main()
