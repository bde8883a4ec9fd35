"""The operations of programs: how they are written, said in words, and carried out."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

ATOM, POWER, TIMES, PLUS, COMPARE, NOT, AND, OR, PHRASE = 9, 8, 7, 6, 5, 4, 3, 2, 0  # how tightly parts are bound
NUMBERS, WORDS = "list[int]", "list[str]"
TABLE = "dict[str, int]"


class Op(NamedTuple):
    """An operation.

    Attributes:
        name: its key in ``OPS``.
        takes: kinds of the arguments; ``#`` and a word stands for a literal of that sort (see ``draw_expr.LITERALS``).
        gives: kind of the value.
        text: as Python.
        level: how tightly the text binds.
        needs: how tightly each argument must bind, or it gets brackets.
        rank: 1 to 3, how much Python one has to know.
        weight: how often it is drawn, relative to others.
        en: in English, with the binding ``PHRASE``; empty when the Python text says it, in the usual signs.
        zh: the same in Chinese.
        run: what it does.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    text: str
    level: int
    needs: tuple[int, ...]
    rank: int
    weight: float
    en: str
    zh: str
    run: Callable[..., Any]


OPS: dict[str, Op] = {}


def _op(
    name: str,
    takes: str,
    gives: str,
    text: str,
    run: Callable[..., Any],
    en: str = "",
    zh: str = "",
    *,
    level: int = ATOM,
    needs: tuple[int, ...] = (),
    rank: int = 1,
    weight: float = 1.0,
) -> None:
    kinds = tuple(takes.split("; "))
    OPS[name] = Op(name, kinds, gives, text, level, needs or (0,) * len(kinds), rank, weight, en, zh, run)


def _int_ops() -> None:
    for name, sign, level, run, weight in (
        ("add", "+", PLUS, operator.add, 3.0),
        ("sub", "-", PLUS, operator.sub, 3.0),
        ("mul", "*", TIMES, operator.mul, 1.0),
    ):
        _op(name, "int; int", "int", f"{{0}} {sign} {{1}}", run, level=level, needs=(level, level + 1), weight=weight)
    _op("plus", "int; #k", "int", "{0} + {1}", operator.add, level=PLUS, needs=(PLUS, TIMES), weight=2.0)
    _op("minus", "int; #k", "int", "{0} - {1}", operator.sub, level=PLUS, needs=(PLUS, TIMES), weight=2.0)
    _op("times", "int; #k", "int", "{0} * {1}", operator.mul, level=TIMES, needs=(TIMES, POWER), weight=2.0)
    _op("from", "#big; int", "int", "{0} - {1}", operator.sub, level=PLUS, needs=(PLUS, TIMES))
    _op(
        "mod", "int; #div", "int", "{0} % {1}", operator.mod,
        "the remainder of {0} divided by {1}", "{0} 除以 {1} 的余数", weight=2.0, level=TIMES, needs=(TIMES, POWER),
    )  # fmt: skip
    _op(
        "div", "int; #div", "int", "{0} // {1}", operator.floordiv,
        "{0} divided by {1}, rounded down", "{0} 除以 {1} 并向下取整", weight=2.0, level=TIMES, needs=(TIMES, POWER),
    )  # fmt: skip
    _op("square", "int", "int", "{0} ** 2", lambda a: a**2, "{0} squared", "{0} 的平方", level=POWER, needs=(ATOM,))
    _op("abs", "int", "int", "abs({0})", abs, "the absolute value of {0}", "{0} 的绝对值")
    _op("max", "int; int", "int", "max({0}, {1})", max, "the larger of {0} and {1}", "{0} 与 {1} 中较大者")
    _op("min", "int; int", "int", "min({0}, {1})", min, "the smaller of {0} and {1}", "{0} 与 {1} 中较小者")
    _op("max_k", "int; #big", "int", "max({0}, {1})", max, "the larger of {0} and {1}", "{0} 与 {1} 中较大者")
    _op("min_k", "int; #big", "int", "min({0}, {1})", min, "the smaller of {0} and {1}", "{0} 与 {1} 中较小者")
    _op(
        "xor", "int; int", "int", "{0} ^ {1}", operator.xor,
        "the bitwise exclusive or of {0} and {1}", "{0} 与 {1} 的按位异或", rank=3, level=COMPARE, needs=(PLUS, PLUS),
        weight=0.5,
    )  # fmt: skip


def _measures() -> None:
    for kind in ("str", NUMBERS, WORDS, TABLE):
        what = ("the number of keys in {0}", "{0} 中键的个数") if kind == TABLE else ("the length of {0}", "{0} 的长度")
        _op(f"len {kind}", kind, "int", "len({0})", len, *what)
    _op("sum", NUMBERS, "int", "sum({0})", sum, "the sum of the elements of {0}", "{0} 的元素之和", weight=2.0)
    _op("largest", NUMBERS, "int", "max({0})", max, "the largest element of {0}", "{0} 的最大元素")
    _op("smallest", NUMBERS, "int", "min({0})", min, "the smallest element of {0}", "{0} 的最小元素")
    for kind, gives in ((NUMBERS, "int"), (WORDS, "str"), ("str", "str")):
        thing = ("character", "字符") if kind == "str" else ("element", "元素")
        _op(
            f"at {kind}", f"{kind}; #i", gives, "{0}[{1}]", operator.getitem,
            f"the {thing[0]} of {{0}} at position {{1}}", f"{{0}} 中位置 {{1}} 的{thing[1]}", needs=(ATOM, 0),
        )  # fmt: skip
        _op(
            f"last {kind}", kind, gives, "{0}[-1]", lambda a: a[-1],
            f"the last {thing[0]} of {{0}}", f"{{0}} 的最后一个{thing[1]}", needs=(ATOM,),
        )  # fmt: skip
        _op(
            f"around {kind}", f"{kind}; int", gives, "{0}[{1} % len({0})]", lambda a, i: a[i % len(a)],
            f"the {thing[0]} of {{0}} whose position is the remainder of {{1}} divided by the length of {{0}}",
            f"{{0}} 中位置为 {{1}} 除以 {{0}} 的长度所得余数的{thing[1]}", needs=(ATOM, TIMES), rank=2,
        )  # fmt: skip
    count = ("the number of times {1} occurs in {0}", "{1} 在 {0} 中出现的次数")
    _op("count str", "str; #letter", "int", "{0}.count({1})", str.count, *count, needs=(ATOM, 0), rank=2)
    _op("count int", f"{NUMBERS}; int", "int", "{0}.count({1})", list.count, *count, needs=(ATOM, 0), rank=2)
    _op(
        "find", "str; #letter", "int", "{0}.find({1})", str.find,
        "the position of the first {1} in {0} (-1 if there is none)", "{1} 在 {0} 中第一次出现的位置（没有则为 -1）",
        needs=(ATOM, 0), rank=2, weight=0.5,
    )  # fmt: skip
    _op(
        "get", f"{TABLE}; str", "int", "{0}.get({1}, 0)", lambda table, key: table.get(key, 0),
        "the value of {0} for the key {1} (0 if there is none)", "{0} 中键 {1} 的值（没有则为 0）", needs=(ATOM, 0),
    )  # fmt: skip
    _op(
        "values", TABLE, "int", "sum({0}.values())", lambda table: sum(table.values()),
        "the sum of the values of {0}", "{0} 中各值之和", needs=(ATOM,),
    )  # fmt: skip
    _op(
        "most", TABLE, "int", "max({0}.values())", lambda table: max(table.values()),
        "the largest value of {0}", "{0} 中最大的值", needs=(ATOM,),
    )  # fmt: skip


def _str_ops() -> None:
    _op("join", "str; str", "str", "{0} + {1}", operator.add, "{0} followed by {1}", "{0} 后接 {1}",
        level=PLUS, needs=(PLUS, TIMES), weight=2.0)  # fmt: skip
    _op("suffix", "str; #word", "str", "{0} + {1}", operator.add, "{0} followed by {1}", "{0} 后接 {1}",
        level=PLUS, needs=(PLUS, TIMES))  # fmt: skip
    _op(
        "reverse str",
        "str",
        "str",
        "{0}[::-1]",
        lambda a: a[::-1],
        "{0} reversed",
        "{0} 的逆序",
        needs=(ATOM,),
        weight=2.0,
    )
    _op("upper", "str", "str", "{0}.upper()", str.upper, "{0} in upper case", "{0} 的大写形式", needs=(ATOM,))
    _op("drop str", "str; #cut", "str", "{0}[{1}:]", lambda a, n: a[n:], "{0} without its first {1} character(s)",
        "{0} 去掉开头 {1} 个字符", needs=(ATOM, 0))  # fmt: skip
    _op("take str", "str; #cut3", "str", "{0}[:{1}]", lambda a, n: a[:n], "the first {1} characters of {0}",
        "{0} 的前 {1} 个字符", needs=(ATOM, 0))  # fmt: skip
    _op("turn str", "str; #cut", "str", "{0}[{1}:] + {0}[:{1}]", lambda a, n: a[n:] + a[:n],
        "{0} with its first {1} character(s) moved to the end", "把 {0} 的前 {1} 个字符移到末尾",
        level=PLUS, needs=(ATOM, 0))  # fmt: skip
    _op("repeat str", "str; #rep", "str", "{0} * {1}", operator.mul, "{0} written {1} times", "{0} 重复 {1} 次",
        level=TIMES, needs=(TIMES, POWER), weight=0.5)  # fmt: skip
    _op("swap", "str; #letter; #letter", "str", "{0}.replace({1}, {2})", str.replace,
        "{0} with each {1} replaced by {2}", "把 {0} 中的每个 {1} 换成 {2}", needs=(ATOM, 0, 0), rank=2)  # fmt: skip
    _op("second", "str", "str", "{0}[::2]", lambda a: a[::2], "the characters of {0} at positions 0, 2, 4 and so on",
        "{0} 中位置 0、2、4 等处的字符", needs=(ATOM,), rank=2)  # fmt: skip
    _op("text", "int", "str", "str({0})", str, "{0} written as text", "{0} 写成的文本")
    _op("sorted str", "str", "str", '"".join(sorted({0}))', lambda a: "".join(sorted(a)),
        "the characters of {0} in alphabetical order", "{0} 的字符按字母顺序排列", rank=2)  # fmt: skip
    _op("glue", f"{WORDS}; #sep", "str", "{1}.join({0})", lambda a, b: b.join(a),
        "the elements of {0} joined with {1} between them", "把 {0} 的元素用 {1} 连接起来", needs=(0, ATOM), weight=2.0)  # fmt: skip


def _letter_ops() -> None:
    _op("itself", "letter", "str", "{0}", lambda a: a, "{0}", "{0}", needs=(ATOM,), weight=3.0)
    _op("upper letter", "letter", "str", "{0}.upper()", str.upper, "{0} in upper case", "{0} 的大写形式", needs=(ATOM,))
    _op("repeat letter", "letter; #rep", "str", "{0} * {1}", operator.mul, "{0} written {1} times", "{0} 重复 {1} 次",
        level=TIMES, needs=(TIMES, POWER))  # fmt: skip
    _op("code", "letter", "int", 'ord({0}) - ord("a")', lambda a: ord(a) - 97,
        'the character code of {0} minus the character code of "a"', '{0} 的字符编码减去 "a" 的字符编码',
        level=PLUS, rank=2)  # fmt: skip
    _op("count letter", "str; letter", "int", "{0}.count({1})", str.count, "the number of times {1} occurs in {0}",
        "{1} 在 {0} 中出现的次数", needs=(ATOM, 0))  # fmt: skip


def _list_ops() -> None:
    for kind in (NUMBERS, WORDS):
        _op(f"reverse {kind}", kind, kind, "{0}[::-1]", lambda a: a[::-1], "{0} reversed", "{0} 的逆序", needs=(ATOM,))
        order = (
            ("{0} sorted from smallest to largest", "{0} 从小到大排序")
            if kind == NUMBERS
            else ("{0} sorted alphabetically", "{0} 按字典序排序")
        )
        _op(f"sorted {kind}", kind, kind, "sorted({0})", sorted, *order, weight=1.5)
        _op(f"drop {kind}", f"{kind}; #cut", kind, "{0}[{1}:]", lambda a, n: a[n:],
            "{0} without its first {1} element(s)", "{0} 去掉开头 {1} 个元素", needs=(ATOM, 0))  # fmt: skip
        _op(f"take {kind}", f"{kind}; #cut3", kind, "{0}[:{1}]", lambda a, n: a[:n],
            "the first {1} elements of {0}", "{0} 的前 {1} 个元素", needs=(ATOM, 0))  # fmt: skip
        _op(f"turn {kind}", f"{kind}; #cut", kind, "{0}[{1}:] + {0}[:{1}]", lambda a, n: a[n:] + a[:n],
            "{0} with its first {1} element(s) moved to the end", "把 {0} 的前 {1} 个元素移到末尾",
            level=PLUS, needs=(ATOM, 0), rank=2)  # fmt: skip
        _op(f"second {kind}", kind, kind, "{0}[::2]", lambda a: a[::2], "the elements of {0} at positions 0, 2, 4 and so on",
            "{0} 中位置 0、2、4 等处的元素", needs=(ATOM,), rank=2)  # fmt: skip
    _op("extend", f"{NUMBERS}; int", NUMBERS, "{0} + [{1}]", lambda a, b: [*a, b], "{0} with {1} added at the end",
        "{0} 末尾加上 {1}", level=PLUS, needs=(PLUS, 0))  # fmt: skip
    _op("distinct", NUMBERS, NUMBERS, "sorted(set({0}))", lambda a: sorted(set(a)),
        "the different elements of {0}, from smallest to largest", "{0} 中不同的元素，从小到大排列", rank=3)  # fmt: skip
    _op(
        "letters",
        "str",
        WORDS,
        "list({0})",
        list,
        "the list of the characters of {0}",
        "由 {0} 的各字符组成的列表",
        rank=2,
    )
    _op(
        "keys", TABLE, WORDS, "sorted({0})", sorted, "the keys of {0} in alphabetical order", "{0} 的键，按字母顺序排列"
    )


def _float_ops() -> None:
    _op("whole", "float", "int", "int({0})", int, "{0} without its decimals", "{0} 的整数部分")
    _op("plus float", "float; int", "float", "{0} + {1}", operator.add, level=PLUS, needs=(PLUS, TIMES), weight=2.0)
    _op("times float", "float; #k", "float", "{0} * {1}", operator.mul, level=TIMES, needs=(TIMES, POWER), weight=2.0)
    _op("minus float", "float; #half", "float", "{0} - {1}", operator.sub, level=PLUS, needs=(PLUS, TIMES), weight=2.0)
    _op("scale", "int; #half", "float", "{0} * {1}", operator.mul, level=TIMES, needs=(TIMES, POWER))
    _op("part", "int; #div", "float", "{0} / {1}", operator.truediv, level=TIMES, needs=(TIMES, POWER), rank=2)
    _op("mean", NUMBERS, "float", "sum({0}) / len({0})", lambda a: sum(a) / len(a),
        "the mean of the elements of {0}", "{0} 的元素的平均值", level=TIMES, rank=2)  # fmt: skip
    _op("round", "float", "float", "round({0}, 2)", lambda a: round(a, 2), "{0} rounded to 2 decimals", "{0} 保留两位小数",
        weight=0.0)  # fmt: skip


def _conditions() -> None:
    for sign, shown, run in (
        (">", ">", operator.gt), ("<", "<", operator.lt), (">=", "≥", operator.ge), ("<=", "≤", operator.le),
    ):  # fmt: skip
        words = f"{{0}} {shown} {{1}}"
        _op(
            f"{sign} int",
            "int; int",
            "bool",
            f"{{0}} {sign} {{1}}",
            run,
            words,
            words,
            level=COMPARE,
            needs=(PLUS, PLUS),
        )
        _op(
            f"{sign} k",
            "int; #big",
            "bool",
            f"{{0}} {sign} {{1}}",
            run,
            words,
            words,
            weight=1.5,
            level=COMPARE,
            needs=(PLUS, PLUS),
        )
    for sign, run in ((">", operator.gt), ("<", operator.lt)):
        order = ("after", "之后") if sign == ">" else ("before", "之前")
        _op(
            f"{sign} str",
            "str; #letter",
            "bool",
            f"{{0}} {sign} {{1}}",
            run,
            f"{{0}} comes {order[0]} {{1}} in alphabetical order",
            f"{{0}} 按字典序在 {{1}} {order[1]}",
            level=COMPARE,
            needs=(PLUS, PLUS),
        )
    _op(
        "even",
        "int",
        "bool",
        "{0} % 2 == 0",
        lambda a: a % 2 == 0,
        "{0} is even",
        "{0} 是偶数",
        weight=3.0,
        level=COMPARE,
        needs=(TIMES,),
    )
    _op(
        "odd",
        "int",
        "bool",
        "{0} % 2 == 1",
        lambda a: a % 2 == 1,
        "{0} is odd",
        "{0} 是奇数",
        weight=2.0,
        level=COMPARE,
        needs=(TIMES,),
    )
    _op("multiple", "int; #div3", "bool", "{0} % {1} == 0", lambda a, b: a % b == 0, "{0} is divisible by {1}",
        "{0} 能被 {1} 整除", weight=2.0, level=COMPARE, needs=(TIMES, POWER))  # fmt: skip
    _op("no multiple", "int; #div3", "bool", "{0} % {1} != 0", lambda a, b: a % b != 0, "{0} is not divisible by {1}",
        "{0} 不能被 {1} 整除", level=COMPARE, needs=(TIMES, POWER))  # fmt: skip
    _op("among", "letter; #vowels", "bool", "{0} in {1}", lambda a, b: a in b, "{0} occurs in {1}", "{0} 出现在 {1} 中",
        weight=4.0, level=COMPARE, needs=(PLUS, PLUS))  # fmt: skip
    _op("holds", "#letter; str", "bool", "{0} in {1}", lambda a, b: a in b, "{0} occurs in {1}", "{0} 出现在 {1} 中",
        weight=2.0, level=COMPARE, needs=(PLUS, PLUS))  # fmt: skip
    _op("in list", f"int; {NUMBERS}", "bool", "{0} in {1}", lambda a, b: a in b, "{0} is an element of {1}",
        "{0} 是 {1} 的元素", rank=2, level=COMPARE, needs=(PLUS, PLUS))  # fmt: skip
    _op("key", f"str; {TABLE}", "bool", "{0} in {1}", lambda a, b: a in b, "{0} is a key of {1}", "{0} 是 {1} 的键",
        rank=2, level=COMPARE, needs=(PLUS, PLUS))  # fmt: skip
    _op("later", "letter; #middle", "bool", "{0} > {1}", operator.gt, "{0} comes after {1} in alphabetical order",
        "{0} 按字典序在 {1} 之后", weight=2.0, level=COMPARE, needs=(PLUS, PLUS))  # fmt: skip
    _op("longer", "str; #cut3", "bool", "len({0}) > {1}", lambda a, n: len(a) > n, "{0} has more than {1} characters",
        "{0} 的字符数大于 {1}", level=COMPARE, weight=2.0)  # fmt: skip
    _op("and", "bool; bool", "bool", "{0} and {1}", lambda a, b: a and b, "{0} and {1}", "{0} 且 {1}",
        level=AND, needs=(AND, NOT), weight=0.0)  # fmt: skip
    _op("or", "bool; bool", "bool", "{0} or {1}", lambda a, b: a or b, "{0} or {1}", "{0} 或 {1}",
        level=OR, needs=(OR, AND), weight=0.0)  # fmt: skip
    _op(
        "same",
        "int; #k",
        "bool",
        "{0} == {1}",
        operator.eq,
        "{0} = {1}",
        "{0} = {1}",
        weight=0.0,
        level=COMPARE,
        needs=(PLUS, PLUS),
    )


_int_ops()
_measures()
_str_ops()
_letter_ops()
_list_ops()
_float_ops()
_conditions()
