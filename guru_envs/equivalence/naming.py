"""What stands to the left of an equals sign: whether two names can mean the same, and names of arguments."""

from __future__ import annotations

import re

from guru_envs.equivalence.constants import put
from guru_envs.equivalence.evaluate import symbols_of
from guru_envs.equivalence.golds import Named, Term

_FORMULA = re.compile(r"[-0-9+*/^]")  # what says that the left side of an equation is more than a name
_OF = re.compile(r"([^\W\d_]'*)\(([a-z])\)")
_INDEXED = re.compile(r"([^\W\d_])_(.+)")
_RUNNING = frozenset("ijkmn")  # an index that runs over all places may have any name
_NEGATIVE_LOGARITHM = re.compile(r"p(?:H|OH|K_?[abw]?)")


def differ(one: str, other: str) -> bool:
    """Whether two different names name different things: two letters, two formulas, two places of a sequence, pH and pOH."""
    if one.replace("_", "") == other.replace("_", ""):
        return False
    if len(one) == 1 == len(other) or _formulas(one, other):
        return True
    if _NEGATIVE_LOGARITHM.fullmatch(one) and _NEGATIVE_LOGARITHM.fullmatch(other):
        return True
    first, second = _INDEXED.fullmatch(one), _INDEXED.fullmatch(other)
    if not (first and second) or first[1] != second[1]:
        return False
    if len(first[2]) == len(second[2]) == 1 and not _RUNNING & {first[2], second[2]}:
        return True
    return bool(re.search("[-+]", first[2] + second[2]))


def _formulas(one: str, other: str) -> bool:
    """Whether the left sides of two equations are formulas, and not just names of what is asked for."""
    signs = [_FORMULA.search(name) is not None for name in (one, other)]
    return any(signs) and all(
        sign or (len(name) > 1 and name.isalpha()) for sign, name in zip(signs, (one, other), strict=True)
    )


def with_argument_of(gold: Named, answer: Named) -> Named:
    """The answer with the argument of its function called as in the gold, as f(t) = t + 1 for f(x) = x + 1."""
    mine, theirs = _OF.fullmatch(gold.name), _OF.fullmatch(answer.name)
    if not (mine and theirs) or mine[1] != theirs[1] or mine[2] == theirs[2]:
        return answer
    if not (isinstance(gold.item, Term) and isinstance(answer.item, Term)):
        return answer
    left, right = (item.spare or item.tree for item in (gold.item, answer.item))  # 2t is no two tonnes here
    if theirs[2] in symbols_of(left) or mine[2] in symbols_of(right):
        return answer
    return Named(gold.name, Term(put(right, theirs[2], mine[2])))
