"""Judging the reference solutions of a file, or recorded responses: ``{"id": ..., "response": ...}`` a line."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from guru_envs.data.code_benchmarks import judge_many, read_problems
from guru_envs.data.code_benchmarks.judging import extract


def main() -> None:
    """Print how many pass, and which do not."""
    parser = argparse.ArgumentParser(prog="python -m guru_envs.data.code_benchmarks", description=__doc__)
    parser.add_argument("file", type=Path, help="JSONL rows of a benchmark")
    parser.add_argument("--responses", type=Path, help="JSONL of responses to judge; default: the rows' own solutions")
    options = parser.parse_args()
    problems = list(read_problems(options.file))
    if options.responses is None:
        pairs = [(problem, problem.golds[0]) for problem in problems if problem.golds]
    else:
        named = {problem.id: problem for problem in problems}
        rows = [json.loads(line) for line in options.responses.read_text(encoding="utf-8").splitlines() if line.strip()]
        known = [(named[str(row["id"])], row["response"]) for row in rows]
        pairs = [(problem, extract(problem, response).answer or "") for problem, response in known]
    verdicts = judge_many(pairs)
    for (problem, _), verdict in zip(pairs, verdicts, strict=True):
        if not verdict.correct:
            last = verdict.error.strip().rpartition("\n")[2]
            print(f"{problem.benchmark} {problem.id}: {verdict.status.value}, {verdict.passed}/{verdict.total} {last}")
    right = Counter(verdict.correct for verdict in verdicts)[True]
    print(f"{right} of {len(verdicts)} pass ({len(problems)} problems)")


if __name__ == "__main__":
    main()
