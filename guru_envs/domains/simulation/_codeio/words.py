"""The texts around a program: questions and reasons."""

from __future__ import annotations

from typing import Any

from guru_envs.domains.simulation._codeio.text import literal
from guru_envs.domains.simulation._codeio.values import MOST_INT, MOST_ITEMS, MOST_TEXT

TEXT: dict[str, dict[str, str]] = {
    "en": {
        "code": "Here is a Python program:",
        "numbered": "Here is a Python program with numbered lines:",
        "description": "This is what the function `{0}` does:",
        "plan": (
            "Here is a plan in numbered steps. Indented steps belong to the step above them. Texts are in double quotes. Positions "
            "are counted from 0. Division rounded down and remainders are as in Python: -7 divided by 3, rounded down, is -3, and "
            "the remainder is 2. Texts are ordered by the codes of their characters, capital letters first. What a loop goes through "
            "is determined once, when the loop begins."
        ),
        "output": "What does {0} return?",
        "output plan": "What is the result of {0}?",
        "input": (
            "Find arguments for which {0} returns {1}. Any arguments with exactly this result are right. Whole numbers must be "
            "from {2} to {3}, texts have at most {4} characters, and lists at most {5} elements."
        ),
        "step": "{0} is called. What is the value of {1} right after line {2} has been executed for the {3} time?",
        "step once": "{0} is called. What is the value of {1} right after line {2} has been executed for the first time?",
        "step plan": "{0} is computed. What is the value of {1} right after step {2} has been carried out for the {3} time?",
        "step once plan": (
            "{0} is computed. What is the value of {1} right after step {2} has been carried out for the first time?"
        ),
        "value": (
            "Write the value as JSON: texts in double quotes, lists and tuples in square brackets, dictionaries in curly brackets."
        ),
        "exact": "The type counts: 2 and 2.0 are different answers.",
        "arguments": "Write a JSON list with one element for each parameter of {0}, in this order: {1}.",
        "unreadable": "the answer is no JSON value",
        "type": "the answer has another type than the value",
        "value wrong": "the value is another one",
        "count": "the answer does not give one argument for each parameter",
        "argument": "the argument {0} has the wrong type or is too large",
        "steps": "the program does not end within the limit of steps for these arguments",
        "size": "the program makes too large values for these arguments",
        "error": "the program ends with an error for these arguments",
        "other": "the program returns another value for these arguments",
        "line": "line {0}: ",
        "step at": "step {0}: ",
        "call": "{0} is called",
        "yes": "{0} is true",
        "no": "{0} is false",
        "end": "the loop ends",
        "break": "the loop is left",
        "continue": "the next round begins",
        "return": "{0} is returned",
        "list": "; ",
    },
    "zh": {
        "code": "下面是一个 Python 程序：",
        "numbered": "下面是一个带行号的 Python 程序：",
        "description": "下面说明函数 `{0}` 的功能：",
        "plan": (
            "下面是一个分步编号的计划。缩进的步骤属于其上方的步骤。文本写在双引号中。位置从 0 开始数。向下取整的除法和余数与 Python "
            "相同：-7 除以 3 向下取整得 -3，余数为 2。文本按字符编码排序，大写字母在前。循环所遍历的内容在循环开始时就确定，之后不变。"
        ),
        "output": "{0} 返回什么？",
        "output plan": "{0} 的结果是什么？",
        "input": (
            "请找出使 {0} 返回 {1} 的参数。任何恰好得到这一结果的参数都正确。整数须在 {2} 到 {3} 之间，文本最多 {4} 个字符，"
            "列表最多 {5} 个元素。"
        ),
        "step": "调用 {0}。第 {2} 行第 {3} 次执行之后，{1} 的值是什么？",
        "step once": "调用 {0}。第 {2} 行第一次执行之后，{1} 的值是什么？",
        "step plan": "计算 {0}。第 {2} 步第 {3} 次执行之后，{1} 的值是什么？",
        "step once plan": "计算 {0}。第 {2} 步第一次执行之后，{1} 的值是什么？",
        "value": "请用 JSON 写出这个值：文本用双引号，列表和元组用方括号，字典用花括号。",
        "exact": "类型也要一致：2 和 2.0 是不同的答案。",
        "arguments": "请写一个 JSON 列表，按以下顺序为 {0} 的每个参数给出一个元素：{1}。",
        "unreadable": "答案不是 JSON 值",
        "type": "答案的类型与该值不同",
        "value wrong": "值不对",
        "count": "答案没有为每个参数各给出一个值",
        "argument": "参数 {0} 的类型不对或值太大",
        "steps": "对这些参数，程序没有在步数限制内结束",
        "size": "对这些参数，程序产生的值太大",
        "error": "对这些参数，程序以错误结束",
        "other": "对这些参数，程序返回的是另一个值",
        "line": "第 {0} 行：",
        "step at": "第 {0} 步：",
        "call": "调用 {0}",
        "yes": "{0} 成立",
        "no": "{0} 不成立",
        "end": "循环结束",
        "break": "跳出循环",
        "continue": "进入下一轮",
        "return": "返回 {0}",
        "list": "；",
    },
}


def ordinal(number: int, lang: str) -> str:
    """2 as ``2nd``; in Chinese the digits."""
    if lang == "zh":
        return str(number)
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def call_text(title: str, args: list[Any]) -> str:
    """A call as Python text."""
    return f"{title}({', '.join(map(literal, args))})"


def numbered(code: str) -> str:
    """A program with the number of each line before it."""
    lines = code.split("\n")
    width = len(str(len(lines)))
    return "\n".join([f"{number:>{width}} | {line}".rstrip() for number, line in enumerate(lines, 1)])


def question(
    lang: str, mode: str, planned: bool, title: str, args: list[Any], output: Any, names: list[str],
    asked: tuple[int, str, int] | None, exact: bool,
) -> str:  # fmt: skip
    """What is asked about a program, and how the answer is written.

    Args:
        lang: ``en`` or ``zh``.
        mode: ``output``, ``input`` or ``step``.
        planned: the program is shown as a plan.
        title: the function's name.
        args: the arguments; not shown in the mode ``input``.
        output: the result; shown in the mode ``input`` only.
        names: of the parameters.
        asked: of the mode ``step``: line or step, variable, and which time.
        exact: whether the type of numbers counts.
    """
    words = TEXT[lang]
    tail = " plan" if planned else ""
    if mode == "input":
        bounds = (-MOST_INT, MOST_INT, MOST_TEXT, MOST_ITEMS)
        head = words["input"].format(f"`{title}`", f"`{literal(output)}`", *bounds)
        shown = ("、" if lang == "zh" else ", ").join(names)
        return f"{head}\n{words['arguments'].format(f'`{title}`', shown)}"
    call = f"`{call_text(title, args)}`"
    if asked is None:
        head = words["output" + tail].format(call)
    else:
        place, variable, time = asked
        once = " once" if time == 1 else ""
        head = words["step" + once + tail].format(call, f"`{variable}`", place, ordinal(time, lang))
    return f"{head}\n{words['value']}" + (
        f" {words['exact']}" if exact and lang == "en" else words["exact"] if exact else ""
    )
