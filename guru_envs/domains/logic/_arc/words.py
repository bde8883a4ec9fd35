"""The prompt and the rules in words, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._arc.grammar import Program, Rule

Lines = tuple[str, ...]  # the rows of a grid, as digits

_PROMPT = {
    "en": (
        "One hidden rule turns each input grid into its output grid. The digits 0 to 9 are colours; 0 is the empty background. "
        "Work out the rule from the examples and apply it to the test input.\n",
        "\nExample {}\n",
        "Input ({} rows, {} columns):\n",
        "Output ({} rows, {} columns):\n",
        "\nTest\n",
        "\nThe answer is the output grid of the test: its rows of digits, one row per line from top to bottom, or a JSON list of "
        "lists of numbers.",
    ),
    "zh": (
        "同一条未说明的规则把每个输入网格变成它的输出网格。数字 0 到 9 表示颜色，0 是空白背景。"
        "请从示例中找出规则，并把它用于测试输入。\n",
        "\n示例 {}\n",
        "输入（{} 行，{} 列）：\n",
        "输出（{} 行，{} 列）：\n",
        "\n测试\n",
        "\n答案是测试的输出网格：从上到下每行写一行数字，或者写成由数字列表组成的 JSON 列表。",
    ),
}


def spaced(lines: Sequence[str]) -> str:
    """A grid as rows of digits with spaces between."""
    width = 2 * len(lines[0])
    text = bytearray(b" " * (width * len(lines) - 1))
    text[::2] = "".join(lines).encode()
    text[width - 1 :: width] = b"\n" * (len(lines) - 1)
    return text.decode()


def prompt(lang: str, pairs: Sequence[tuple[Lines, Lines]], test: Lines) -> str:
    """The question."""
    head, example, given, made, tests, tail = _PROMPT[lang]
    parts = [head]
    for number, (one, other) in enumerate(pairs, 1):
        parts.append(example.format(number))
        parts += [given.format(len(one), len(one[0])), spaced(one), "\n"]
        parts += [made.format(len(other), len(other[0])), spaced(other), "\n"]
    parts += [tests, given.format(len(test), len(test[0])), spaced(test), "\n", tail]
    return "".join(parts)


_NOUN = {"en": {"mono4": "object", "multi8": "group"}, "zh": {"mono4": "对象", "multi8": "组"}}

DEFINITIONS = {
    "en": "An object is a maximal set of cells of one colour other than 0 joined by sides; a group is a maximal set of cells of any "
    "colours other than 0 joined by sides or corners.",
    "zh": "对象是由边相连的、颜色相同且不为 0 的最大一片格子；组是由边或角相连的、颜色不为 0（可以不同色）的最大一片格子。",
}

_SELECTORS = {
    "largest": ("the largest {}", "最大的{}"),
    "smallest": ("the smallest {}", "最小的{}"),
    "topmost": ("the {} that reaches highest", "最靠上的{}"),
    "bottommost": ("the {} that reaches lowest", "最靠下的{}"),
    "leftmost": ("the {} that reaches furthest left", "最靠左的{}"),
    "rightmost": ("the {} that reaches furthest right", "最靠右的{}"),
    "edge": ("every {} at the grid's border", "每个碰到网格边缘的{}"),
    "inside": ("every {} away from the grid's border", "每个不碰网格边缘的{}"),
    "holed": ("every {} with a hole", "每个有洞的{}"),
    "closed": ("every {} without a hole", "每个没有洞的{}"),
    "block": ("every {} that fills its box", "每个填满自身外框的{}"),
    "ragged": ("every {} that does not fill its box", "每个没有填满自身外框的{}"),
    "dot": ("every {} of one cell", "每个只有一格的{}"),
    "mirrored": ("every {} that is its own left-right mirror image", "每个左右对称的{}"),
    "twins": ("every {0} whose shape another {0} has too", "每个与另一{0}形状相同的{0}"),
    "odd": ("every {0} whose shape no other {0} has", "每个形状与众不同的{0}"),
    "own-colour": ("every {0} of a colour that no other {0} has", "每个颜色与众不同的{0}"),
}

_VALUES = {
    "flip-h": ("left to right", "左右"),
    "flip-v": ("top to bottom", "上下"),
    "rot180": ("by half a turn", "旋转 180 度"),
    "transpose": ("on the diagonal from top left", "主对角线"),
    "rot90": ("a quarter turn clockwise", "顺时针旋转 90 度"),
    "rot270": ("a quarter turn counter-clockwise", "逆时针旋转 90 度"),
    "antitranspose": ("on the diagonal from top right", "副对角线"),
    "four": ("left to right, then top to bottom", "先左右、再上下"),
    "left": ("left", "左"),
    "right": ("right", "右"),
    "up": ("up", "上"),
    "down": ("down", "下"),
    "upper": ("upper", "上"),
    "lower": ("lower", "下"),
    "row": ("rows", "行"),
    "column": ("columns", "列"),
    "both": ("rows, then columns over them", "行，再在其上画列"),
    "cross": ("rows, with the columns over them", "行，并在其上画列"),
    "columns": ("the left and the right half", "左半与右半"),
    "rows": ("the upper and the lower half", "上半与下半"),
    "and": ("both halves are filled", "两半都非 0"),
    "or": ("at least one half is filled", "至少一半非 0"),
    "xor": ("exactly one half is filled", "恰有一半非 0"),
    "nor": ("neither half is filled", "两半都为 0"),
    "without": ("the first half is filled and the second is not", "前一半非 0 而后一半为 0"),
    "first": ("first", "前一半"),
    "second": ("second", "后一半"),
    "rising": ("fewest filled cells first", "从少到多"),
    "falling": ("most filled cells first", "从多到少"),
    "most": ("most", "最多"),
    "fewest": ("fewest", "最少"),
}

# {0}, {1}, ... are the parameters in words
_RULES = {
    "flip": ("mirror or turn the grid: {0}", "翻转或旋转整个网格：{0}"),
    "roll": ("move everything one cell {0}, round the edge", "整体向{0}循环移动一格"),
    "swap": ("exchange the colours {0} and {1}", "交换颜色 {0} 和 {1}"),
    "mirror": ("add the mirror image on this side: {0}", "在这一侧接上镜像：{0}"),
    "tile": ("repeat the grid {0} times (down x across)", "把网格重复 {0} 次（纵 x 横）"),
    "scale": ("enlarge each cell to {0} x {0} cells", "把每格放大成 {0} x {0} 格"),
    "frame": ("put a frame of colour {0} around the grid", "在网格外加一圈颜色 {0} 的边框"),
    "diagonal": ("put the grid twice along the diagonal", "把网格沿对角线放两份"),
    "fractal": ("put a copy of the grid for each filled cell", "每个非 0 的格子换成整个网格的副本"),
    "remove": ("erase {0}", "擦除{0}"),
    "keep": ("erase all but {0}", "只保留{0}"),
    "remove-colour": ("erase colour {0}", "擦除颜色 {0}"),
    "keep-colour": ("erase all colours but {0}", "只保留颜色 {0}"),
    "hollow": ("erase the cells whose four neighbours have their colour", "擦除上下左右都与自己同色的格子"),
    "core": ("keep only the cells whose four neighbours have their colour", "只保留上下左右都与自己同色的格子"),
    "fall": ("let each cell fall {0}", "每个格子各自向{0}落"),
    "drop": ("let each group fall {0} as a whole", "每个组整体向{0}落"),
    "contact": (
        "move the other groups straight to the object of colour {0}",
        "其他组笔直移向颜色 {0} 的对象，直到碰上",
    ),
    "recolour": ("give {0} the colour {1}", "把{0}染成颜色 {1}"),
    "repaint": ("give everything the colour {0}", "把所有非 0 的格子染成颜色 {0}"),
    "lead": ("give everything the colour of the largest object", "把所有非 0 的格子染成最大对象的颜色"),
    "infect": ("give objects beside colour {0} that colour", "与颜色 {0} 有公共边的对象都变成该颜色"),
    "inner": (
        "give the cells whose four neighbours have their colour the colour {0}",
        "把上下左右都与自己同色的格子染成颜色 {0}",
    ),
    "fill": ("fill the enclosed empty cells with {0}", "用颜色 {0} 填满被围住的空格"),
    "boxes": ("fill the empty cells in the box of each group with {0}", "用颜色 {0} 填满每个组外框内的空格"),
    "outline": ("colour the empty cells around everything {0}", "把所有图形周围一圈的空格染成颜色 {0}"),
    "grow": ("let each colour grow into the empty cells beside it", "每种颜色向旁边的空格扩大一格"),
    "connect": ("join cells of one colour in {0} by lines", "沿{0}把同色的格子连成线"),
    "ray": ("draw a line {0} from each filled cell", "从每个非 0 的格子向{0}画线"),
    "beam": ("draw lines both ways from each filled cell along {0}", "从每个非 0 的格子沿{0}向两边画线"),
    "complete": ("fill empty cells from the mirror image: {0}", "用镜像补全空格：{0}"),
    "mend": ("replace colour {1} by the mirror image: {0}", "用镜像替换颜色 {1}：{0}"),
    "sort": ("sort the {0}: {1}", "把{0}排序：非 0 的格子{1}"),
    "crop": ("cut out {0}", "裁出{0}"),
    "crop-colour": ("cut out the box around colour {0}", "裁出颜色 {0} 的外框"),
    "trim": ("cut out the box around everything", "裁出全部内容的外框"),
    "window": ("cut out what is inside the frame of colour {0}", "裁出颜色 {0} 的框内部分"),
    "compress": ("leave out empty rows and columns", "去掉空行和空列"),
    "dedupe": ("leave out rows and columns that repeat the one before", "去掉与前一行（列）相同的行（列）"),
    "half": ("keep the {0} half", "只取{0}半边"),
    "combine": ("lay {0} upon each other: colour {2} where {1}", "把{0}叠在一起：{1}处为颜色 {2}"),
    "overlay": ("lay {0} upon each other, the {1} on top", "把{0}叠在一起，{1}在上"),
    "count": ("count the {0}s: a row with a cell of colour {1} for each", "数{0}的个数：每个对应一行中的一格颜色 {1}"),
    "stairs": (
        "count the {0}s: a diagonal with a cell of colour {1} for each",
        "数{0}的个数：每个对应对角线上的一格颜色 {1}",
    ),
    "tally": (
        "for each colour a row with a cell for each object, the most first",
        "每种颜色一行，每个对象一格，多的在上",
    ),
    "palette": ("list the colours in a column, the most cells first", "把颜色列成一列，格子多的在上"),
    "most": ("give one cell of the colour with the {0} cells", "输出一格，颜色是格子{0}的颜色"),
    "ranking": ("list the objects' colours in a column, the largest first", "把各对象的颜色列成一列，大的在上"),
}


def rule_text(lang: str, rule: Rule) -> str:
    """A rule in words."""
    side = 0 if lang == "en" else 1
    name, values = rule[0], list(rule[1:])
    if name in ("remove", "keep", "recolour", "crop"):
        noun = _NOUN[lang][values[1]]
        words = [_SELECTORS[values[0]][side].format(noun), *map(str, values[2:])]
    elif name in ("count", "stairs"):
        words = [_NOUN[lang][values[0]], str(values[1])]
    else:
        words = [_VALUES[value][side] if value in _VALUES else str(value) for value in values]
    return _RULES[name][side].format(*words)


def program_text(lang: str, program: Program) -> str:
    """A program in words."""
    joint = "; then " if lang == "en" else "；然后"
    return joint.join(rule_text(lang, rule) for rule in program)


SAY = {
    "en": {
        "form": "the answer is not a grid of digits",
        "ragged": "the rows of the answer have different lengths",
        "shape": "a grid of {} rows and {} columns has not the right shape",
        "cells": "the shape is right, but not every cell",
    },
    "zh": {
        "form": "答案不是由数字组成的网格",
        "ragged": "答案各行的长度不同",
        "shape": "{} 行 {} 列的网格形状不对",
        "cells": "形状正确，但并非每个格子都对",
    },
}
