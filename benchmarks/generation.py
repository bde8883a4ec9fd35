"""Tasks per second of CPU time, side by side with reasoning-gym in its own virtual environment.

Ours are drawn through TaskSource.pose: split by content, unique solution proved, minimal where the domain can be, full prompt.
"""

from __future__ import annotations

import itertools
from typing import Any

from measuring import Rate, arguments, machine, paired, rate, report, row
from peers import Peer, peer_python

import guru_envs

REQUIREMENTS = ("reasoning-gym==0.1.25",)


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
    # their tasks show 3 to 5 pairs of about 8 x 9 cells (rearc), or 3 pairs of one row (arc_1d); nothing is checked there
    knobs = {"depth": 1, "demonstrations": 4, "size_low": 6, "size_high": 9}
    found.append(("ARC, grids", "guru/arc-v0", knobs, "rearc", {}, 10))
    knobs = {"depth": 1, "demonstrations": 3, "size_low": 3, "size_high": 4}
    found.append(("ARC, single rows", "guru/arc-v0", knobs, "arc_1d", {"min_size": 10, "max_size": 10}, 10))
    # theirs leave out digits until 8 to 12 (of 16), or a given number (of 81) of cells are empty; no technique is checked there
    knobs = {"size": 4, "givens": 6}
    found.append(("sudoku 4x4, 6 givens", "guru/sudoku-v0", knobs, "mini_sudoku", {"min_empty": 10, "max_empty": 10}, 10))
    for givens in (51, 41, 31):
        knobs = {"size": 9, "givens": givens, "technique": "hidden_single"}
        theirs = {"min_empty": 81 - givens, "max_empty": 81 - givens}
        found.append((f"sudoku 9x9, {givens} givens", "guru/sudoku-v0", knobs, "sudoku", theirs, 10))
    # nothing of theirs asks for an order; the nearest is a zebra puzzle with the fewest attributes
    for size in (5, 7):
        theirs = {"num_people": size, "num_characteristics": 2}
        found.append((f"ordering, {size} objects", "guru/ordering-v0", {"objects": size}, "zebra_puzzles", theirs, 50))
    # theirs are stars of numbered nodes, and courses in random order; no shortest path is searched for there
    knobs = {"lookahead": 4, "branching": 4, "width": 1, "distractors": 4, "decoys": 2, "question": "path"}
    theirs = {"degree": 4, "min_path_length": 4, "max_path_length": 4}
    found.append(("graph, 4 steps", "guru/graph-v0", knobs, "path_star", theirs, 10))
    theirs = {"min_num_courses": 25, "max_num_courses": 25}
    found.append(("graph, 25 nodes", "guru/graph-v0", knobs, "course_schedule", theirs, 10))
    # one conclusion and consistent premises are all that theirs asks for; ours has as many premises and propositions, one claim
    for count in (6, 10, 12):
        knobs = {"atoms": count, "premises": count, "claims": 1, "depth": 1}
        theirs = {"min_vars": count, "max_vars": count, "min_statements": count, "max_statements": count}
        name = f"propositional, {count} propositions"
        found.append((name, "guru/propositional-v0", knobs, "propositional_logic", theirs, 10))
    return found


def our_rate(env_id: str, knobs: dict[str, Any], seconds: float) -> Rate:
    """Measures how many new tasks a second one of our environments draws."""
    source, seeds = guru_envs.make_source(env_id, knobs=knobs), itertools.count(1)

    def work() -> int:
        source.pose(source.address(next(seeds)))
        return 1

    work()
    return lambda: rate(work, seconds)


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
            question = {"ask": "rate", "dataset": dataset, "settings": settings, "seconds": options.seconds}
            figures = paired(
                our_rate(env_id, knobs, options.seconds), lambda asked=question: peer.ask(**asked), options.repeats
            )
            rows.append(row(name, figures, ("ratio", least)))
    report(rows, about, options.json)


if __name__ == "__main__":
    main()
