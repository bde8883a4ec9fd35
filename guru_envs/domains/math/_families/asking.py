"""The sentence of a prompt that says how the answer is written."""

from __future__ import annotations

from guru_envs.domains.math._families.family import Family

_RATIONAL = (
    "an integer, a fraction in lowest terms, or an exact decimal",
    "整数、最简分数或精确小数",
)

FORMS: dict[str, tuple[str, str]] = {
    "integer": ("Answer with an integer.", "答案写成一个整数。"),
    "rational": (f"Answer with a number: {_RATIONAL[0]}.", f"答案写成一个数：{_RATIONAL[1]}。"),
    "digits": ("Answer with the digits only.", "答案只写数字串。"),
    "set": (
        "Answer with the set of the different solutions, such as {1, 2}; fractions in lowest terms.",
        "答案写成由不同的解组成的集合，形如 {1, 2}；分数化为最简。",
    ),
    "interval": (
        "Answer with an interval or a union of intervals, such as (-inf, 1] U (2, 3); fractions in lowest terms.",
        "答案写成区间或区间的并，形如 (-inf, 1] U (2, 3)；分数化为最简。",
    ),
    "matrix": (
        "Answer with the matrix row by row, such as [[1, 2], [3, 4]]; fractions in lowest terms.",
        "答案按行写出矩阵，形如 [[1, 2], [3, 4]]；分数化为最简。",
    ),
    "expression": ("Answer with an expression in x.", "答案写成关于 x 的表达式。"),
    "expanded": (
        "Answer with the polynomial, expanded and with like terms collected.",
        "答案写成展开并合并同类项后的多项式。",
    ),
    "equation": (
        "Answer with an equation in x and y, such as y = 2x + 1.",
        "答案写成含 x 和 y 的方程，形如 y = 2x + 1。",
    ),
    "gcd": (
        "Answer with the pair (greatest common divisor, least common multiple).",
        "答案写成数对 (最大公约数, 最小公倍数)。",
    ),
    "system": (
        "Answer with the values in the order {letters}, in parentheses, such as {example}.",
        "答案按 {letters} 的顺序写在括号里，形如 {example}。",
    ),
    "point": (
        "Answer with the coordinates (x, y); fractions in lowest terms.",
        "答案写成坐标 (x, y)；分数化为最简。",
    ),
    "extrema": ("Answer with the pair (m, M); fractions in lowest terms.", "答案写成数对 (m, M)；分数化为最简。"),
}
EITHER = ("Plain text and LaTeX are both accepted.", "普通文本和 LaTeX 均可。")


def form_sentence(family: Family, lang: str, count: int) -> str:
    """How an answer to a problem of a family is written; ``count`` is the number of unknowns of a system."""
    zh = lang == "zh"
    text = FORMS[family.form or family.kind][zh]
    if family.form == "system":
        letters = ", ".join("xyzw"[:count])
        text = text.format(letters=letters, example=f"({', '.join(map(str, range(1, count + 1)))})")
    return f"{text}{EITHER[1]}" if zh else f"{text} {EITHER[0]}"
