"""Rows that ask for a function: HumanEval, MBPP, their EvalPlus versions; and CRUXEval, which asks what a function does."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from guru_envs.data.code_benchmarks import typing_inputs
from guru_envs.data.code_benchmarks.problem import (
    AssertTests,
    BenchmarkProblem,
    CallTests,
    GoldTests,
    Likeness,
    RunTest,
)
from guru_envs.data.code_benchmarks.values import parsed

# What EvalPlus asks of these functions: the elements of the value, or only whether there is one.
_SETS = frozenset(
    ("similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum")
) | frozenset(("intersection_array", "find_dissimilar", "Diff"))
_GIVEN = frozenset(("check_str", "text_match_three", "text_starta_endb"))


def humaneval(row: Mapping[str, Any]) -> BenchmarkProblem:
    """OpenAI's rows; ``base_input`` and ``plus_input`` of EvalPlus are used where they are."""
    name, prompt = row["entry_point"], row["prompt"]
    head = re.split(rf"^def {re.escape(name)}\b", prompt, maxsplit=1, flags=re.MULTILINE)[0]  # imports, other functions
    gold = prompt + row["canonical_solution"]
    if "plus_input" in row and name != "find_zero":  # which has many right answers, checked by its own test
        calls = tuple(tuple(one) for one in [*(row.get("base_input") or ()), *(row["plus_input"] or ())])
        tests: GoldTests | AssertTests = GoldTests(name, calls, gold, float(row.get("atol") or 0))
        benchmark = "humanevalplus"
    else:
        # Tests may use functions of the prompt; those are the prompt's own, whatever a solution makes of them.
        own = head if re.search(r"^def ", head, re.MULTILINE) else ""
        tests, benchmark = AssertTests(f"{own}{row['test']}\ncheck({name})\n", name), "humaneval"
    return BenchmarkProblem(benchmark, row["task_id"], prompt, prompt, tests, (gold,), head, entry=name)


def mbpp(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Google's rows, full and sanitized; the code that sets tests up may use the solution's classes."""
    asserts = [*row["test_list"]]
    imports = "\n".join(row.get("test_imports") or ())
    question = row.get("text") or row["prompt"]
    parts = [imports, row.get("test_setup_code") or "", *asserts, *(row.get("challenge_test_list") or ())]
    name = called(asserts[0] if asserts else "", row["code"])
    tests = AssertTests("\n".join(part for part in parts if part.strip()), name or None)
    shown = f"{question}\n\n" + "\n".join(asserts)
    return BenchmarkProblem("mbpp", str(row["task_id"]), shown, "", tests, (row["code"],), imports, entry=name)


def mbppplus_listed(row: Mapping[str, Any]) -> BenchmarkProblem:
    """EvalPlus rows whose ``test`` lists inputs and results; as assertions where those are no literals."""
    plain = mbpp(row)
    listed = assigned(row["test"])
    inputs, results = listed.get("inputs"), listed.get("results")
    benchmark, number = "mbppplus", str(row["task_id"])
    if plain.entry and isinstance(inputs, list) and isinstance(results, list) and len(inputs) == len(results):
        calls, loose = tuple(tuple(one) for one in inputs), plain.entry in _SETS | _GIVEN
        tests: CallTests | GoldTests | AssertTests = CallTests(plain.entry, calls, tuple(results))
        if loose:
            tests = GoldTests(plain.entry, calls, row["code"], 0.0, _likeness(plain.entry))
    else:
        tests = AssertTests(row["test"], plain.entry or None)
    return BenchmarkProblem(
        benchmark, number, plain.question, "", tests, plain.golds, plain.preamble, entry=plain.entry
    )


def mbppplus(row: Mapping[str, Any]) -> BenchmarkProblem:
    """EvalPlus rows with ``base_input`` and ``plus_input``.

    JSON has no tuples, sets and complex numbers, so the inputs get the types that the row's assertions show.
    """
    name, gold = row["entry_point"], row["canonical_solution"]
    base = row.get("base_input") or []
    calls = typing_inputs.typed(name, row.get("assertion") or "", base, [*base, *(row.get("plus_input") or [])])
    tests = GoldTests(name, calls, gold, float(row.get("atol") or 0), _likeness(name))
    question = row["prompt"].strip().strip('"').strip()
    return BenchmarkProblem("mbppplus", row["task_id"], question, "", tests, (gold,), entry=name)


def cruxeval(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of CRUXEval: a function ``f``, the text of arguments, the text of the value."""
    tests = RunTest(row["code"], row["input"], row["output"])
    return BenchmarkProblem("cruxeval", str(row["id"]), row["code"], "", tests, (row["code"],), entry="f")


def called(test: str, code: str) -> str:
    """The function of a program that a test calls first; empty when there is none, or it is a class."""
    tree, program = parsed(test), parsed(code)
    if tree is None or program is None:
        return ""
    own = {node.name for node in program.body if isinstance(node, ast.FunctionDef)}
    names = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return next((name for name in names if name in own), "")


def assigned(code: str) -> dict[str, Any]:
    """The names to which code assigns literals, with their values; nothing is executed."""
    found: dict[str, Any] = {}
    tree = parsed(code)
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError, RecursionError, MemoryError):
                continue
    return found


def _likeness(name: str) -> Likeness:
    return "set" if name in _SETS else "given" if name in _GIVEN else "equal"
