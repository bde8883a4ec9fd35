"""Public code benchmarks as uniform problems.

HumanEval, MBPP, their EvalPlus versions, CRUXEval, LeetCodeDataset, TACO, APPS, code-r1, PrimeIntellect, DeepCoder and
LiveCodeBench. :func:`read_problems` recognises the format of each row by its keys; :func:`judge` runs a solution on a problem's
tests in the sandbox. Nothing of a file is evaluated here: values are read as JSON or as Python literals, and test code
(assertions) runs in the sandbox, in a process apart from the solution's.

``python -m guru_envs.data.code_benchmarks FILE`` judges a file's own reference solutions.
"""

from guru_envs.data.code_benchmarks.comparing import TOLERANCE, same_as_gold, same_data, same_lines
from guru_envs.data.code_benchmarks.judging import Checker, extract, judge, judge_many, judge_response
from guru_envs.data.code_benchmarks.predicting import answer_of, judge_input, judge_output
from guru_envs.data.code_benchmarks.problem import (
    AssertTests,
    BenchmarkProblem,
    CallTests,
    GoldTests,
    Judged,
    RunTest,
    StdinTests,
    defines,
)
from guru_envs.data.code_benchmarks.reading import parse_problem, read_problems

__all__ = [
    "TOLERANCE",
    "AssertTests",
    "BenchmarkProblem",
    "CallTests",
    "Checker",
    "GoldTests",
    "Judged",
    "RunTest",
    "StdinTests",
    "answer_of",
    "defines",
    "extract",
    "judge",
    "judge_input",
    "judge_many",
    "judge_output",
    "judge_response",
    "parse_problem",
    "read_problems",
    "same_as_gold",
    "same_data",
    "same_lines",
]
