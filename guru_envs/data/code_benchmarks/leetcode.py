"""LeetCode rows: a class ``Solution``, tests of its method, and linked lists and trees that travel as plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guru_envs.data.code_benchmarks.problem import AssertTests, BenchmarkProblem

# Stands behind the solution and before the tests. Between their processes an object of these classes is a list of its attributes,
# where other such objects are numbers: lists may be long and go in circles.
_TRAVEL = '''
def _pack(value, names=("ListNode", "TreeNode", "Node")):
    """Plain data for a value with nodes in it."""
    numbers, nodes = {}, []

    def plain(part):
        if type(part).__name__ in names and hasattr(part, "__dict__"):
            if id(part) not in numbers:
                numbers[id(part)] = len(nodes)
                nodes.append(part)
            return {"node": numbers[id(part)]}
        if type(part) in (list, tuple):
            return type(part)(plain(item) for item in part)
        if type(part) is dict:
            return {"items": [(plain(key), plain(item)) for key, item in part.items()]}
        return part

    packed, tables = plain(value), []
    while len(tables) < len(nodes):
        node = nodes[len(tables)]
        tables.append((type(node).__name__, [(key, plain(item)) for key, item in vars(node).items()]))
    return packed, tables


def _unpack(both, space, names=("ListNode", "TreeNode", "Node")):
    """A value from what :func:`_pack` made of it; no other classes are looked up."""
    packed, tables = both
    nodes = [object.__new__({name: space[name] for name in names if name in space}[kind]) for kind, _ in tables]

    def full(part):
        if type(part) is dict:
            if "node" in part:
                return nodes[part["node"]]
            return {full(key): full(item) for key, item in part["items"]}
        if type(part) in (list, tuple):
            return type(part)([full(item) for item in part])
        return part

    for node, (_, table) in zip(nodes, tables):
        for key, item in table:
            setattr(node, key, full(item))
    return full(packed)
'''
_EPILOGUE = """
_solution = []


def _entry(packed):
    if not _solution:
        _solution.append(Solution())
    args, kwargs = _unpack(packed, globals())
    return _pack(_solution[0].METHOD(*args, **kwargs))
"""
_CANDIDATE = """
def _candidate(*args, **kwargs):
    return _unpack(_entry(_pack((args, kwargs))), globals())

"""
_CHECK = re.compile(r"^check\(\s*Solution\(\)\.(\w+)\s*\)\s*$", re.MULTILINE)
_NODES = re.compile(r"\b(?:ListNode|TreeNode|Node|list_node|tree_node)\b")


def leetcode(row: Mapping[str, Any]) -> BenchmarkProblem:
    """Rows of LeetCodeDataset."""
    question = row.get("query") or row["problem_description"]
    golds = (row["completion"],) if row.get("completion") else ()
    entry = str(row["entry_point"]).strip()  # such as Solution().twoSum
    made = checked(row.get("prompt") or "", f"{row['test']}\ncheck({entry})\n")
    tests, preamble, epilogue = made or (AssertTests(f"{row['test']}\ncheck({entry})\n"), row.get("prompt") or "", "")
    return BenchmarkProblem(
        "leetcode",
        str(row["task_id"]),
        question,
        row.get("starter_code") or "",
        tests,
        golds,
        preamble,
        epilogue,
        entry="Solution" if entry.startswith("Solution") else entry,
    )


def checked(preamble: str, test: str) -> tuple[AssertTests, str, str] | None:
    """Tests, preamble and epilogue for a ``check`` of a method of Solution; None for tests of another form.

    What the preamble defines for the tests (``list_node``, ``is_same_tree``, ``inf``) is executed beside the tests, too: a solution
    may define it anew for itself, not for them.
    """
    match = _CHECK.search(test)
    if match is None:
        return None
    if not _NODES.search(test):
        inf = "inf = float('inf')\nnan = float('nan')\n" if re.search(r"\b(?:inf|nan)\b", test) else ""
        return AssertTests(inf + test, "Solution"), preamble, ""
    body = _CHECK.sub("check(_candidate)", test)
    epilogue = _TRAVEL + _EPILOGUE.replace("METHOD", match[1])
    return AssertTests(f"{preamble}\n{_TRAVEL}{_CANDIDATE}\n{body}", "_entry"), preamble, epilogue
