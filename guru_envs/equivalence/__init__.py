r"""Answers judged by what they mean.

``read_gold`` reads a benchmark's gold answer, ``equivalent`` judges an answer against it::

    gold = read_gold(r"\frac{1}{2}")
    equivalent(gold, "0.5").equal        # True
    equivalent(gold, "50").equal         # False: no accidental factor of 100

Most verdicts are exact and take microseconds. What this package's own parser does not know is compared by math-verify and
sympy (the extra ``math``) in processes that are killed at a deadline. Nothing of an answer is ever evaluated by Python.
"""

from guru_envs.equivalence.golds import Gold, Judgement, Kind
from guru_envs.equivalence.judge import equivalent, read_gold
from guru_envs.equivalence.reference import table_verdict
from guru_envs.equivalence.symbolic import require, warm_up

__all__ = ["Gold", "Judgement", "Kind", "equivalent", "read_gold", "require", "table_verdict", "warm_up"]
