"""Rows of programming contests: TACO, APPS, code-r1, PrimeIntellect, DeepCoder and LiveCodeBench."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guru_envs.data.code_benchmarks import leetcode, values
from guru_envs.data.code_benchmarks.functions import assigned
from guru_envs.data.code_benchmarks.problem import AssertTests, BenchmarkProblem, CallTests, StdinTests
from guru_envs.errors import InvalidValueError

# What the graders of these rows put before a function: its annotations and calls take it for granted.
_GRANTED = """\
import bisect, collections, copy, functools, heapq, itertools, json, math, operator, random, re, string, sys
from typing import *
from collections import *
from itertools import *
from functools import *
from heapq import *
from bisect import *
from math import *
from builtins import *
"""


def coder1(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of verl data made by code-r1, and of GURU: tests as a JSON text, functional tests as code."""
    truth = values.from_json(row["reward_model"]["ground_truth"])
    extra = row.get("extra_info") or {}
    source = f"{extra.get('dataset') or ''} {row.get('data_source') or ''}".lower()
    kinds = ("leetcode", "taco", "primeintellect", "livecodebench")
    benchmark = next((kind for kind in kinds if kind in source), "taco")
    question = extra.get("original_prompt") or extra.get("prompt") or row["prompt"][-1]["content"]
    golds = (extra["reference"],) if extra.get("reference") else ()
    number, preamble, epilogue = str(extra.get("index", "")), extra.get("prefix") or "", ""
    code = truth.get("functional") if isinstance(truth, Mapping) else None
    tests: StdinTests | CallTests | AssertTests
    if code is None:
        tests = _tests(truth)
    else:
        made = leetcode.checked(preamble, code)
        tests, preamble, epilogue = made or (_functional(code) or AssertTests(code), preamble, "")
        benchmark = "leetcode" if made else benchmark
    return _problem(benchmark, number, question, "", tests, golds, preamble, epilogue)


def taco(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of TACO and of APPS."""
    tests = _tests(values.from_json(row["input_output"] or "{}"))
    number = str(row.get("id", row.get("task_id", row.get("problem_id", ""))))
    starter = row.get("starter_code") or ""
    return _problem("taco", number, row["question"], starter, tests, values.solutions(row.get("solutions")))


def primeintellect(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of PrimeIntellect's verifiable coding problems and SYNTHETIC-1."""
    tests = _tests(values.from_json(row["verification_info"])["test_cases"])
    golds = values.solutions([row.get("gold_standard_solution") or ""])
    return _problem("primeintellect", str(row.get("problem_id", "")), row["prompt"], "", tests, golds)


def deepcoder(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of DeepCoder-Preview, which holds TACO, PrimeIntellect and LiveCodeBench problems in one format."""
    listed = values.from_json(row["tests"])
    live = isinstance(listed, list) and any("testtype" in test for test in listed)
    benchmark = "livecodebench" if live else "taco" if isinstance(listed, dict) else "primeintellect"
    starter, golds = row.get("starter_code") or "", values.solutions(row.get("solutions"))
    return _problem(benchmark, "", row["problem"], starter, _tests(listed, _function(row)), golds)


def livecodebench(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of LiveCodeBench; public and private test cases."""
    private = row.get("private_test_cases") or "[]"
    hidden = values.private_cases(private) if isinstance(private, str) else private
    listed = [*values.from_json(row["public_test_cases"]), *hidden]
    tests, starter = _tests(listed, _function(row)), row.get("starter_code") or ""
    return _problem("livecodebench", str(row["question_id"]), row["question_content"], starter, tests, ())


def _problem(
    benchmark: str,
    number: str,
    question: str,
    starter: str,
    tests: StdinTests | CallTests | AssertTests,
    golds: tuple[str, ...],
    preamble: str = "",
    epilogue: str = "",
) -> BenchmarkProblem:
    entry = ""
    if isinstance(tests, CallTests):
        entry = "Solution" if re.search(r"^class Solution\b", starter, re.MULTILINE) else tests.name
        preamble = preamble or _GRANTED
    elif isinstance(tests, AssertTests):
        entry = tests.name or ""
    if benchmark == "leetcode":
        entry = "Solution"
    return BenchmarkProblem(benchmark, number, question, starter, tests, golds, preamble, epilogue, entry)


def _function(row: Mapping[str, Any]) -> str | None:
    found = values.from_json(row.get("metadata") or "{}") or {}
    return found.get("func_name") or None


def _tests(given: Any, name: str | None = None) -> StdinTests | CallTests:
    """Tests as two lists, or as a list of pairs; with a function's name they are calls."""
    if isinstance(given, Mapping):
        inputs, outputs, name = given.get("inputs", []), given.get("outputs", []), given.get("fn_name") or name
        called = name is not None
    else:
        inputs, outputs = [test["input"] for test in given], [test["output"] for test in given]
        first = given[0] if given else {}
        name = first.get("fn_name") or (first.get("metadata") or {}).get("func_name") or name
        called = name is not None and first.get("testtype", first.get("type")) in ("functional", "function_call")
    if len(inputs) != len(outputs):
        raise InvalidValueError(f"{len(inputs)} inputs and {len(outputs)} outputs")
    if not inputs:
        raise InvalidValueError("the row has no tests")
    if called:
        assert name is not None
        name = name.rpartition(".")[2]  # some rows say Solution.method
        return CallTests(name, tuple(map(values.arguments, inputs)), tuple(map(values.lenient, outputs)))
    return StdinTests(tuple(map(values.lines, inputs)), tuple(map(values.lines, outputs)))


def _functional(code: str) -> CallTests | None:
    """Calls read from test code that lists ``_inputs`` and ``_outputs`` as literals; None for other code."""
    listed = assigned(code)
    inputs, outputs = listed.get("_inputs"), listed.get("_outputs")
    called = re.search(r"_deep_eq\((?:Solution\(\)\.)?(\w+)\(\*i\), o(\[0\])?\)", code)
    if called is None or not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
        return None
    expected = [output[0] for output in outputs] if called[2] else outputs
    return CallTests(called[1], tuple(map(tuple, inputs)), tuple(expected))
