"""Rows of code benchmarks that are harder than the usual ones, written by hand in each published schema."""

from __future__ import annotations

import json
import sys

import pytest

from guru_envs.data.code_benchmarks import (
    AssertTests,
    CallTests,
    StdinTests,
    judge,
    judge_input,
    judge_output,
    parse_problem,
)
from guru_envs.sandbox import Limits, Status

QUICK = Limits(cpu_s=1.0)


def right(row, code):
    return judge(parse_problem(row), code, QUICK).correct


# -- HumanEval ---------------------------------------------------------------------------------------------------------

SHIFT = {
    "task_id": "HumanEval/x",
    "prompt": "from typing import List\n\n\ndef shifted(text: str) -> str:\n    '''One letter on.'''\n"
    "    return ''.join(chr(ord(one) + 1) for one in text)\n\n\ndef back(text: str) -> str:\n"
    "    '''Undo shifted.'''\n",
    "entry_point": "back",
    "canonical_solution": "    return ''.join(chr(ord(one) - 1) for one in text)\n",
    "test": "\n\nMETADATA = {'author': 'x'}\n\n\ndef check(candidate):\n    import random\n    for _ in range(5):\n"
    "        text = ''.join(random.choice('abc') for _ in range(random.randint(1, 9)))\n"
    "        assert candidate(shifted(text)) == text\n    assert abs(len(candidate('bc')) - 2.0) < 1e-6\n"
    "    try:\n        candidate(None)\n        assert False\n    except TypeError:\n        pass\n",
}


def test_humaneval_with_a_helper_in_the_prompt():
    problem = parse_problem(SHIFT)
    assert problem.entry == "back"
    assert judge(problem, problem.golds[0]).correct
    alone = "def back(text: List[str]):\n    return ''.join(chr(ord(one) - 1) for one in text)"
    assert judge(problem, alone).correct
    assert judge(problem, "from __future__ import annotations\n" + alone).correct
    assert judge(problem, SHIFT["canonical_solution"]).correct
    assert (
        judge(
            problem, "\n\tif not text:\n\t\treturn ''\n" + "\treturn ''.join(chr(ord(one) - 1) for one in text)"
        ).correct
        is False
    )
    assert not judge(problem, "def back(text):\n    return text").correct


def test_helpers_of_the_prompt_are_not_the_solutions():
    """A solution that defines the helper anew would make both do nothing."""
    assert not right(SHIFT, "def shifted(text):\n    return text\ndef back(text):\n    return text[:]\n")


def test_evalplus_of_humaneval():
    row = {key: SHIFT[key] for key in ("task_id", "prompt", "entry_point", "canonical_solution", "test")}
    row |= {"base_input": [["bc"]], "plus_input": [["xyz"], [""], [5]], "atol": 0, "contract": ""}
    problem = parse_problem(row)
    assert problem.benchmark == "humanevalplus"
    assert judge(problem, problem.golds[0]).total == 3  # the reference fails for 5
    assert judge(problem, problem.golds[0]).correct
    assert not judge(problem, "def back(text):\n    return 'ab' if text == 'bc' else text").correct


# -- MBPP --------------------------------------------------------------------------------------------------------------


def mbpp(code, tests, **more):
    return {"task_id": 1, "text": "Write it.", "code": code, "test_setup_code": "", "test_list": tests} | more


NODE = (
    "class Node:\n    def __init__(self, value):\n        self.value, self.left, self.right = value, None, None\n"
    "def depth(node):\n    return 0 if node is None else 1 + max(depth(node.left), depth(node.right))\n"
)
TREE = "root = Node(1) \r\nroot.left = Node(2) \r\nroot.right = Node(3)\r\nroot.left.left = Node(4)"
MBPP = {
    "classes": (mbpp(NODE, ["assert (depth(root)) == 3"], test_setup_code=TREE), NODE.replace("max", "min")),
    "imports": (
        {"task_id": 2, "prompt": "Area.", "code": "import math\ndef area(r):\n    return math.pi * r * r"}
        | {"test_imports": ["import math"], "test_list": ["assert math.isclose(area(1), 3.14159265, rel_tol=1e-6)"]},
        "def area(r):\n    return 3.2 * r * r",
    ),
    "challenge": (
        mbpp(
            "def twice(n):\n    return 2 * n", ["assert twice(1) == 2"], challenge_test_list=["assert twice(5) == 10"]
        ),
        "def twice(n):\n    return 2",
    ),
    "sets": (
        mbpp("def both(a, b):\n    return a & b", ["assert both({1, 2}, {2}) == {2}"]),
        "def both(a, b):\n    return a",
    ),
    "tuples": (
        mbpp("def pair(a):\n    return (a, a)", ["assert pair(1) == (1, 1)"]),
        "def pair(a):\n    return [a, a]",
    ),
    "none": (mbpp("def none(a):\n    a.append(1)", ["assert none([]) is None"]), "def none(a):\n    return 0"),
    "floats": (mbpp("def third(a):\n    return a / 3", ["assert round(third(1), 2) == 0.33"]), "third = float"),
    "object": (
        mbpp(
            "class A:\n    def go(self, n):\n        return n + 1",
            ["a = A()\nassert a.go(1) == 2", "assert A().go(3) == 4"],
        ),
        "class A:\n    def go(self, n):\n        return 2",
    ),
    "builtin": (
        mbpp("def sum(a, b):\n    return a * b", ["assert sum(2, 3) == 6"]),
        "def sum(a, b):\n    return a + b",
    ),
    "escapes": (
        mbpp("import re\ndef ok(t):\n    return bool(re.search('\\d', t))", ["assert ok('a1') == True"]),
        "def ok(t):\n    return None",
    ),
    "crlf": (mbpp("def f(a):\r\n  return a + 1\r\n", ["assert f(1) == 2"]), "def f(a):\r\n  return a\r\n"),
}


@pytest.mark.parametrize("name", MBPP)
def test_mbpp(name):
    row, wrong = MBPP[name]
    problem = parse_problem(row)
    assert isinstance(problem.tests, AssertTests)
    assert judge(problem, problem.golds[0]).correct
    assert not judge(problem, wrong).correct
    assert not judge(problem, "import os\nos._exit(0)").correct


def plus(gold, assertion, base, more, name="f", **rest):
    row = {"task_id": "Mbpp/1", "prompt": '"""\nIt.\n"""\n', "entry_point": name, "canonical_solution": gold, "atol": 0}
    return parse_problem(row | {"base_input": base, "plus_input": more, "contract": "", "assertion": assertion} | rest)


def test_evalplus_inputs_have_the_types_of_the_assertions():
    gold = "def f(*all):\n    return repr(all)"
    problem = plus(gold, "assert f((1, 2), [3, (4, 5)]) == 1", [[[1, 2], [3, [4, 5]]]], [[[], [6, [7]]], [[1], []]])
    assert problem.tests.arguments == (((1, 2), [3, (4, 5)]), ((), [6, (7,)]), ((1,), []))
    problem = plus(
        gold,
        "assert f([(1, [2]), (3, [4])], 1j, {1: 'a'})",
        [[[[1, [2]], [3, [4]]], "1j", {"1": "a"}]],
        [[[[5, [6]]], "2j", {}]],
    )
    assert problem.tests.arguments[1] == ([(5, [6])], 2j, {})
    assert problem.tests.arguments[0] == ([(1, [2]), (3, [4])], 1j, {1: "a"})
    problem = plus(gold, "assert f([{1}, {2}, {}]) == 1", [[[[1], [2], []]]], [[[[], [7, 7]]]])
    assert problem.tests.arguments[1] == ([{}, {7}],)
    problem = plus(gold, "x = 1\nassert f(x) == 1", [[[1]]], [[[2]]])
    assert problem.tests.arguments == (([1],), ([2],))


def test_evalplus_expects_what_the_reference_returns():
    gold = "def f(a):\n    return [a / 3, str(a)] if a else 1 // 0"
    problem = plus(gold, "assert f(1)", [[1]], [[2], [0], [7]])
    assert judge(problem, gold).total == 3
    assert judge(problem, "def f(a):\n    return [a * 0.33333333333, str(a)]").correct
    assert not judge(problem, "def f(a):\n    return [a * 0.333, str(a)]").correct
    assert not judge(problem, "def f(a):\n    return (a / 3, str(a))").correct
    assert not judge(problem, "def f(a):\n    return [a / 3, str(a)] if a < 7 else None").correct
    loose = plus(gold, "assert f(1)", [[1]], [[7]], atol=0.1)
    assert judge(loose, "def f(a):\n    return [a * 0.33, str(a)]").correct


def test_evalplus_functions_without_one_right_answer():
    sets = plus(
        "def similar_elements(a, b):\n    return tuple(set(a) & set(b))",
        "",
        [[[1, 2, 3], [3, 2]]],
        [],
        "similar_elements",
    )
    assert judge(sets, "def similar_elements(a, b):\n    return [3, 2]").correct
    assert not judge(sets, "def similar_elements(a, b):\n    return [3]").correct
    given = plus(
        "import re\ndef check_str(t):\n    return re.search('^[aeiou]', t)",
        "",
        [["annie"], ["dawood"]],
        [],
        "check_str",
    )
    assert judge(given, "def check_str(t):\n    return True if t[0] in 'aeiou' else None").correct
    assert judge(given, "def check_str(t):\n    return t[0] in 'aeiou'").correct
    assert not judge(given, "def check_str(t):\n    return True").correct


def test_evalplus_rows_with_listed_results():
    row = mbpp("def f(a):\n    return a / 2", ["assert f(1) == 0.5"], prompt="Half.")
    row["test"] = "import numpy as np\ninputs = [[1], [3], [(5, 6)[0]]]\nresults = [0.5, 1.5, 2.5]\n"
    assert isinstance(parse_problem(row).tests, AssertTests)  # an input is no literal
    row["test"] = "import numpy as np\ninputs = [[1], [3]]\nresults = [0.5, 1.5]\n"
    problem = parse_problem(row)
    assert isinstance(problem.tests, CallTests)
    assert judge(problem, row["code"]).correct
    assert not judge(problem, "def f(a):\n    return a // 2").correct


# -- CRUXEval ----------------------------------------------------------------------------------------------------------


def crux(code, given, output):
    return parse_problem({"code": code, "input": given, "output": output, "id": "sample_x"})


PAD = crux(
    "def f(text, n=2, mark='-'):\n    return text.center(n, mark)",
    "text='it\\'s\\n', n=9, mark='\"'",
    '\'""it\\\'s\\n""\'',
)


def test_predicted_inputs():
    assert judge_input(PAD, PAD.tests.input).correct
    assert judge_input(PAD, "f('it\\'s\\n', 9, '\"')").correct
    assert judge_input(PAD, """f('''""it's\n""''')""").correct  # another input with the same output
    assert judge_input(PAD, "*['it\\'s\\n', 9], mark='\"'  # so").correct
    for wrong in ("", "'x'", "f()", "f(", "f('x') or 1", '\'""it\\\'s\\n""\', nothing=1', "x" * 10**6, "\0"):
        assert not judge_input(PAD, wrong).correct, wrong[:50]


def test_inputs_cannot_bring_their_own_answer():
    out = PAD.tests.output
    for trick in (
        f"f('x') and {out}",
        f"f(type('T', (), {{'center': lambda *all: {out}}})())",
        f"(f := lambda *all: {out})('x')",
        f"'x')\n)\ndef f(*all):\n    return {out}\ndef answer():\n    return (('x',), {{}}",
        f"f(__import__('sys')._getframe(1).f_globals.__setitem__('f', lambda *all: {out}))",
    ):
        assert not judge_input(PAD, trick).correct, trick


def test_functions_are_inputs_where_the_row_has_one():
    keep = crux("def f(items, test):\n    return [one for one in items if test(one)]", "[1, 5], lambda n: n < 3", "[1]")
    assert judge(keep, keep.golds[0]).correct
    assert judge_input(keep, "f([1, 2, 3], lambda n: n == 1)").correct
    assert not judge_input(keep, "f([1, 2, 3], lambda n: True)").correct
    assert not judge_input(crux("def f(a):\n    return a()", "int", "0"), "f(1)").correct


def test_predicted_outputs():
    assert judge_output(PAD, PAD.tests.output).correct
    assert judge_output(PAD, '"\\"\\"it\'s\\n\\"\\""').correct
    for wrong in ("", "f('it\\'s\\n', 9, '\"')", "it's", "None", "[", "object()", "\0", "1" * 10**6):
        assert not judge_output(PAD, wrong).correct, wrong[:50]
    many = crux("def f():\n    return {1: None}, {2}, 0.5", "", "({1: None}, {2}, 0.5)")
    assert judge_output(many, "{1: None}, {2}, 0.5").correct
    assert judge_input(many, "f()").correct
    assert not judge_output(many, "({1: None}, [2], 0.5)").correct


# -- contests ----------------------------------------------------------------------------------------------------------


def taco(inputs, outputs, **more):
    tests = {"inputs": inputs, "outputs": outputs} | more
    return {"question": "It.", "starter_code": "", "solutions": "[]", "input_output": json.dumps(tests)}


def test_standard_input():
    add = "a, b = map(int, input().split())\nprint(a + b)"
    assert right(taco(["1 2  \r\n", "3 4"], ["3 \r\n\r\n", "7"]), add)
    assert right(taco([["1 2", ""], ["3 4"]], [["3"], ["7", ""]]), add)  # lists of lines
    assert not right(taco(["1 2", "3 4"], ["3", "8"]), add)
    lines = "import sys\nfor line in sys.stdin:\n    print(line.strip()[::-1], end=' \\n')"
    assert right(taco(["ab\r\ncd\r\n"], ["ba\ndc\n"]), lines)
    assert right(taco(["1\n"], ["0.3333333333\n"]), "print(1 / 3)")
    assert not right(taco(["1\n"], ["0.3333333333\n"]), "print(0.333)")
    assert right(taco(["1\n"], ["Yes\nNO"]), "print('YES')\nprint('no')")
    big = " ".join(map(str, range(200_000)))
    assert right(
        taco([f"200000\n{big}\n"], [f"{sum(range(200_000))}\n"]), "input()\nprint(sum(map(int, input().split())))"
    )
    main = "def main():\n    print(sum(map(int, input().split())))\nif __name__ == '__main__':\n    main()"
    assert right(taco(["1 2"], ["3"]), main)


def test_many_right_answers():
    row = parse_problem(taco(["10\n", "7\n"], ["3 7\n", "3 4\n"]))
    halves = "n = int(input())\nprint(n // 2, n - n // 2)"

    def sums(given, expected, output):
        return sum(map(int, output.split())) == int(given) and len(output.split()) == 2

    assert not judge(row, halves).correct
    assert judge(row, halves, checker=sums).correct
    assert not judge(row, halves.replace("n - n", "n + n"), checker=sums).correct


def test_calls():
    add = "def add(a, b):\n    return a + b"
    row = taco([[1, 2], [3, 4]], [[3], [7]], fn_name="add")  # each value in a list, as in APPS
    assert right(row, add)
    assert right(row, "def add(a, b):\n    return [a + b]")
    assert not right(row, "def add(a, b):\n    return a + b if a == 1 else [a + b]")  # one reading fits all tests
    assert right(
        row, "class Solution:\n    def add(self, a: List[int], b: Optional[int]) -> int:\n        return a + b"
    )
    assert right(row, "class Solution:\n    pass\n" + add)
    assert not right(row, "class Solution:\n    def add(self, a, b):\n        return a - b")
    floats = taco([[1, 3], [2, 3]], [0.333333333, 0.666666667], fn_name="ratio")
    assert right(floats, "def ratio(a, b):\n    return a / b")
    assert not right(floats, "def ratio(a, b):\n    return a // b")
    huge = taco([[5000]], ["X"], fn_name="power")
    huge["input_output"] = huge["input_output"].replace('"X"', "1" + "0" * 5000)
    assert sys.get_int_max_str_digits() < 5001
    assert right(huge, "def power(n):\n    return 10 ** n")
    assert not right(huge, "def power(n):\n    return 10 ** n + 1")


def test_rows_of_code_r1():
    truth = {"inputs": ["2\n"], "outputs": ["4\n"]}
    row = {"prompt": [{"role": "user", "content": "Twice."}], "data_source": "code", "reward_model": {}}
    row["reward_model"] = {"ground_truth": json.dumps(truth)}
    row["extra_info"] = {"dataset": "likaixin/TACO-verified", "index": 3, "reference": "print(2 * int(input()))"}
    problem = parse_problem(row)
    assert (problem.benchmark, problem.id, type(problem.tests)) == ("taco", "3", StdinTests)
    assert judge(problem, problem.golds[0]).correct
    code = "def check(candidate):\n    assert candidate(n=2) == 4\n\n\ncheck(Solution().twice)"
    row["reward_model"] = {"ground_truth": json.dumps({"functional": code})}
    row["extra_info"] = {"dataset": "LeetCodeDataset", "index": 4, "prefix": "from typing import *\n"}
    problem = parse_problem(row)
    assert (problem.benchmark, problem.entry) == ("leetcode", "Solution")
    assert judge(problem, "class Solution:\n    def twice(self, n: List[int]):\n        return n * 2").correct
    assert not judge(problem, "class Solution:\n    def twice(self, n):\n        return n * 3").correct


def test_primeintellect_calls():
    tests = [{"type": "function_call", "fn_name": "add", "input": [1, 2], "output": 3}]
    row = {"prompt": "Add.", "verification_info": json.dumps({"language": "python", "test_cases": tests})}
    assert right(row, "def add(a, b):\n    return a + b")
    assert not right(row, "def add(a, b):\n    return a - b")


def test_private_values_stay_outside():
    """What a program prints is all that it can do: the tests are not in its process."""
    row = parse_problem(taco(["1\n"], ["secret-42\n"]))
    hunt = "import gc\nfor one in gc.get_objects():\n    if type(one) is str and 'secret' in one:\n        print(one)"
    assert not judge(row, hunt).correct
    assert judge(row, "raise SystemExit(0)").status is Status.OK
