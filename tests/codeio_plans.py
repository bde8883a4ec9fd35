"""An independent reading of codeio's plans: each sentence, English or Chinese, becomes a line of Python.

Shares no code with the domain: the sentences stand here a second time, the other way round.
"""

from __future__ import annotations

import re

_X = r"(@\d+@|\w+(?:@\d+@)?|-?[\d.]+)"  # an atom: a bracket put aside, a name, a call, a number
_PHRASES = {
    "en": [
        (f"the remainder of {_X} divided by {_X}", "(%s %% %s)"),
        (f"{_X} divided by {_X}, rounded down", "(%s // %s)"),
        (f"{_X} squared", "(%s ** 2)"),
        (f"the absolute value of {_X}", "abs(%s)"),
        (f"the larger of {_X} and {_X}", "max(%s, %s)"),
        (f"the smaller of {_X} and {_X}", "min(%s, %s)"),
        (f"the bitwise exclusive or of {_X} and {_X}", "(%s ^ %s)"),
        (f"the number of keys in {_X}", "len(%s)"),
        (f"the length of {_X}", "len(%s)"),
        (f"the sum of the elements of {_X}", "sum(%s)"),
        (f"the largest element of {_X}", "max(%s)"),
        (f"the smallest element of {_X}", "min(%s)"),
        (f"the (?:character|element) of {_X} at position {_X}", "%s[%s]"),
        (f"the last (?:character|element) of {_X}", "%s[-1]"),
        (
            f"the (?:character|element) of {_X} whose position is the remainder of {_X} divided by the length of {_X}",
            "tool_around(%s, %s, %s)",
        ),
        (f"the number of times {_X} occurs in {_X}", "tool_times(%s, %s)"),
        (rf"the position of the first {_X} in {_X} ‹-1 if there is none›", "tool_first(%s, %s)"),
        (rf"the value of {_X} for the key {_X} ‹0 if there is none›", "%s.get(%s, 0)"),
        (f"the sum of the values of {_X}", "sum(%s.values())"),
        (f"the largest value of {_X}", "max(%s.values())"),
        (f"{_X} followed by {_X}", "(%s + %s)"),
        (f"{_X} reversed", "%s[::-1]"),
        (f"{_X} in upper case", "%s.upper()"),
        (rf"{_X} without its first {_X} (?:character|element)‹s›", "%s[%s:]"),
        (f"the first {_X} (?:characters|elements) of {_X}", "tool_front(%s, %s)"),
        (rf"{_X} with its first {_X} (?:character|element)‹s› moved to the end", "tool_turned(%s, %s)"),
        (f"{_X} written {_X} times", "(%s * %s)"),
        (f"{_X} with each {_X} replaced by {_X}", "%s.replace(%s, %s)"),
        (f"the (?:characters|elements) of {_X} at positions 0, 2, 4 and so on", "%s[::2]"),
        (f"{_X} written as text", "str(%s)"),
        (f"the characters of {_X} in alphabetical order", '"".join(sorted(%s))'),
        (f"the elements of {_X} joined with {_X} between them", "tool_glued(%s, %s)"),
        (f"{_X} sorted from smallest to largest", "sorted(%s)"),
        (f"{_X} sorted alphabetically", "sorted(%s)"),
        (f"{_X} with {_X} added at the end", "[*%s, %s]"),
        (f"the different elements of {_X}, from smallest to largest", "sorted(set(%s))"),
        (f"the list of the characters of {_X}", "list(%s)"),
        (f"the keys of {_X} in alphabetical order", "sorted(%s)"),
        (f"{_X} without its decimals", "int(%s)"),
        (f"the mean of the elements of {_X}", "(sum({0}) / len({0}))"),
        (f"{_X} rounded to 2 decimals", "round(%s, 2)"),
        (f"the character code of {_X} minus the character code of {_X}", "(ord(%s) - ord(%s))"),
        (f"the list of {_X} for each {_X} in {_X}", "[%s for %s in %s]"),
        (f"the list of {_X} for each {_X} in {_X} for which (.+)", "[%s for %s in %s if %s]"),
    ],
    "zh": [
        (f"{_X} 除以 {_X} 的余数", "(%s %% %s)"),
        (f"{_X} 除以 {_X} 并向下取整", "(%s // %s)"),
        (f"{_X} 的平方", "(%s ** 2)"),
        (f"{_X} 的绝对值", "abs(%s)"),
        (f"{_X} 与 {_X} 中较大者", "max(%s, %s)"),
        (f"{_X} 与 {_X} 中较小者", "min(%s, %s)"),
        (f"{_X} 与 {_X} 的按位异或", "(%s ^ %s)"),
        (f"{_X} 中键的个数", "len(%s)"),
        (f"{_X} 的长度", "len(%s)"),
        (f"{_X} 的元素之和", "sum(%s)"),
        (f"{_X} 的最大元素", "max(%s)"),
        (f"{_X} 的最小元素", "min(%s)"),
        (f"{_X} 中位置 {_X} 的(?:字符|元素)", "%s[%s]"),
        (f"{_X} 的最后一个(?:字符|元素)", "%s[-1]"),
        (f"{_X} 中位置为 {_X} 除以 {_X} 的长度所得余数的(?:字符|元素)", "tool_around(%s, %s, %s)"),
        (f"{_X} 在 {_X} 中出现的次数", "tool_times(%s, %s)"),
        (f"{_X} 在 {_X} 中第一次出现的位置（没有则为 -1）", "tool_first(%s, %s)"),
        (f"{_X} 中键 {_X} 的值（没有则为 0）", "%s.get(%s, 0)"),
        (f"{_X} 中各值之和", "sum(%s.values())"),
        (f"{_X} 中最大的值", "max(%s.values())"),
        (f"{_X} 后接 {_X}", "(%s + %s)"),
        (f"{_X} 的逆序", "%s[::-1]"),
        (f"{_X} 的大写形式", "%s.upper()"),
        (f"{_X} 去掉开头 {_X} 个(?:字符|元素)", "%s[%s:]"),
        (f"{_X} 的前 {_X} 个(?:字符|元素)", "%s[:%s]"),
        (f"把 {_X} 的前 {_X} 个(?:字符|元素)移到末尾", "tool_turned(%s, %s)"),
        (f"{_X} 重复 {_X} 次", "(%s * %s)"),
        (f"把 {_X} 中的每个 {_X} 换成 {_X}", "%s.replace(%s, %s)"),
        (f"{_X} 中位置 0、2、4 等处的(?:字符|元素)", "%s[::2]"),
        (f"{_X} 写成的文本", "str(%s)"),
        (f"{_X} 的字符按字母顺序排列", '"".join(sorted(%s))'),
        (f"把 {_X} 的元素用 {_X} 连接起来", "tool_glued(%s, %s)"),
        (f"{_X} 从小到大排序", "sorted(%s)"),
        (f"{_X} 按字典序排序", "sorted(%s)"),
        (f"{_X} 末尾加上 {_X}", "[*%s, %s]"),
        (f"{_X} 中不同的元素，从小到大排列", "sorted(set(%s))"),
        (f"由 {_X} 的各字符组成的列表", "list(%s)"),
        (f"{_X} 的键，按字母顺序排列", "sorted(%s)"),
        (f"{_X} 的整数部分", "int(%s)"),
        (f"{_X} 的元素的平均值", "(sum({0}) / len({0}))"),
        (f"{_X} 保留两位小数", "round(%s, 2)"),
        (f"{_X} 的字符编码减去 {_X} 的字符编码", "(ord(%s) - ord(%s))"),
        (f"对 {_X} 中每个 {_X} 取 {_X} 所得的列表", "[{2} for {1} in {0}]"),
        (f"对 {_X} 中每个满足“(.+)”的 {_X} 取 {_X} 所得的列表", "[{3} for {2} in {0} if {1}]"),
    ],
}
_TESTS = {
    "en": [
        (r"(.+) is even", "(%s) %% 2 == 0"),
        (r"(.+) is odd", "(%s) %% 2 == 1"),
        (rf"(.+) is divisible by {_X}", "(%s) %% %s == 0"),
        (rf"(.+) is not divisible by {_X}", "(%s) %% %s != 0"),
        (rf"(.+) comes after {_X} in alphabetical order", "(%s) > %s"),
        (rf"(.+) comes before {_X} in alphabetical order", "(%s) < %s"),
        (r"(.+) is an element of (.+)", "(%s) in (%s)"),
        (r"(.+) is a key of (.+)", "(%s) in (%s)"),
        (r"(.+) occurs in (.+)", "(%s) in (%s)"),
        (rf"(.+) has more than {_X} characters", "len(%s) > %s"),
    ],
    "zh": [
        (r"(.+) 是偶数", "(%s) %% 2 == 0"),
        (r"(.+) 是奇数", "(%s) %% 2 == 1"),
        (rf"(.+) 不能被 {_X} 整除", "(%s) %% %s != 0"),
        (rf"(.+) 能被 {_X} 整除", "(%s) %% %s == 0"),
        (rf"(.+) 按字典序在 {_X} 之后", "(%s) > %s"),
        (rf"(.+) 按字典序在 {_X} 之前", "(%s) < %s"),
        (r"(.+) 是 (.+) 的元素", "(%s) in (%s)"),
        (r"(.+) 是 (.+) 的键", "(%s) in (%s)"),
        (r"(.+) 出现在 (.+) 中", "(%s) in (%s)"),
        (rf"(.+) 的字符数大于 {_X}", "len(%s) > %s"),
    ],
}
_LINES = {
    "en": [
        (r"To compute (\w+)\((.*?)\), where .*:", "def %s(%s):"),
        (r"Set (\w+) to (.+)\.", "%s = %s"),
        (r"Increase (\w+) by (.+)\.", "%s += %s"),
        (r"Decrease (\w+) by (.+)\.", "%s -= %s"),
        (r"Add (.+) to the end of (\w+)\.", "{1} += {0}"),
        (r"Append (.+) to the list (\w+)\.", "{1}.append({0})"),
        (
            rf"Add (.+) to the value of (\w+) for the key {_X} ‹a key that is not there yet starts at 0›\.",
            "{1}[{2}] = {1}.get({2}, 0) + {0}",
        ),
        (r"If (.+):", "if %s:"),
        (r"Otherwise, if (.+):", "elif %s:"),
        (r"Otherwise:", "else:"),
        (rf"For each whole number (\w+) from {_X} up to but not including {_X}:", "for %s in range(%s, %s):"),
        (r"For each (?:element|character) (\w+) of (.+), in order:", "for %s in %s:"),
        (
            r"For each (?:element|character) (\w+) of (.+), in order, with its position (\w+):",
            "for {2}, {0} in enumerate({1}):",
        ),
        (r"As long as (.+), repeat:", "while %s:"),
        (r"Leave the loop\.", "break"),
        (r"Go on with the next round of the loop\.", "continue"),
        (r"Return (.+)\.", "return %s"),
    ],
    "zh": [
        (r"计算 (\w+)\((.*?)\)，其中 .*：", "def %s(%s):"),
        (r"令 (\w+) 为 (.+)。", "%s = %s"),
        (r"将 (\w+) 增加 (.+)。", "%s += %s"),
        (r"将 (\w+) 减少 (.+)。", "%s -= %s"),
        (r"在 (\w+) 的末尾接上 (.+)。", "%s += %s"),
        (r"把 (.+) 添加到列表 (\w+) 的末尾。", "{1}.append({0})"),
        (rf"把 (\w+) 中键 {_X} 的值增加 (.+)（键不存在时从 0 开始）。", "{0}[{1}] = {0}.get({1}, 0) + {2}"),
        (r"如果 (.+)：", "if %s:"),
        (r"否则，如果 (.+)：", "elif %s:"),
        (r"否则：", "else:"),
        (rf"让 (\w+) 依次取从 {_X} 到 {_X}（不含）的整数，每次：", "for %s in range(%s, %s):"),
        (r"按顺序对 (.+) 的每个(?:元素|字符) (\w+)：", "for {1} in {0}:"),
        (r"按顺序对 (.+) 的每个(?:元素|字符) (\w+) 及其位置 (\w+)：", "for {2}, {1} in enumerate({0}):"),
        (r"只要 (.+)，就重复：", "while %s:"),
        (r"跳出这个循环。", "break"),
        (r"直接进入循环的下一轮。", "continue"),
        (r"返回 (.+)。", "return %s"),
    ],
}
_AND, _OR = {"en": " and ", "zh": " 且 "}, {"en": " or ", "zh": " 或 "}
TOOLS = """
def tool_around(many, place, other):
    assert many == other
    return many[place % len(many)]
def tool_times(part, many): return many.count(part)
def tool_first(part, text): return text.find(part)
def tool_front(count, many): return many[:count]
def tool_turned(many, count): return many[count:] + many[:count]
def tool_glued(many, between): return between.join(many)
"""
_NOTE = re.compile(r" \((?:-1 if|0 if|a key that)[^()]*\)|(?<=character)\(s\)|(?<=element)\(s\)")


class Reader:
    """Turns the sentences of one plan into Python."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.aside: list[str] = []

    def put_aside(self, text: str) -> str:
        """The text with texts in quotes and brackets, innermost first, replaced by marks; remarks stay, in other brackets."""

        def keep(python: str) -> str:
            self.aside.append(python)
            return f"@{len(self.aside) - 1}@"

        text = re.sub(r'"[^"]*"', lambda match: keep(match[0]), text)
        text = _NOTE.sub(lambda match: match[0].replace("(", "‹").replace(")", "›"), text)
        while match := re.search(r"\(([^()\[\]{}]*)\)|\[([^()\[\]{}]*)\]|\{()\}", text):
            inner = next(part for part in match.groups() if part is not None)
            parts = ", ".join(self.value(part) for part in self.split(inner)) if inner else ""
            text = text[: match.start()] + keep(match[0][0] + parts + match[0][-1]) + text[match.end() :]
        return text

    def split(self, text: str) -> list[str]:
        """The parts between commas; a comma also stands inside three of the phrases."""
        parts = text.split(", ")
        for place in range(len(parts) - 1, 0, -1):
            if re.match("(rounded down|from smallest to largest|2|4 and so on)", parts[place]) and re.search(
                r"(divided by \S+|the different elements of \S+|positions 0|, 2)$", ", ".join(parts[:place])
            ):
                parts[place - 1 : place + 1] = [", ".join(parts[place - 1 : place + 1])]
        return parts

    def back(self, text: str) -> str:
        """The marks replaced by what they stand for."""
        while "@" in text:
            text = re.sub(r"@(\d+)@", lambda match: self.aside[int(match[1])], text)
        return text

    def value(self, text: str) -> str:
        """A phrase, a test or a formula as Python, with marks."""
        text = text.strip()
        for pattern, python in _PHRASES[self.lang]:
            match = re.fullmatch(pattern, text)
            if match:
                groups = [self.value(part) if not re.fullmatch(_X, part) else part for part in match.groups()]
                if python.startswith(("tool_times(", "tool_first(")) or "%s" not in python:
                    return python.format(*groups) if "%s" not in python else python % tuple(groups)
                return python % tuple(groups)
        for sign, word in ((_OR, " or "), (_AND, " and ")):
            if sign[self.lang] in text:
                return word.join(self.value(part) for part in text.split(sign[self.lang]))
        for pattern, python in _TESTS[self.lang]:
            match = re.fullmatch(pattern, text)
            if match:
                return python % tuple([self.value(part) for part in match.groups()])
        text = text.replace("×", "*").replace("≥", ">=").replace("≤", "<=").replace("≠", "!=").replace(" = ", " == ")
        assert re.fullmatch(r"[\w@.,:*+\-/%<>=! ]*", text), text
        assert not re.search(r"[A-Za-z\u4e00-\u9fff]+ [A-Za-z\u4e00-\u9fff]+", text), text
        return text

    def line(self, text: str) -> str:
        """One sentence."""
        for pattern, python in _LINES[self.lang][:1]:
            match = re.fullmatch(pattern, text)
            if match:
                return python % match.groups()
        text = self.put_aside(text)
        for pattern, python in _LINES[self.lang][1:]:
            match = re.fullmatch(pattern, text)
            if match:
                parts = [self.value(part) for part in match.groups()]
                return self.back(python.format(*parts) if "{" in python else python % tuple(parts))
        raise AssertionError(text)


def program_of(prompt: str, lang: str) -> str:
    """The program of a prompt with a plan; line n + ``TOOLS.count(newline)`` of it is step n."""
    reader = Reader(lang)
    steps = re.findall(r"^( *)(\d+)\. (.*)$", prompt.split("\n\n")[1], re.MULTILINE)
    assert [int(number) for _, number, _ in steps] == list(range(1, len(steps) + 1))
    return TOOLS + "\n".join(" " * len(indent) + reader.line(text) for indent, _, text in steps)
