"""Values of problems: how they are compared, and how they are written on standard input and output.

Types are named as in annotations: int, float, bool, str, list[int], list[str], list[list[int]], dict[str, int].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

TOLERANCE = 1e-6  # absolute and relative, for floats


def same(expected: Any, value: Any) -> bool:
    """Whether a value is the expected one: equal and of the same type, all the way down; floats within the tolerance.

    Where a float is expected an int will do. ``value`` is plain data of builtin types.
    """
    kind = type(expected)
    if kind is float:
        return type(value) in (int, float) and close(expected, value)
    if type(value) is not kind:
        return False
    if kind in (list, tuple):
        return len(value) == len(expected) and all(map(same, expected, value))
    if kind is dict:
        return len(value) == len(expected) and all(
            key in value and same(one, value[key]) for key, one in expected.items()
        )
    return bool(value == expected)


def close(expected: float, value: float) -> bool:
    """Whether a number is within the tolerance."""
    try:
        return math.isclose(expected, value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except OverflowError:  # an int too large for a float
        return False


def same_output(expected: str, output: str, kind: str) -> bool:
    """Whether an output says what is expected: the same tokens on each line; trailing space and blank lines do not count.

    Upper and lower case of yes and no do not matter. With the type float, numbers are compared within the tolerance.
    """
    wanted, given = token_lines(expected), token_lines(output)
    if len(wanted) != len(given):
        return False
    for one, other in zip(wanted, given, strict=True):
        if one != other and not (
            len(one) == len(other) and all(_same_token(a, b, kind) for a, b in zip(one, other, strict=True))
        ):
            return False
    return True


def token_lines(text: str) -> list[list[str]]:
    """The tokens of each line, without blank lines at the end."""
    lines = [line.split() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _same_token(expected: str, token: str, kind: str) -> bool:
    if token == expected:
        return True
    if kind == "float":
        try:
            return close(float(expected), float(token))
        except ValueError:
            return False
    return kind == "bool" and token.lower() == expected.lower()


def _line(value: Any) -> str:
    return str(value)


def _numbers(value: Any) -> str:
    return " ".join(map(str, value))


def _yes_no(value: Any) -> str:
    return "yes" if value else "no"


_OUTPUT: dict[str, Callable[[Any], str]] = {
    "int": _line,
    "float": repr,
    "str": _line,
    "bool": _yes_no,
    "list[int]": _numbers,
    "list[str]": "\n".join,
    "list[list[int]]": lambda rows: "\n".join(map(_numbers, rows)),
    "dict[str, int]": lambda table: "\n".join(f"{key} {table[key]}" for key in sorted(table)),
}
_INPUT: dict[str, Callable[[Any], str]] = {
    "int": _line,
    "float": repr,
    "str": _line,
    "list[int]": lambda value: f"{len(value)}\n{_numbers(value)}",
    "list[str]": lambda value: "\n".join([str(len(value)), *value]),
    "list[list[int]]": lambda value: "\n".join([str(len(value)), *map(_numbers, value)]),
    "dict[str, int]": lambda value: "\n".join([str(len(value)), *(f"{key} {value[key]}" for key in value)]),
}

# The text that reads an argument from the iterator ``lines``, and what an input line holds, in English and Chinese.
_READ = {
    "int": "int(next(lines))",
    "float": "float(next(lines))",
    "str": "next(lines)",
    "list[int]": "[int(part) for part in next(lines).split()]",
    "list[str]": "[next(lines) for _ in range(int(next(lines)))]",
    "list[list[int]]": "[[int(part) for part in next(lines).split()] for _ in range(int(next(lines)))]",
    "dict[str, int]": "dict(read_pair(next(lines)) for _ in range(int(next(lines))))",
}
_INPUT_WORDS = {
    "int": ("one line with the integer `{0}`", "一行，整数 `{0}`"),
    "float": ("one line with the number `{0}`", "一行，数 `{0}`"),
    "str": ("one line with the text `{0}` (the line may be empty)", "一行，文本 `{0}`（该行可能为空）"),
    "list[int]": (
        "one line with the length of `{0}`, then one line with its integers separated by spaces (an empty line for an empty list)",
        "一行为 `{0}` 的长度，下一行为其中的整数，以空格分隔（空列表对应空行）",
    ),
    "list[str]": (
        "one line with the length of `{0}`, then its texts, one on each line",
        "一行为 `{0}` 的长度，随后每行一个文本",
    ),
    "list[list[int]]": (
        "one line with the number of rows of `{0}`, then its rows, one on each line, as integers separated by spaces",
        "一行为 `{0}` 的行数，随后每行一个子列表，整数以空格分隔",
    ),
    "dict[str, int]": (
        "one line with the number of entries of `{0}`, then on each line a key and its integer, separated by a space",
        "一行为 `{0}` 的条目数，随后每行一个键和对应的整数，以空格分隔",
    ),
}
_OUTPUT_WORDS = {
    "int": ("the answer, an integer", "答案（一个整数）"),
    "float": ("the answer, a number (an error of 1e-6 is tolerated)", "答案（一个数，允许 1e-6 的误差）"),
    "str": ("the answer, a line of text", "答案（一行文本）"),
    "bool": ("yes or no", "yes 或 no"),
    "list[int]": ("the integers of the answer on one line, separated by spaces", "答案中的整数，写在一行并以空格分隔"),
    "list[str]": ("the texts of the answer, one on each line", "答案中的文本，每行一个"),
    "list[list[int]]": (
        "the rows of the answer, one on each line, as integers separated by spaces",
        "答案的各行，每行的整数以空格分隔",
    ),
    "dict[str, int]": (
        "for each entry of the answer a line with the key and its integer, sorted by key",
        "答案的每个条目占一行，写出键和整数，按键的字典序排列",
    ),
}
_WRITE = {
    "int": "print(answer)",
    "float": "print(answer)",
    "str": "print(answer)",
    "bool": "print('yes' if answer else 'no')",
    "list[int]": "print(*answer)",
    "list[str]": "print('\\n'.join(answer))",
    "list[list[int]]": "for row in answer:\n    print(*row)",
    "dict[str, int]": "for key in sorted(answer):\n    print(key, answer[key])",
}


def output_text(value: Any, kind: str) -> str:
    """A value as it is to be printed."""
    return _OUTPUT[kind](value)


def input_text(args: tuple[Any, ...], kinds: list[str]) -> str:
    """Arguments as they stand on standard input."""
    return "".join(_INPUT[kind](value) + "\n" for value, kind in zip(args, kinds, strict=True))


def input_words(takes: list[tuple[str, str]], lang: str) -> list[str]:
    """What stands on standard input, one sentence for each argument."""
    return [_INPUT_WORDS[kind][lang == "zh"].format(name) for name, kind in takes]


def output_words(gives: str, lang: str) -> str:
    """What is to be printed."""
    return _OUTPUT_WORDS[gives][lang == "zh"]


def reader_text(takes: list[tuple[str, str]], gives: str, name: str) -> str:
    """Program text that reads the arguments, calls the function and prints the answer."""
    lines = ["lines = iter(sys.stdin.read().split('\\n'))"]
    for argument, kind in takes:
        if kind == "list[int]":
            lines.append("next(lines)")
        lines.append(f"{argument} = {_READ[kind]}")
    lines.append(f"answer = {name}({', '.join(argument for argument, _ in takes)})")
    lines.append(_WRITE[gives])
    if any(kind == "dict[str, int]" for _, kind in takes):
        lines = [
            "def read_pair(line):",
            "    key, number = line.rsplit(' ', 1)",
            "    return key, int(number)",
            "",
            "",
            *lines,
        ]
    return "\n".join(lines)
