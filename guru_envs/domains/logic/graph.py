"""Find the shortest proof in a network of implications.

Prompt
------
A given statement ("Anna is calm"), numbered rules of the kind "If Anna is calm, then Boris is tall" in random order and several
wordings, a statement to be shown, and what a proof is. The question is for the statement that comes directly after the given one
in the shortest proof (``question="next"``), or for the whole shortest proof (``question="path"``). English and Chinese say the
same.

Answer
------
One statement, or the statements of the proof in order, separated by commas. For the proof arrows, ``>``, one statement per line,
numbered lists and a JSON list are read too, and the given statement may be left out; upper and lower case do not matter.

Verdict
-------
CORRECT when it is the statement, or the proof, asked for; there is exactly one. NO_ANSWER: no statement was found. All else is
WRONG. Credit for a proof: the share of its steps that are right before the first wrong one, above what the choice of a random first
step gets: (k - c) / (n - c) for k of n steps, where c is one over the number of rules about the given statement; at least 0. A wrong
next statement earns nothing. The reason given says which step does not follow, or that there is a shorter proof.

Knobs
-----
``lookahead`` is the length of the proof in steps and ``branching`` the number of first steps. From each first step an arm goes down
at least as deep as the proof is long (``deeper``: so many layers more), with up to ``width`` statements in each layer.
``distractors`` more rules are merges of two ways, reversed rules (from a conclusion back to its premise), and ways back, which
make longer proofs. ``decoys`` chains of ``decoy_depth`` rules lead to the goal and to other statements from
premises that cannot be shown, so that going backwards from the goal has dead ends too. Statements share names and words at random.
That there is exactly one shortest proof is decided for every task by counting the shortest paths. With ``abstain=True`` a third
of the tasks has no proof of the goal, or several shortest ones with different first steps; the answer then says so.

Oracle
------
The given statement, which as a premise counts as the clue after the last rule, and one line for each step of the shortest proof,
with the rule it follows from. A fact is ``("is", name, word)``; in words: "Anna is
calm." Without a proof the certificate is all that can be shown, one fact ``("all", statement, ...)``; with several shortest proofs
it is two of them, ``("proof", statement, ...)`` each. In the environment's deduction mode, statements that can be shown but are
not part of the shortest proof are entailed and earn no progress.

``effort`` is the number of rules that a breadth-first search applies until it has seen all proofs as short as the shortest.

Known shortcuts
---------------
The next statement is guessed with one over ``branching``. The arms are made alike and the goal is at the end of one drawn with equal
chances, so that first steps cannot be told apart without following the rules. Measured: the first step with the highest or lowest
number of rules about it, with the most or fewest rules leading to it, mentioned first or last, with the longest text, that shares
words with the goal, or with the alphabetically first text, is right at most 0.10 above that rate on every level (a test says so).
The first hint (the first fact of the oracle) is the given statement; the second gives the next statement away.

Provenance
----------
Our own generator. The task kind is that of the graph rows of GURU (arXiv 2506.14965), whose graphs are stars: ways that meet
only in the given statement. Here ways merge, lead back and have dead ends of the same length, forwards and backwards.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

import itertools
import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from guru_envs.domain import Knobs, knob
from guru_envs.domains import _abstain
from guru_envs.domains.logic._graph import build
from guru_envs.domains.logic._graph.answer import label, statements
from guru_envs.domains.logic._graph.canonical import canonical_text
from guru_envs.domains.logic._graph.words import PEOPLE, SOURCES, STYLES, VERDICTS, WORDS, Puzzle, prompt, said
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.task import Outcome, Premise, Step, Task, Trace, Verdict
from guru_envs.theory import Clause, Fact, Theory

_DRAWS = 60  # graphs drawn until one can be changed as asked
_LARGEST = 400  # statements
_ALL = range(len(PEOPLE["en"]))  # there are as many words as people
_STYLE_OF = bytes([one % STYLES for one in range(256)])  # the wording that a random byte stands for


@dataclass(frozen=True)
class GraphKnobs(Knobs):
    """The shape of a network of implications."""

    lookahead: int = knob(3, "steps of the shortest proof", 2, 16)
    branching: int = knob(3, "rules about the given statement: first steps to choose from", 2, 8)
    width: int = knob(2, "most statements in each layer of an arm", 1, 4)
    deeper: int = knob(1, "layers of each arm below the goal's", 0, 4)
    distractors: int = knob(6, "additional rules: merges, reversed rules, ways back", 0, 120)
    decoys: int = knob(2, "chains of rules from premises that cannot be shown", 0, 30)
    decoy_depth: int = knob(2, "rules in each of these chains", 1, 12)
    question: Literal["next", "path"] = knob("next", "ask for the first step or for the whole proof")
    abstain: bool = knob(False, "a third of the tasks has no proof or several shortest ones")

    def check(self) -> None:
        """Too many statements for the names and words there are."""
        most = (
            1 + self.branching * (1 + self.width * (self.lookahead + self.deeper - 1)) + self.decoys * self.decoy_depth
        )
        if most > _LARGEST:
            raise ImpossibleTaskError(
                f"these knobs of GraphKnobs can give {most} statements, at most {_LARGEST} are possible: lower lookahead, branching, "
                "width, deeper or decoys"
            )

    @property
    def shape(self) -> build.Shape:
        """The numbers that the graph is made from."""
        return build.Shape(
            self.lookahead,
            self.branching,
            self.width,
            self.deeper,
            self.distractors,
            self.decoys,
            self.decoy_depth,
        )


class Graph:
    """The graph domain."""

    Knobs = GraphKnobs

    def generate(self, rng: random.Random, knobs: GraphKnobs) -> Task[Puzzle]:
        """Make a network with one shortest proof of its goal."""
        found = self.generate_in(rng, knobs, bool)
        assert found is not None, "no canonical text is empty"
        return found

    def generate_in(self, rng: random.Random, knobs: GraphKnobs, fits: Callable[[str], bool]) -> Task[Puzzle] | None:
        """As ``generate``, but None when the canonical text does not fit, which is asked before names are given."""
        kind = _abstain.draw_kind(rng) if knobs.abstain else "one"
        for _ in range(_DRAWS):
            graph = build.build(knobs.shape, rng)
            edges: tuple[build.Edge, ...] | None = graph.edges
            path = build.only_shortest(graph.nodes, graph.edges, graph.goal)
            if path is None or len(path) != knobs.lookahead + 1:
                continue
            if kind != "one":
                edges = (build.cut_off if kind == "none" else build.doubled)(graph, path, rng)
                path = []
            if edges is not None:
                text = canonical_text(graph.nodes, edges, graph.goal, knobs.question)
                asks = (knobs.lang, graph.nodes, edges, graph.goal, knobs.question, knobs.abstain, kind, path)
                return _present(*asks, rng, text) if fits(text) else None
        raise ImpossibleTaskError(f"no graph of this kind ({kind}) was found: raise width or distractors")

    def twin(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle]:
        """The same network with other names and words, the rules in another order and other wordings."""
        puzzle = task.payload
        asks = (
            puzzle.lang,
            len(puzzle.labels),
            puzzle.rules,
            puzzle.goal,
            puzzle.question,
            puzzle.abstains,
            puzzle.kind,
        )
        return _present(*asks, puzzle.path, rng)

    def edit(self, task: Task[Puzzle], rng: random.Random) -> Task[Puzzle] | None:
        """One rule changed so that the shortest proof has another first step; None when none was found."""
        puzzle = task.payload
        if puzzle.kind != "one":
            return None
        for number, rule in build.redirected(len(puzzle.labels), puzzle.rules, puzzle.goal, puzzle.path, rng):
            rules = (*puzzle.rules[:number], rule, *puzzle.rules[number + 1 :])
            (path,) = build.shortest(len(puzzle.labels), rules, puzzle.goal)
            edited = _task(puzzle._replace(rules=rules, path=tuple(path)))
            if edited.canonical != task.canonical:
                return edited
        return None

    def verify(self, task: Task[Puzzle], answer: str) -> Verdict:
        """Judge a statement or a proof."""
        puzzle = task.payload
        if answer == task.gold:
            return Verdict(Outcome.CORRECT, 1.0)
        say = VERDICTS[puzzle.lang]
        if puzzle.abstains:
            claimed = _abstain.read(answer)
            if claimed is not None:
                right = claimed == puzzle.kind
                return Verdict(Outcome.CORRECT, 1.0) if right else Verdict(Outcome.WRONG, detail=say["claim"])
        told = statements(puzzle, answer)
        if not any(one is not None for one in told):
            return Verdict(Outcome.NO_ANSWER, detail=say["form"])
        numbers = {one: node for node, one in enumerate(puzzle.labels)}
        nodes = [-1 if one is None else numbers.get(one, -1) for one in told]
        if puzzle.question == "next":
            return _verify_next(puzzle, nodes)
        return _verify_path(puzzle, nodes)

    def solve(self, task: Task[Puzzle]) -> Trace:
        """Find the shortest proof, or show that there is none or more than one."""
        puzzle = task.payload
        found = build.shortest(len(puzzle.labels), puzzle.rules, puzzle.goal, 2)
        if len(found) != 1:
            return _certificate(puzzle)
        path, why = found[0], SOURCES[puzzle.lang]
        numbers = {edge: number for number, edge in enumerate(puzzle.rules, 1)}
        given = Premise("clue", len(puzzle.rules) + 1)
        steps = [Step(said(puzzle, 0) + why["given"], (given,), _fact(puzzle, 0))]
        for line, edge in enumerate(itertools.pairwise(path), 1):
            premises = (Premise("clue", numbers[edge]), Premise("step", line))
            text = said(puzzle, edge[1]) + why["rule"].format(numbers[edge], line)
            steps.append(Step(text, premises, _fact(puzzle, edge[1])))
        return Trace(tuple(steps), _gold(puzzle, path))

    def effort(self, task: Task[Puzzle]) -> float:
        """The rules that a breadth-first search applies."""
        puzzle = task.payload
        return float(build.work(len(puzzle.labels), puzzle.rules, puzzle.goal))

    def guess(self, task: Task[Puzzle], rng: random.Random) -> str:
        """A first step taken at random; for a proof, random steps until the goal, a repetition or a dead end."""
        puzzle = task.payload
        if puzzle.abstains and (kind := _abstain.draw_kind(rng)) != "one":
            return _abstain.phrase(kind, puzzle.lang)
        following = build.search(len(puzzle.labels), puzzle.rules)[2]
        walk = [0]
        while options := [one for one in following[walk[-1]] if one not in walk]:
            walk.append(rng.choice(options))
            if walk[-1] == puzzle.goal or puzzle.question == "next":
                break
        return _gold(puzzle, walk)

    def corrupt(self, task: Task[Puzzle], rng: random.Random) -> str:
        """Another statement, or a proof with one statement exchanged."""
        puzzle = task.payload
        nodes = range(1, len(puzzle.labels))
        if puzzle.kind != "one":
            return said(puzzle, rng.choice(nodes))
        if puzzle.question == "next":
            return said(puzzle, rng.choice([node for node in nodes if node != puzzle.path[1]]))
        path = list(puzzle.path)
        path[rng.randrange(1, len(path))] = rng.choice([node for node in nodes if node not in path])
        return _gold(puzzle, path)

    def render(self, task: Task[Puzzle]) -> str:
        """The rules as arrows."""
        puzzle = task.payload
        rules = [f"{said(puzzle, one)}  ->  {said(puzzle, two)}" for one, two in puzzle.rules]
        return "\n".join([*rules, "", task.prompt])

    # -- deduction -----------------------------------------------------------------------------------------------------

    def theory(self, task: Task[Puzzle]) -> Theory:
        """A variable for each statement; the given one is the last clue; the solution is the statements of the proof."""
        puzzle = task.payload
        clues = (*(((-one - 1, two + 1),) for one, two in puzzle.rules), ((1,),))
        atoms = tuple(node + 1 for node in puzzle.path) or (1, puzzle.goal + 1)
        return Theory((), clues, atoms, reach=1)

    def clauses(self, task: Task[Puzzle], fact: Fact) -> tuple[Clause, ...]:
        """What a fact says; raises ``InvalidValueError`` for a fact of another form."""
        puzzle = task.payload
        if len(fact) == 3 and fact[0] == "is" and fact[1] in PEOPLE[puzzle.lang] and fact[2] in WORDS[puzzle.lang]:
            told = (PEOPLE[puzzle.lang].index(str(fact[1])), WORDS[puzzle.lang].index(str(fact[2])))
            if told in puzzle.labels:
                return ((puzzle.labels.index(told) + 1,),)
        raise InvalidValueError(f"{fact!r} is no fact of this graph")

    def read_fact(self, task: Task[Puzzle], line: str) -> Fact | None:
        """The fact that a line of text states, or None."""
        puzzle = task.payload
        if len(line) > _LONGEST_LINE:
            return None
        for opening in "(（":
            line = line.split(opening, 1)[0] if line.find(opening) > 0 else line
        found = label(puzzle.lang, line.strip().casefold())
        return _fact(puzzle, puzzle.labels.index(found)) if found in puzzle.labels else None

    def fact_help(self, task: Task[Puzzle]) -> str:
        """How a fact is written."""
        puzzle = task.payload
        return VERDICTS[puzzle.lang]["help"].format(said(puzzle, 0))


# -- making ------------------------------------------------------------------------------------------------------------


def _present(
    lang: str,
    nodes: int,
    edges: Sequence[build.Edge],
    goal: int,
    question: str,
    abstains: bool,
    kind: _abstain.Kind,
    path: Sequence[int],
    rng: random.Random,
    canonical: str = "",
) -> Task[Puzzle]:
    """A graph with random names, words and sequence of rules. Names and words are few, so that statements share them."""
    side = min(len(PEOPLE["en"]), max(3, int((1.6 * nodes) ** 0.5) + 1))
    people, words = _shuffled(rng, len(_ALL))[:side], _shuffled(rng, len(_ALL))[:side]
    labels = tuple([(people[one // side], words[one % side]) for one in _shuffled(rng, side * side)[:nodes]])
    rules = tuple([edges[one] for one in _shuffled(rng, len(edges))])
    styles = tuple(rng.randbytes(len(rules)).translate(_STYLE_OF))
    return _task(Puzzle(lang, labels, rules, styles, goal, question, abstains, kind, tuple(path)), canonical)


def _shuffled(rng: random.Random, count: int) -> list[int]:
    """The numbers below a count in random order: sorted by 32 random bits each, all drawn at once."""
    keys = struct.unpack(f"<{count}I", rng.randbytes(4 * count))
    return sorted(range(count), key=keys.__getitem__)


def _task(puzzle: Puzzle, canonical: str = "") -> Task[Puzzle]:
    gold = _gold(puzzle, puzzle.path) if puzzle.kind == "one" else _abstain.phrase(puzzle.kind, puzzle.lang)
    if not canonical:
        canonical = canonical_text(len(puzzle.labels), puzzle.rules, puzzle.goal, puzzle.question)
    return Task(prompt(puzzle), gold, puzzle, canonical)


def _gold(puzzle: Puzzle, path: Sequence[int]) -> str:
    """The answer text of a proof."""
    if puzzle.question == "next":
        return said(puzzle, path[1])
    return ("，" if puzzle.lang == "zh" else ", ").join([said(puzzle, node) for node in path])


# -- judging -----------------------------------------------------------------------------------------------------------

_LONGEST_LINE = 300  # characters of a line that may state a fact


def _fact(puzzle: Puzzle, node: int) -> Fact:
    person, word = puzzle.labels[node]
    return ("is", PEOPLE[puzzle.lang][person], WORDS[puzzle.lang][word])


def _verify_next(puzzle: Puzzle, nodes: Sequence[int]) -> Verdict:
    say = VERDICTS[puzzle.lang]
    if len(nodes) != 1:
        return Verdict(Outcome.WRONG, detail=say["one"])
    (node,) = nodes
    if puzzle.kind == "one" and node == puzzle.path[1]:
        return Verdict(Outcome.CORRECT, 1.0)
    follows = (0, node) in puzzle.rules
    return Verdict(Outcome.WRONG, detail=say["unknown" if node < 0 else "next" if follows else "start"])


def _verify_path(puzzle: Puzzle, nodes: list[int]) -> Verdict:
    say = VERDICTS[puzzle.lang]
    if nodes[0] != 0:
        nodes = [0, *nodes]  # the given statement may be left out
    path = puzzle.path
    if puzzle.kind == "one" and tuple(nodes) == path:
        return Verdict(Outcome.CORRECT, 1.0)
    credit = 0.0
    if path:
        right = 0
        for one, two in zip(nodes[1:], path[1:], strict=False):
            if one != two:
                break
            right += 1
        chance = 1 / sum(one == 0 for one, _ in puzzle.rules)
        credit = min(max(0.0, (right - chance) / (len(path) - 1 - chance)), 0.99)
    if -1 in nodes:
        return Verdict(Outcome.WRONG, credit, detail=say["unknown"])
    rules = set(puzzle.rules)
    for place, edge in enumerate(itertools.pairwise(nodes), 2):
        if edge not in rules:
            return Verdict(Outcome.WRONG, credit, detail=say["step"].format(place))
    ends = nodes[-1] == puzzle.goal
    return Verdict(Outcome.WRONG, credit, detail=say["longer" if ends and puzzle.kind == "one" else "end"])


def _certificate(puzzle: Puzzle) -> Trace:
    """All that can be shown, when the goal is not among it; or two shortest proofs."""
    say, lang = VERDICTS[puzzle.lang], puzzle.lang
    comma = "，" if lang == "zh" else ", "
    everything = tuple(Premise("clue", number) for number in range(1, len(puzzle.rules) + 1))
    if puzzle.kind == "several":
        proofs = build.shortest(len(puzzle.labels), puzzle.rules, puzzle.goal, 50)
        two = [proofs[0], next(one for one in proofs if one[1] != proofs[0][1])]
    else:
        depth = build.search(len(puzzle.labels), puzzle.rules)[0]
        two = [sorted((node for node in range(len(depth)) if depth[node] >= 0), key=lambda node: (depth[node], node))]
    name = "proof" if puzzle.kind == "several" else "all"
    steps = []
    for nodes in two:
        texts = [said(puzzle, node) for node in nodes]
        steps.append(Step(say[name].format(comma.join(texts)), everything, (name, *texts)))
    return Trace(tuple(steps), _abstain.phrase(puzzle.kind, lang))
