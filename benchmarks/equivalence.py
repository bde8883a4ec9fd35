"""Verdicts per second and accuracy on real gold answers: this package against math-verify alone, in one process each.

The golds are those of the shared samples (MATH-500, GSM8K, OlympiadBench, DeepScaleR, FinQA, HiTab, TAT-QA); the answers are the
ways of writing them and the near misses of ``tests/equivalence/equivalence_ways.py``. Every gold is read once by both sides, before
the measurement; both get the answer text as the model wrote it. Processor time counts, for ours with that of the helper processes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from measuring import ROOT, machine

sys.path.insert(0, str(ROOT / "tests" / "equivalence"))

import equivalence_golds
import equivalence_ways
from math_verify import parse, verify

from guru_envs.equivalence import equivalent, read_gold, symbolic, warm_up

DELIMITED = re.compile(
    r"\$|\\boxed|\\\(|\\\[|\*\*|答案|(?<![\\A-Za-z])[A-Za-z]{4,}"
)  # or prose: it finds the number itself
FOR_MATHEMATICS = ("math500", "gsm8k", "olympiadbench", "deepscaler")


def pairs_of(names: tuple[str, ...], every: int) -> list[tuple[str, str, bool]]:
    """Gold, answer, and whether it is right."""
    found: list[tuple[str, str, bool]] = []
    for name, golds in equivalence_golds.mathematical().items():
        if name in names:
            for gold in dict.fromkeys(golds):
                found += [(gold, way, True) for way in dict.fromkeys(equivalence_ways.right_ways(gold))]
                found += [(gold, miss, False) for miss in dict.fromkeys(equivalence_ways.near_misses(gold))]
    return found[::every]


def helpers_time() -> float:
    """Processor seconds of the helper processes and of what they forked."""
    total = 0.0
    for helper in symbolic._current().all:
        fields = Path(f"/proc/{helper.process.pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def judge_ours(pairs: list[tuple[str, str, bool]]) -> dict[str, Any]:
    """Our verdicts."""
    warm_up()
    golds = {gold: read_gold(gold) for gold, _, _ in pairs}
    longest, paths = 0.0, 0
    others = helpers_time()
    before = time.process_time() + others
    verdicts = []
    for gold, answer, _ in pairs:
        start = time.process_time()
        found = equivalent(golds[gold], answer)
        worked = time.process_time() - start
        if found.path in ("sympy", "worker timeout"):
            paths += 1
            worked += helpers_time() - others
            others = helpers_time()
        longest = max(longest, worked)
        verdicts.append(found.equal)
    spent = time.process_time() + helpers_time() - before
    return {"verdicts": verdicts, "rate": len(pairs) / spent, "longest": longest, "by sympy": paths}


def judge_theirs(pairs: list[tuple[str, str, bool]]) -> dict[str, Any]:
    """The verdicts of math-verify, as its documentation has it: the gold in dollar signs, bare formulas of an answer, too."""
    golds = {gold: parse(gold if "$" in gold else f"${gold}$", parsing_timeout=None) for gold, _, _ in pairs}
    longest = 0.0
    before = time.process_time()
    verdicts = []
    for gold, answer, _ in pairs:
        start = time.process_time()
        text = answer if DELIMITED.search(answer) else f"${answer}$"
        verdicts.append(bool(verify(golds[gold], parse(text, parsing_timeout=None), timeout_seconds=None)))
        longest = max(longest, time.process_time() - start)
    return {"verdicts": verdicts, "rate": len(pairs) / (time.process_time() - before), "longest": longest}


def summary(pairs: list[tuple[str, str, bool]], found: dict[str, Any]) -> dict[str, Any]:
    """Rates and accuracies; the accuracy is the mean of both kinds, right answers and near misses."""
    right = [verdict for verdict, pair in zip(found["verdicts"], pairs, strict=True) if pair[2]]
    missed = [not verdict for verdict, pair in zip(found["verdicts"], pairs, strict=True) if not pair[2]]
    shares = {"right answers accepted": sum(right) / len(right), "near misses rejected": sum(missed) / len(missed)}
    rest = {key: value for key, value in found.items() if key != "verdicts"}
    return rest | shares | {"accuracy": (sum(right) + sum(missed)) / len(pairs)}


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--every", type=int, default=5, help="take one pair in so many")
    reader.add_argument(
        "--tables", action="store_true", help="with the golds of tables, which math-verify is not made for"
    )
    reader.add_argument("--json", action="store_true")
    chosen = reader.parse_args()
    names = (*FOR_MATHEMATICS, "finqa", "hitab", "tatqa") if chosen.tables else FOR_MATHEMATICS
    pairs = pairs_of(names, chosen.every)
    if not pairs:
        raise SystemExit("the shared samples are not here; set GURU_SHARED_DATA")
    ours, theirs = summary(pairs, judge_ours(pairs)), summary(pairs, judge_theirs(pairs))
    result = {"pairs": len(pairs), "ours": ours, "math-verify": theirs, "ratio": ours["rate"] / theirs["rate"]}
    if chosen.json:
        print(json.dumps(result | {"machine": machine("math-verify", "sympy")}))
        return
    print(f"{len(pairs)} pairs")
    for key in ("rate", "longest", "right answers accepted", "near misses rejected", "accuracy"):
        print(f"{key:24} ours {ours[key]:12.4f}   math-verify {theirs[key]:12.4f}")
    print(f"{'ratio of rates':24} {result['ratio']:.1f}; by sympy: {ours['by sympy']} of {len(pairs)}")


if __name__ == "__main__":
    main()
