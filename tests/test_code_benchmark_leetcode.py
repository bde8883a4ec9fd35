"""LeetCode rows: tests of a method, with linked lists and trees as arguments and values."""

from __future__ import annotations

import pytest

from guru_envs.data.code_benchmarks import judge, parse_problem

PREAMBLE = """\
from typing import *
from collections import *
from math import *

inf = float('inf')


class ListNode:
    def __init__(self, val=0, next=None):
        self.val, self.next = val, next


def list_node(values):
    head = None
    for value in reversed(values):
        head = ListNode(value, head)
    return head


def is_same_list(one, other):
    while one and other and one.val == other.val:
        one, other = one.next, other.next
    return one is None and other is None


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val, self.left, self.right = val, left, right


def tree_node(values):
    nodes = [None if value is None else TreeNode(value) for value in values]
    waiting = deque(nodes[1:])
    for node in nodes:
        if node is not None:
            node.left = waiting.popleft() if waiting else None
            node.right = waiting.popleft() if waiting else None
    return nodes[0] if nodes else None


def is_same_tree(one, other):
    if one is None or other is None:
        return one is other
    return one.val == other.val and is_same_tree(one.left, other.left) and is_same_tree(one.right, other.right)
"""


def row(method, asserts, gold):
    test = "def check(candidate):\n" + "".join(f"    assert {one}\n" for one in asserts)
    return {
        "task_id": method,
        "prompt": PREAMBLE,
        "query": "It.",
        "starter_code": "class Solution:\n",
        "entry_point": f"Solution().{method}",
        "test": test,
        "completion": gold,
    }


ROWS = {
    "reverse": (
        row(
            "reverse",
            [
                "is_same_list(candidate(head = list_node([1, 2, 3])), list_node([3, 2, 1]))",
                "is_same_list(candidate(head = list_node([])), list_node([]))",
                "is_same_list(candidate(head = list_node(range(900))), list_node(range(899, -1, -1)))",
            ],
            "class Solution:\n    def reverse(self, head: Optional[ListNode]) -> Optional[ListNode]:\n        last = None\n"
            "        while head:\n            head.next, last, head = last, head, head.next\n        return last\n",
        ),
        "class Solution:\n    def reverse(self, head):\n        return head\n",
    ),
    "mirror": (
        row(
            "mirror",
            ["is_same_tree(candidate(root = tree_node([1, 2, 3, None, 4])), tree_node([1, 3, 2, None, None, 4]))"],
            "class Solution:\n    def mirror(self, root: TreeNode):\n        if root:\n"
            "            root.left, root.right = self.mirror(root.right), self.mirror(root.left)\n        return root\n",
        ),
        "class Solution:\n    def mirror(self, root):\n        return root\n",
    ),
    "merge": (
        row(
            "merge",
            ["is_same_list(candidate(lists = [list_node([1, 4]), list_node([2])]), list_node([1, 2, 4]))"],
            "class Solution:\n    def merge(self, lists: List[ListNode]):\n        found = []\n        for one in lists:\n"
            "            while one:\n                found.append(one.val)\n                one = one.next\n"
            "        return list_node(sorted(found))\n",
        ),
        "class Solution:\n    def merge(self, lists):\n        return lists[0]\n",
    ),
    "values": (
        row("values", ["candidate(head = list_node([5, 6])) == [5, 6]"], "class Solution:\n    def values(self, head):\n"
            "        return [head.val, *self.values(head.next)] if head else []\n"),
        "class Solution:\n    def values(self, head):\n        return [5]\n",
    ),
    "limit": (
        row("limit", ["candidate(n = 1) == inf", "candidate(2) == 2"], "class Solution:\n    def limit(self, n):\n"
            "        return inf if n == 1 else n\n"),
        "class Solution:\n    def limit(self, n):\n        return n\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_method(name):
    data, wrong = ROWS[name]
    problem = parse_problem(data)
    assert problem.benchmark == "leetcode"
    done = judge(problem, problem.golds[0])
    assert done.correct, done
    assert not judge(problem, wrong).correct
    assert not judge(problem, "class Solution:\n    pass\n").correct


TRICKS = {
    "own comparison": "def is_same_list(*all):\n    return True\n",
    "own nodes": "class ListNode:\n    def __init__(self, *all):\n        pass\n    def __eq__(self, other):\n        return True\n",
    "own carrier": "_pack = _unpack = lambda *all: True\n",
    "own builtins": "import builtins\nbuiltins.all = builtins.type = lambda *all: True\n",
    "own candidate": "def check(*all):\n    return True\n_candidate = check\n",
}


@pytest.mark.parametrize("name", TRICKS)
def test_a_solution_cannot_define_the_tests_anew(name):
    data, wrong = ROWS["reverse"]
    assert not judge(parse_problem(data), TRICKS[name] + wrong).correct
    assert not judge(parse_problem(data), wrong + TRICKS[name]).correct


def test_own_nodes_are_fine():
    """A solution that repeats the definition of the nodes, as models do."""
    data, _ = ROWS["reverse"]
    own = "class ListNode:\n    def __init__(self, val=0, next=None):\n        self.val = val\n        self.next = next\n\n"
    assert judge(parse_problem(data), own + data["completion"]).correct
    assert judge(parse_problem(data), "from __future__ import annotations\n" + data["completion"]).correct
