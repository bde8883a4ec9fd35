"""An independent reading of countdown prompts: own regular expressions, own brute force, ``fractions``."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from fractions import Fraction


def read_prompt(prompt):
    """Numbers, target, operations and whether all must be used, from the words alone."""
    english = re.match(r"Make (\d+) from the numbers ([\d, and]+)\. (.*?)\. ", prompt)
    chinese = re.match(r"用数字 ([\d、 和]+) 得到 (\d+)。(.*?)。", prompt)
    if english:
        target, numbers, rule = english.groups()
        use_all = "exactly once" in rule
        assert use_all != ("at most once; you need not use them all" in rule)
        operations = re.search(r"with the operations? (.*) and parentheses only", rule)[1]
    else:
        numbers, target, rule = chinese.groups()
        use_all = "恰好使用一次" in rule
        assert use_all != ("最多使用一次，不必全部用完" in rule)
        operations = re.search(r"只能使用(.*)和括号", rule)[1]
    signs = "".join(sign for sign in "+-*/" if sign in operations)
    assert ("fraction" in prompt or "分数" in prompt) == ("/" in signs)
    return [int(number) for number in re.findall(r"\d+", numbers)], int(target), signs, use_all


def combine(one, two, sign):
    if sign == "+":
        return one + two
    if sign == "-":
        return one - two
    if sign == "*":
        return one * two
    return one / two if two else None


def exact(expression):
    """The value and the numbers of a plain expression, by Python's own grammar and ``Fraction``; raises if it is none."""
    signs = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
    numbers = []

    def work(node):
        if isinstance(node, ast.BinOp):
            left, right = work(node.left), work(node.right)
            return None if left is None or right is None else combine(left, right, signs[type(node.op)])
        if not isinstance(node, ast.Constant) or type(node.value) is not int:
            raise SyntaxError(ast.dump(node))
        numbers.append(node.value)
        return Fraction(node.value)

    try:
        return work(ast.parse(expression.strip(), mode="eval").body), numbers
    except KeyError as error:
        raise SyntaxError(str(error)) from None


def is_solution(prompt, expression):
    numbers, target, signs, use_all = read_prompt(prompt)
    worth, used = exact(expression)
    spare = Counter(numbers)
    spare.subtract(used)
    fits = all(count == 0 for count in spare.values()) if use_all else all(count >= 0 for count in spare.values())
    return worth == target and fits and all(sign in signs for sign in expression if sign in "+-*/")


def all_trees(numbers, signs):
    """Every binary tree over all the numbers, as (value, normal form); the form is built by flattening, bottom up."""
    numbers = tuple(sorted(numbers))

    @functools.cache
    def trees(part):
        if len(part) == 1:
            return [(Fraction(part[0]), part[0])]
        made = {}
        for mask in range(1, (1 << len(part)) - 1):
            left = tuple(number for place, number in enumerate(part) if mask >> place & 1)
            right = tuple(number for place, number in enumerate(part) if not mask >> place & 1)
            for one, one_form in trees(left):
                for two, two_form in trees(right):
                    for sign in signs:
                        result = combine(one, two, sign)
                        if result is not None:
                            made[flat(one_form, two_form, sign)] = result
        return [(worth, form) for form, worth in made.items()]

    return trees(numbers)


def flat(one, two, sign):
    """Sums and products as (kind, what is on top, what is below), each a sorted tuple."""
    kind = "sum" if sign in "+-" else "product"

    def sides(form):
        return (form[1], form[2]) if isinstance(form, tuple) and form[0] == kind else ((form,), ())

    top, below = sides(one)
    more, less = sides(two) if sign in "+*" else sides(two)[::-1]
    return (kind, tuple(sorted(top + more, key=repr)), tuple(sorted(below + less, key=repr)))


def brute_force(numbers, target, signs, use_all):
    """The normal forms of all solutions."""
    found = set()
    for mask in range(1, 1 << len(numbers)):
        part = [number for place, number in enumerate(numbers) if mask >> place & 1]
        if not use_all or len(part) == len(numbers):
            found |= {(form, len(part)) for worth, form in all_trees(part, signs) if worth == target}
    return found
