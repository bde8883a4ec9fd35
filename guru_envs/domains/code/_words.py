"""Prompts and messages of code problems, in English and Chinese."""

from __future__ import annotations

import textwrap

from guru_envs.domains.code._draw import Case
from guru_envs.domains.code._families.family import Family
from guru_envs.domains.code._source import camel
from guru_envs.domains.code._values import input_text, input_words, output_text, output_words

_WIDTH = 110

_TEXT = {
    "en": {
        "function": "Complete this Python function. Give the whole function, with all imports that it needs.",
        "description": "Write a Python function `{signature}`.",
        "asserts": "It has to pass these tests, and others that are not shown:",
        "one": "one right value",
        "class": "Complete this Python class. Give the whole class, with all imports that it needs.",
        "stdin": "Write a Python program that reads the input from standard input and prints the answer to standard output.",
        "input": "Input:",
        "output": "Output: {what}.",
        "example": "Example {n}",
        "in": "Input:",
        "out": "Output:",
        "tolerance": "An error of 1e-6 is tolerated.",
        "repair": "The following attempt is wrong for some inputs. Repair it, and give the whole program.",
        "suite": (
            "This is what a function `{signature}` does. Do not write the function, but tests for it: 1 to {most} lines of the form "
            "`assert {name}(...) == ...` with plain values. Every test has to hold for a right function. "
            "There are {count} wrong functions, which are not shown; each of them has to fail at least one of the tests."
        ),
        "known": "These hold, but do not count as tests of yours:",
    },
    "zh": {
        "function": "请补全下面的 Python 函数。给出完整的函数以及所需的全部 import。",
        "description": "请编写 Python 函数 `{signature}`。",
        "asserts": "它必须通过以下测试，以及其他未展示的测试：",
        "one": "一个正确的值",
        "class": "请补全下面的 Python 类。给出完整的类以及所需的全部 import。",
        "stdin": "请编写一个 Python 程序，从标准输入读取数据，把答案打印到标准输出。",
        "input": "输入：",
        "output": "输出：{what}。",
        "example": "示例 {n}",
        "in": "输入：",
        "out": "输出：",
        "tolerance": "允许 1e-6 的误差。",
        "repair": "下面的程序对某些输入是错误的。请修复它，并给出完整的程序。",
        "suite": (
            "以上是函数 `{signature}` 的功能。请不要编写该函数，而是为它编写测试：1 到 {most} 行，"
            "形如 `assert {name}(...) == ...`，其中只用普通的值。每个测试都必须对正确的函数成立。"
            "另有 {count} 个未展示的错误函数，它们中的每一个都必须至少不通过其中一个测试。"
        ),
        "known": "以下断言成立，但不计入你的测试：",
    },
}


def signature(family: Family, method: bool = False) -> str:
    """The head of the function, or of the method of a class."""
    arguments = [f"{name}: {kind}" for name, kind in family.takes]
    name = camel(family.name) if method else family.name
    return f"{name}({', '.join(['self', *arguments] if method else arguments)}) -> {family.gives}"


def call_text(family: Family, case: Case) -> str:
    """The call of a test."""
    return f"{family.name}({', '.join(map(repr, case.args))})"


def _filled(text: str, lang: str, indent: str = "") -> str:
    if lang == "zh":
        return indent + text
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def prompt(family: Family, form: str, statement: str, examples: tuple[Case, ...], lang: str) -> str:
    """The problem as shown."""
    make = {"function": _function, "description": _description, "class": _class, "stdin": _stdin}[form]
    words = _TEXT[lang]
    if family.gives == "float" and form != "stdin":
        statement += (" " if lang == "en" else "") + words["tolerance"]
    return make(family, statement, examples, lang, words)


def repair_prompt(problem: str, broken: str, lang: str) -> str:
    """A problem with a wrong program for it."""
    return f"{problem}\n\n{_TEXT[lang]['repair']}\n\n```python\n{broken}\n```"


def suite_prompt(family: Family, statement: str, examples: tuple[Case, ...], lang: str, count: int, most: int) -> str:
    """The question for tests."""
    words = _TEXT[lang]
    ask = words["suite"].format(signature=signature(family), name=family.name, count=count, most=most)
    lines = [_filled(statement, lang), "", _filled(ask, lang)]
    if examples:
        lines += ["", words["known"], ""]
    lines += [f"assert {call_text(family, case)} == {case.expected!r}" for case in examples]
    return "\n".join(lines)


def _function(family: Family, statement: str, examples: tuple[Case, ...], lang: str, words: dict[str, str]) -> str:
    note = f"  # {words['one']}" if family.check else ""
    lines = [words["function"], "", f"def {signature(family)}:", '    """' + _filled(statement, lang, "    ").lstrip()]
    if examples:
        lines.append("")
    for case in examples:
        lines += [f"    >>> {call_text(family, case)}{note}", f"    {case.expected!r}"]
    return "\n".join([*lines, '    """'])


def _description(family: Family, statement: str, examples: tuple[Case, ...], lang: str, words: dict[str, str]) -> str:
    lines = [_filled(statement, lang), "", words["description"].format(signature=signature(family))]
    if examples:
        lines[-1] += (" " if lang == "en" else "") + words["asserts"]
        lines.append("")
    for case in examples:
        call = call_text(family, case)
        if family.gives == "float":
            lines.append(f"assert abs({call} - {case.expected!r}) <= 1e-6")
        elif family.check:
            lines.append(f"{call} == {case.expected!r}  # {words['one']}")
        else:
            lines.append(f"assert {call} == {case.expected!r}")
    return "\n".join(lines)


def _class(family: Family, statement: str, examples: tuple[Case, ...], lang: str, words: dict[str, str]) -> str:
    space = " " if lang == "en" else ""
    lines = [_filled(statement, lang), ""]
    for number, case in enumerate(examples, 1):
        given = ", ".join(f"{name} = {value!r}" for (name, _), value in zip(family.takes, case.args, strict=True))
        note = f"  ({words['one']})" if family.check else ""
        lines += [
            words["example"].format(n=number),
            f"{words['in']}{space}{given}",
            f"{words['out']}{space}{case.expected!r}{note}",
            "",
        ]
    return "\n".join(
        [*lines, words["class"], "", "class Solution:", f"    def {signature(family, method=True)}:", "        ..."]
    )


def _stdin(family: Family, statement: str, examples: tuple[Case, ...], lang: str, words: dict[str, str]) -> str:
    kinds = [kind for _, kind in family.takes]
    lines = [_filled(statement, lang), "", words["stdin"], "", words["input"]]
    stop = "." if lang == "en" else "。"
    lines += [f"- {sentence}{stop}" for sentence in input_words(family.takes, lang)]
    lines += ["", words["output"].format(what=output_words(family.gives, lang))]
    for number, case in enumerate(examples, 1):
        lines += ["", words["example"].format(n=number), words["in"], input_text(case.args, kinds).rstrip("\n")]
        lines += [words["out"], output_text(case.expected, family.gives)]
    return "\n".join(lines)


_DETAIL = {
    "en": {
        "missing": "the code does not define `{name}`",
        "empty": "there is no code",
        "long": "the code is too long",
        "compile_error": "the code does not compile",
        "runtime_error": "the program failed with an error",
        "time_limit": "the time limit was reached",
        "memory_limit": "the memory limit was reached",
        "output_limit": "the output is too long",
        "blocked": "the program did something that is not allowed",
        "ok": "the answer is wrong",
        "example": "example {n}: {what}",
        "hidden": "a hidden test: {what}",
        "error": " ({error})",
        "got": " (got {value})",
        "passes": "example {n}: right",
        "nothing": "nothing was printed",
        "no_time": "no time is left for the other examples",
        "suite_long": "the tests are too long",
        "suite_empty": "there are no tests",
        "suite_many": "there are more than {most} tests",
        "suite_form": "line {n} is not of the asked form",
        "suite_types": "line {n} calls the function with arguments of other types",
        "suite_false": "test {n} does not hold for a right function",
        "suite_weak": "{n} of {all} wrong functions pass all tests",
    },
    "zh": {
        "missing": "代码中没有定义 `{name}`",
        "empty": "没有代码",
        "long": "代码过长",
        "compile_error": "代码无法编译",
        "runtime_error": "程序运行出错",
        "time_limit": "超出时间限制",
        "memory_limit": "超出内存限制",
        "output_limit": "输出过长",
        "blocked": "程序执行了不允许的操作",
        "ok": "答案不正确",
        "example": "示例 {n}：{what}",
        "hidden": "一个隐藏测试：{what}",
        "error": "（{error}）",
        "got": "（得到 {value}）",
        "passes": "示例 {n}：正确",
        "nothing": "没有输出",
        "no_time": "没有时间运行其余的示例",
        "suite_long": "测试过长",
        "suite_empty": "没有测试",
        "suite_many": "测试多于 {most} 个",
        "suite_form": "第 {n} 行不符合要求的形式",
        "suite_types": "第 {n} 行调用函数的参数类型不符",
        "suite_false": "第 {n} 个测试对正确的函数不成立",
        "suite_weak": "{all} 个错误函数中有 {n} 个通过了全部测试",
    },
}


def detail(lang: str, key: str, **values: object) -> str:
    """A message."""
    return _DETAIL[lang][key].format(**values)
