"""Public code benchmarks as uniform problems: HumanEval, MBPP, MBPP+, LeetCode, TACO, PrimeIntellect and LiveCodeBench rows.

:func:`read_problems` recognises the format of each row by its keys; :func:`judge` runs a solution on a problem's tests in the
sandbox. Nothing of a file is evaluated here: values are read as JSON or as Python literals, and test code (assertions) runs in
the sandbox, in a process apart from the solution's.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import math
import pickle  # only through an unpickler that refuses every class
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guru_envs.domains.code._values import token_lines
from guru_envs.errors import InvalidValueError
from guru_envs.sandbox import Call, Limits, LocalSandbox, Program, Result, Sandbox, Status, default_sandbox, run_asserts

TOLERANCE = 1e-5  # absolute and relative, where an expected value is a float; as the rows' own tests have it


@dataclass(frozen=True, slots=True)
class StdinTests:
    """Standard inputs and the outputs expected for them."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallTests:
    """Arguments of a function, or of a method of ``class Solution``, and the values expected for them (as from JSON)."""

    name: str
    arguments: tuple[tuple[Any, ...], ...]
    expected: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AssertTests:
    """Test code that calls the solution. ``name``: the function under test, where the row tells it."""

    code: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkProblem:
    """One problem of a benchmark.

    Attributes:
        benchmark: ``humaneval``, ``mbpp``, ``mbppplus``, ``leetcode``, ``taco``, ``primeintellect`` or ``livecodebench``.
        id: the row's own id, as text; empty when it has none.
        question: the statement as a model is shown it.
        starter: code to begin from; may be empty.
        tests: the tests, in one of three forms.
        golds: the row's reference solutions, complete programs.
        preamble: code that stands before a solution when it is run, such as imports that the statement takes for granted.
    """

    benchmark: str
    id: str
    question: str
    starter: str
    tests: StdinTests | CallTests | AssertTests
    golds: tuple[str, ...] = ()
    preamble: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the tests say of a solution: how many passed of how many, and how the first failure ended (OK: a wrong answer)."""

    passed: int
    total: int
    status: Status = Status.OK
    error: str = ""

    @property
    def correct(self) -> bool:
        """All tests passed."""
        return self.total > 0 and self.passed == self.total


def read_problems(path: Path | str) -> Iterator[BenchmarkProblem]:
    """The problems of a JSONL file.

    Raises:
        InvalidValueError: a line is not JSON, or of no known format; the message names file and line.
    """
    with Path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield parse_problem(json.loads(line))
                except (ValueError, KeyError, TypeError) as error:  # InvalidValueError is a ValueError
                    raise InvalidValueError(f"{path}, line {number}: {error}") from None


def parse_problem(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Read a row of any of the formats.

    Raises:
        InvalidValueError: the keys fit no known format.
    """
    keys = set(row)
    for needed, read in _READERS:
        if needed <= keys:
            return read(row)
    raise InvalidValueError(f"a row with the keys {', '.join(sorted(map(str, keys)))} is of no known code benchmark")


# -- formats -----------------------------------------------------------------------------------------------------------


def _humaneval(row: Mapping[str, Any]) -> BenchmarkProblem:
    name, prompt = row["entry_point"], row["prompt"]
    head = re.split(rf"^def {re.escape(name)}\b", prompt, maxsplit=1, flags=re.MULTILINE)[0]  # imports, other functions
    tests = AssertTests(f"{row['test']}\ncheck({name})\n", name)
    return BenchmarkProblem(
        "humaneval", row["task_id"], prompt, prompt, tests, (prompt + row["canonical_solution"],), head
    )


def _mbpp(row: Mapping[str, Any]) -> BenchmarkProblem:
    asserts = [*row["test_list"]]
    setup = row.get("test_setup_code") or "\n".join(row.get("test_imports") or ())
    question = row.get("text") or row["prompt"]
    shown = f"{question}\n\n" + "\n".join(asserts)
    tests = AssertTests("\n".join([*asserts, *row.get("challenge_test_list", ())]))
    return BenchmarkProblem("mbpp", str(row["task_id"]), shown, "", tests, (row["code"],), setup)


def _mbppplus(row: Mapping[str, Any]) -> BenchmarkProblem:
    tests = AssertTests(row["assertion"], row["entry_point"])
    question = row["prompt"].strip().strip('"').strip()
    return BenchmarkProblem("mbppplus", row["task_id"], question, "", tests, (row["canonical_solution"],))


def _leetcode(row: Mapping[str, Any]) -> BenchmarkProblem:
    question = row.get("query") or row["problem_description"]
    entry = row["entry_point"]  # such as Solution().twoSum
    tests = AssertTests(f"{row['test']}\ncheck({entry})\n")
    golds = (row["completion"],) if row.get("completion") else ()
    return BenchmarkProblem(
        "leetcode", str(row["task_id"]), question, row.get("starter_code") or "", tests, golds, row.get("prompt") or ""
    )


def _coder1(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of verl data made by code-r1, and of GURU: tests as a JSON text, functional tests as code."""
    truth = _json(row["reward_model"]["ground_truth"])
    extra = row.get("extra_info") or {}
    source = f"{extra.get('dataset') or ''} {row.get('data_source') or ''}".lower()
    kinds = ("leetcode", "taco", "primeintellect", "livecodebench")
    benchmark = next((kind for kind in kinds if kind in source), "taco")
    question = extra.get("original_prompt") or extra.get("prompt") or row["prompt"][-1]["content"]
    code = truth.get("functional")
    tests = _tests(truth) if code is None else _functional(code) or AssertTests(code)
    golds = (extra["reference"],) if extra.get("reference") else ()
    number = str(extra.get("index", ""))
    return BenchmarkProblem(benchmark, number, question, "", tests, golds, extra.get("prefix") or "")


def _taco(row: Mapping[str, Any]) -> BenchmarkProblem:
    tests = _tests(_json(row["input_output"]))
    number = str(row.get("id", row.get("task_id", row.get("problem_id", ""))))
    starter = row.get("starter_code") or ""
    return BenchmarkProblem("taco", number, row["question"], starter, tests, _golds(row.get("solutions")))


def _primeintellect(row: Mapping[str, Any]) -> BenchmarkProblem:
    tests = _tests(_json(row["verification_info"])["test_cases"])
    golds = _golds([row.get("gold_standard_solution") or ""])
    return BenchmarkProblem("primeintellect", str(row.get("problem_id", "")), row["prompt"], "", tests, golds)


def _deepcoder(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of DeepCoder-Preview, which holds TACO, PrimeIntellect and LiveCodeBench problems in one format."""
    listed = _json(row["tests"])
    live = isinstance(listed, list) and any("testtype" in test for test in listed)
    benchmark = "livecodebench" if live else "taco" if isinstance(listed, dict) else "primeintellect"
    name = (_json(row.get("metadata") or "{}") or {}).get("func_name")
    starter = row.get("starter_code") or ""
    return BenchmarkProblem(benchmark, "", row["problem"], starter, _tests(listed, name), _golds(row.get("solutions")))


def _livecodebench(row: Mapping[str, Any]) -> BenchmarkProblem:
    listed = [*_json(row["public_test_cases"]), *_private(row.get("private_test_cases") or "[]")]
    name = (_json(row.get("metadata") or "{}") or {}).get("func_name")
    starter = row.get("starter_code") or ""
    return BenchmarkProblem(
        "livecodebench", str(row["question_id"]), row["question_content"], starter, _tests(listed, name)
    )


_READERS: tuple[tuple[set[str], Callable[[Mapping[str, Any]], BenchmarkProblem]], ...] = (
    ({"reward_model", "prompt"}, _coder1),
    ({"task_id", "entry_point", "canonical_solution", "assertion"}, _mbppplus),
    ({"task_id", "entry_point", "canonical_solution", "test"}, _humaneval),
    ({"task_id", "test_list", "code"}, _mbpp),
    ({"task_id", "entry_point", "test", "completion"}, _leetcode),
    ({"question_content", "public_test_cases"}, _livecodebench),
    ({"verification_info", "prompt"}, _primeintellect),
    ({"problem", "tests"}, _deepcoder),
    ({"question", "input_output"}, _taco),
)


# -- parts of rows -----------------------------------------------------------------------------------------------------


def _json(value: Any) -> Any:
    """A value that may be given as JSON text."""
    return json.loads(value) if isinstance(value, str) else value


def _golds(value: Any) -> tuple[str, ...]:
    """Reference solutions, without the fences some data sets put around them."""
    try:
        listed = _json(value) if value else []
    except ValueError:
        listed = [value]
    fenced = (re.search(r"```(?:python)?\s*\n(.*?)```", text, re.DOTALL) for text in listed)
    return tuple(match[1] if match else text for match, text in zip(fenced, listed, strict=True) if text.strip())


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, texts, lists and the like; a pickle that names a class or function is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse."""
        raise InvalidValueError(f"private test cases name {module}.{name}: only plain data is read")


def _private(text: str) -> list[Any]:
    """LiveCodeBench's private tests: JSON, or JSON pickled, compressed and encoded."""
    try:
        found = json.loads(text)
    except ValueError:
        packed = zlib.decompress(base64.b64decode(text))
        found = json.loads(_PlainUnpickler(io.BytesIO(packed)).load())
    return list(found)


def _tests(given: Any, name: str | None = None) -> StdinTests | CallTests:
    """Tests as two lists, or as a list of pairs; with a function's name they are calls."""
    if isinstance(given, Mapping):
        inputs, outputs, name = given["inputs"], given["outputs"], given.get("fn_name") or name
        called = name is not None
    else:
        inputs, outputs = [test["input"] for test in given], [test["output"] for test in given]
        first = given[0] if given else {}
        name = first.get("fn_name") or (first.get("metadata") or {}).get("func_name") or name
        called = name is not None and first.get("testtype", first.get("type")) in ("functional", "function_call")
    if len(inputs) != len(outputs):
        raise InvalidValueError(f"{len(inputs)} inputs and {len(outputs)} outputs")
    if called:
        assert name is not None
        return CallTests(name, tuple(map(_arguments, inputs)), tuple(map(_value, outputs)))
    return StdinTests(tuple(map(_lines, inputs)), tuple(map(_lines, outputs)))


def _lines(value: Any) -> str:
    """Input or output as one text; some rows hold a list of lines."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _arguments(value: Any) -> tuple[Any, ...]:
    """Arguments of a call: a list, or lines of JSON."""
    if isinstance(value, str):
        return tuple(_value(line) for line in value.split("\n") if line.strip())
    return tuple(value) if isinstance(value, list) else (value,)


def _value(text: Any) -> Any:
    """A value given as JSON text; what is no JSON is text itself."""
    try:
        return _json(text)
    except ValueError:
        return text


def _functional(code: str) -> CallTests | None:
    """Calls read from test code that lists ``_inputs`` and ``_outputs`` as literals; None for other code."""
    try:
        tree = ast.parse(code)
        named = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        inputs, outputs = named["_inputs"], named["_outputs"]
    except (SyntaxError, ValueError, KeyError, RecursionError):
        return None
    called = re.search(r"_deep_eq\((\w+)\(\*i\), o(\[0\])?\)", code)
    if called is None or len(inputs) != len(outputs):
        return None
    expected = [output[0] for output in outputs] if called[2] else outputs
    return CallTests(called[1], tuple(map(tuple, inputs)), tuple(expected))


# -- judging -----------------------------------------------------------------------------------------------------------


def judge(
    problem: BenchmarkProblem,
    code: str,
    limits: Limits = Limits(),  # noqa: B008 - immutable
    *,
    sandbox: Sandbox | None = None,
    stop_first: bool = True,
) -> Judged:
    """Run a solution on a problem's tests.

    Args:
        problem: the problem.
        code: the solution, any text.
        limits: of each test (of all assertions together).
        sandbox: where to run; default: the one of this process. Assertions need a local one.
        stop_first: stop at the first failing test, else count all.

    Raises:
        SandboxError: the sandbox itself failed.
        InvalidValueError: assertion tests with a sandbox that is not local.
    """
    source = f"{problem.preamble}\n{code}" if problem.preamble.strip() else code
    tests = problem.tests
    if isinstance(tests, AssertTests):
        if not isinstance(sandbox, LocalSandbox | None):
            raise InvalidValueError("assertion tests run in a local sandbox only")
        done = run_asserts(source, tests.code, limits, sandbox=sandbox, stop_first=stop_first, entry=tests.name)
        status = Status.OK if done.passed else done.status
        return Judged(done.passed_tests, max(done.total_tests, 1), status, done.error)
    if isinstance(tests, CallTests):
        method = re.search(r"^class Solution\b", code, re.MULTILINE) is not None
        entry = f"Solution.{tests.name}" if method else tests.name
        inputs: tuple[str | Call, ...] = tuple(Call(entry, arguments) for arguments in tests.arguments)
    else:
        inputs = tests.inputs

    def passes(index: int, result: Result) -> bool:
        if result.status is not Status.OK:
            return False
        if isinstance(tests, StdinTests):
            return same_lines(tests.outputs[index], result.output)
        wanted = tests.expected[index]
        wrapped = isinstance(wanted, list) and len(wanted) == 1 and same_data(wanted[0], result.value)
        return wrapped or same_data(wanted, result.value)  # some rows put each value into a list

    results = (sandbox or default_sandbox()).run(
        Program(source, inputs), limits, lambda index, result: passes(index, result) or not stop_first
    )
    passed = [passes(index, result) for index, result in enumerate(results)]
    if all(passed):
        return Judged(len(passed), len(passed))
    failed = results[passed.index(False)]
    return Judged(sum(passed), len(passed), failed.status, failed.error)


def same_lines(expected: str, output: str) -> bool:
    """Whether an output has the expected tokens on each line; blank lines at the end, and the case of yes and no, do not count.

    A number that is expected with a decimal point or an exponent is compared within the tolerance.
    """
    wanted, given = token_lines(expected), token_lines(output)
    return len(wanted) == len(given) and all(
        len(one) == len(other) and all(map(_same_token, one, other)) for one, other in zip(wanted, given, strict=True)
    )


def _same_token(expected: str, token: str) -> bool:
    if expected == token or (expected.lower() in ("yes", "no") and expected.lower() == token.lower()):
        return True
    if not re.fullmatch(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.", expected) or expected.lstrip("+-").isdigit():
        return False
    try:
        return math.isclose(float(expected), float(token), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except ValueError:
        return False


def same_data(expected: Any, value: Any) -> bool:
    """Whether a value is the expected one, which comes from JSON: lists and tuples are alike, numbers are compared as numbers."""
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    if isinstance(expected, (int, float)) and isinstance(value, (int, float)):
        if isinstance(expected, int) and isinstance(value, int):
            return expected == value
        try:
            return math.isclose(expected, value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        except OverflowError:
            return False
    if isinstance(expected, (list, tuple)) and isinstance(value, (list, tuple)):
        return len(expected) == len(value) and all(map(same_data, expected, value))
    if isinstance(expected, dict) and isinstance(value, dict):
        plain = {str(key): one for key, one in value.items()}
        return len(plain) == len(expected) and all(
            str(key) in plain and same_data(one, plain[str(key)]) for key, one in expected.items()
        )
    return type(expected) is type(value) and bool(expected == value)
