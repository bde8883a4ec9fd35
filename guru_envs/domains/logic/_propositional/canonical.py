"""What makes two puzzles the same."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._propositional.premises import KINDS, Claim, Premise

_ROUNDS = 3


def canonical_text(count: int, premises: Sequence[Premise], claims: Sequence[Claim]) -> str:
    """The puzzle without the names of the propositions, the order of premises and claims, and the choice of wordings.

    Propositions get colours by refinement, from the premises and claims that mention them.
    """
    formulas = [(one.kind, one.literals, KINDS[one.kind][1]) for one in premises]
    formulas += [("claim", one.literals, False) for one in claims]
    colours = [0] * (count + 1)
    texts: list[str] = []
    for _ in range(_ROUNDS):
        said: list[list[str]] = [[] for _ in range(count + 1)]
        texts = []
        for kind, literals, ordered in formulas:
            parts = [f"{'-' if literal < 0 else ''}{colours[abs(literal)]}" for literal in literals]
            free = 2 if kind == "and_implies" else 1 if kind == "implies_or" else 0
            if not ordered:
                shown = sorted(parts)
            elif free == 2:
                shown = [*sorted(parts[:2]), parts[2]]
            elif free == 1:
                shown = [parts[0], *sorted(parts[1:])]
            else:
                shown = parts
            text = f"{kind} {' '.join(shown)}"
            texts.append(text)
            for place, literal in enumerate(literals):
                role = 0 if not ordered else place < 2 if free == 2 else place > 0
                said[abs(literal)].append(f"{text}/{int(role)}{'-' if literal < 0 else ''}")
        signatures = [f"{colours[var]}|{';'.join(sorted(said[var]))}" for var in range(count + 1)]
        first: dict[str, int] = {}
        for number, signature in enumerate(sorted(signatures)):
            first.setdefault(signature, number)
        colours = [first[signature] for signature in signatures]
    return f"propositional {count}\n" + "\n".join(sorted(texts))
