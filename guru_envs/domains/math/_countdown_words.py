"""The words of countdown: prompts, details of verdicts and lines of the oracle, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

_OPERATIONS = {
    "en": {"+": "+", "-": "-", "*": "*", "/": "/"},
    "zh": {"+": "加（+）", "-": "减（-）", "*": "乘（*）", "/": "除（/）"},
}

TEXT: dict[str, dict[str, str]] = {
    "en": {
        "make": "Make {target} from the numbers {numbers}.",
        "all": "Use each listed number exactly once",
        "any": "Use each listed number at most once; you need not use them all",
        "rules": "{use}, with {operations} and parentheses only.",
        "operation": "the operation {}",
        "operations": "the operations {}",
        "no joining": "Do not join digits into new numbers{minus}.",
        "minus": ", and write a minus sign only between two terms",
        "negative": "Intermediate results may be negative.",
        "fraction": "Division is exact: intermediate results may be fractions.",
        "both": "Division is exact: intermediate results may be fractions or negative.",
        "answer": "The answer is one arithmetic expression.",
        "unreadable": "the answer is not one arithmetic expression of numbers, the allowed operations and parentheses",
        "too long": "the answer is too long to be read",
        "not given": "the number {} is not among the given numbers",
        "not given long": "a number in the expression is not among the given numbers",
        "too often": "the number {} is used more often than it is given",
        "unused": "not every given number is used: a {} is missing",
        "operation not allowed": "the operation {} is not allowed",
        "divides by zero": "the expression divides by zero",
        "claim": "the equation ends in {}, which is not the number to make",
        "worth": "the expression is worth {}",
        "try": "{expression} = {value}, not {target}.",
        "hit": "{expression} = {value}. Yes.",
        "step": "{left} {operation} {right} = {value}.",
        "so all": "So {expression} = {target}, with each number used once.",
        "so any": "So {expression} = {target}, with no number used twice.",
        "given": "The number {target} is given.",
    },
    "zh": {
        "make": "用数字 {numbers} 得到 {target}。",
        "all": "列出的每个数字都必须恰好使用一次",
        "any": "列出的每个数字最多使用一次，不必全部用完",
        "rules": "{use}，只能使用{operations}和括号。",
        "operation": "{}",
        "operations": "{}",
        "no joining": "不能把数字拼接成新的数{minus}。",
        "minus": "，减号只能写在两项之间",
        "negative": "中间结果可以是负数。",
        "fraction": "除法是精确的：中间结果可以是分数。",
        "both": "除法是精确的：中间结果可以是分数或负数。",
        "answer": "答案是一个算式。",
        "unreadable": "答案不是一个由数字、允许的运算和括号组成的算式",
        "too long": "答案太长，无法读取",
        "not given": "数字 {} 不在给出的数字之中",
        "not given long": "算式中有一个数字不在给出的数字之中",
        "too often": "数字 {} 的使用次数超过了给出的次数",
        "unused": "没有用完所有给出的数字：缺少一个 {}",
        "operation not allowed": "不允许使用运算 {}",
        "divides by zero": "算式中除以了零",
        "claim": "等式右边是 {}，不是要得到的数",
        "worth": "算式的值是 {}",
        "try": "{expression} = {value}，不是 {target}。",
        "hit": "{expression} = {value}。对了。",
        "step": "{left} {operation} {right} = {value}。",
        "so all": "所以 {expression} = {target}，每个数字都用了一次。",
        "so any": "所以 {expression} = {target}，没有数字用了两次。",
        "given": "数字 {target} 已经给出。",
    },
}


def listing(items: Sequence[str], lang: str) -> str:
    """``a, b and c``."""
    comma, last = (", ", " and ") if lang == "en" else ("、", " 和 ")
    if lang == "zh" and not items[-1].isdigit():
        last = "、"
    return last.join([comma.join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]


def prompt(numbers: Sequence[int], target: int, operations: str, use: str, lang: str) -> str:
    """The problem as shown."""
    words = TEXT[lang]
    signs = [_OPERATIONS[lang][sign] for sign in operations]
    named = words["operation" if len(signs) == 1 else "operations"].format(listing(signs, lang))
    negative, fraction = "-" in operations, "/" in operations
    parts = [
        words["make"].format(target=target, numbers=listing([str(number) for number in numbers], lang)),
        words["rules"].format(use=words[use], operations=named),
        words["no joining"].format(minus=words["minus"] if negative else ""),
    ]
    if negative or fraction:
        parts.append(words["both" if negative and fraction else "fraction" if fraction else "negative"])
    parts.append(words["answer"])
    return (" " if lang == "en" else "").join(parts)
