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
    },
    "zh": {
        "missing": "代码中没有定义 `{name}`",
        "empty": "没有代码",
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
    },
}


def detail(lang: str, key: str, **values: object) -> str:
    """A message."""
    return _DETAIL[lang][key].format(**values)
