"""Programs in words: one numbered line of English or Chinese for each line of Python."""

from __future__ import annotations

from typing import Any

from guru_envs.domains.simulation._codeio.ops import ATOM, NUMBERS, OPS, PHRASE, POWER, WORDS
from guru_envs.domains.simulation._codeio.text import literal
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    Function,
    If,
    Jump,
    Program,
    Return,
    SetItem,
    Statement,
    While,
)

KINDS = {
    "en": {
        "int": "a whole number", "float": "a decimal number", "str": "a text",
        NUMBERS: "a list of whole numbers", WORDS: "a list of texts",
    },
    "zh": {"int": "整数", "float": "小数", "str": "文本", NUMBERS: "整数列表", WORDS: "文本列表"},
}  # fmt: skip
_SAY: dict[str, dict[str, str]] = {
    "en": {
        "function": "To compute {0}, where {1}:",
        "param": "{0} is {1}",
        "and": " and ",
        "set": "Set {0} to {1}.",
        "+": "Increase {0} by {1}.",
        "-": "Decrease {0} by {1}.",
        "join": "Add {1} to the end of {0}.",
        "append": "Append {1} to the list {0}.",
        "tally": "Add {2} to the value of {0} for the key {1} (a key that is not there yet starts at 0).",
        "if": "If {0}:",
        "elif": "Otherwise, if {0}:",
        "else": "Otherwise:",
        "range": "For each whole number {0} from {1} up to but not including {2}:",
        "each": "For each element {0} of {1}, in order:",
        "letter": "For each character {0} of {1}, in order:",
        "position": "For each element {0} of {1}, in order, with its position {2}:",
        "letter position": "For each character {0} of {1}, in order, with its position {2}:",
        "while": "As long as {0}, repeat:",
        "break": "Leave the loop.",
        "continue": "Go on with the next round of the loop.",
        "return": "Return {0}.",
        "list": "the list of {0} for each {1} in {2}",
        "list if": "the list of {0} for each {1} in {2} for which {3}",
    },
    "zh": {
        "function": "计算 {0}，其中 {1}：",
        "param": "{0} 是{1}",
        "and": "，",
        "set": "令 {0} 为 {1}。",
        "+": "将 {0} 增加 {1}。",
        "-": "将 {0} 减少 {1}。",
        "join": "在 {0} 的末尾接上 {1}。",
        "append": "把 {1} 添加到列表 {0} 的末尾。",
        "tally": "把 {0} 中键 {1} 的值增加 {2}（键不存在时从 0 开始）。",
        "if": "如果 {0}：",
        "elif": "否则，如果 {0}：",
        "else": "否则：",
        "range": "让 {0} 依次取从 {1} 到 {2}（不含）的整数，每次：",
        "each": "按顺序对 {1} 的每个元素 {0}：",
        "letter": "按顺序对 {1} 的每个字符 {0}：",
        "position": "按顺序对 {1} 的每个元素 {0} 及其位置 {2}：",
        "letter position": "按顺序对 {1} 的每个字符 {0} 及其位置 {2}：",
        "while": "只要 {0}，就重复：",
        "break": "跳出这个循环。",
        "continue": "直接进入循环的下一轮。",
        "return": "返回 {0}。",
        "list": "对 {2} 中每个 {1} 取 {0} 所得的列表",
        "list if": "对 {2} 中每个满足“{3}”的 {1} 取 {0} 所得的列表",
    },
}


class Plan:
    """A program in words.

    Attributes:
        lines: the text, one numbered line each.
        numbers: for each line of the Python text its number in the plan.
    """

    def __init__(self, program: Program, lang: str) -> None:
        self.program, self.lang, self.say = program, lang, _SAY[lang]
        self.lines: list[str] = []
        self.numbers: dict[int, int] = {}
        for index, function in enumerate(program.functions):
            self._function(index, function)

    @property
    def text(self) -> str:
        """The plan as text."""
        return "\n".join(self.lines)

    def words(self, node: Expr) -> str:
        """An expression in words."""
        return self._words(node)[0]

    def _words(self, node: Expr) -> tuple[str, int]:
        op, _, args, value = node
        if op == "var":
            return self.program.names[value], ATOM
        if op == "lit":
            return literal(value), POWER if type(value) in (int, float) and value < 0 else ATOM
        if op in ("list", "tuple"):
            inner = ", ".join([self.words(arg) for arg in args])
            return (f"[{inner}]" if op == "list" else f"({inner})"), ATOM
        if op == "call":
            return f"{self.program.titles[value]}({', '.join([self.words(arg) for arg in args])})", ATOM
        if op == "each":
            parts = [self._tight(args[0]), self.program.names[value], self._tight(args[1])]
            if len(args) > 2:
                return self.say["list if"].format(*parts, self.words(args[2])), PHRASE
            return self.say["list"].format(*parts), PHRASE
        spec = OPS[op]
        if op == "itself":
            return self._words(args[0])
        template = spec.en if self.lang == "en" else spec.zh
        if not template or spec.gives == "bool":  # formulas and conditions bind as in Python
            pairs = [self._words(arg) for arg in args]
            needs = spec.needs if not template or "len(" not in spec.text else (ATOM,) * len(args)
            texts = [
                f"({text})" if level < need or level == PHRASE else text
                for (text, level), need in zip(pairs, needs, strict=True)
            ]
            return (template or spec.text.replace(" * ", " × ")).format(*texts), spec.level
        return template.format(*[self._tight(arg) for arg in args]), PHRASE

    def _tight(self, node: Expr) -> str:
        text, level = self._words(node)
        return text if level == ATOM else f"({text})"

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _line(self, line: int, depth: int, name: str, *parts: Any) -> None:
        self.numbers[line] = len(self.lines) + 1
        self.lines.append(f"{'   ' * depth}{len(self.lines) + 1}. {self.say[name].format(*parts)}")

    def _function(self, index: int, function: Function) -> None:
        names = [self.program.names[param] for param in function.params]
        kinds = [KINDS[self.lang][self.program.kinds[param]] for param in function.params]
        call = f"{self.program.titles[index]}({', '.join(names)})"
        where = self.say["and"].join([self.say["param"].format(*pair) for pair in zip(names, kinds, strict=True)])
        self._line(function.line, 0, "function", call, where)
        self._block(function.body, 1)

    def _block(self, body: list[Statement], depth: int) -> None:
        for statement in body:
            self._statement(statement, depth)

    def _statement(self, node: Statement, depth: int) -> None:
        if isinstance(node, If):
            self._if(node, depth, "if")
        elif isinstance(node, (ForRange, ForEach, While)):
            self._loop(node, depth)
        elif isinstance(node, Jump):
            self._line(node.line, depth, node.word)
        elif isinstance(node, Return):
            self._line(node.line, depth, "return", self.words(node.value))
        else:
            self._change(node, depth)

    def _change(self, node: Assign | Append | SetItem, depth: int) -> None:
        name = self.program.names[node.target]
        if isinstance(node, SetItem):
            amount = node.value.args[1]  # always of the form: value so far + amount
            self._line(node.line, depth, "tally", name, self._tight(node.key), self._tight(amount))
        elif isinstance(node, Append):
            self._line(node.line, depth, "append", name, self._tight(node.value))
        elif node.sign and node.value.kind == "str":
            self._line(node.line, depth, "join", name, self._tight(node.value))
        else:
            self._line(node.line, depth, node.sign or "set", name, self.words(node.value))

    def _if(self, node: If, depth: int, word: str) -> None:
        self._line(node.line, depth, word, self.words(node.test))
        self._block(node.body, depth + 1)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], If):
            self._if(node.orelse[0], depth, "elif")
        elif node.orelse:
            self._line(-node.line, depth, "else")
            self._block(node.orelse, depth + 1)

    def _loop(self, node: ForRange | ForEach | While, depth: int) -> None:
        names = self.program.names
        if isinstance(node, While):
            self._line(node.line, depth, "while", self.words(node.test))
        elif isinstance(node, ForRange):
            self._line(node.line, depth, "range", names[node.target], self._tight(node.start), self._tight(node.stop))
        else:
            word = "letter" if self.program.kinds[node.target] == "letter" else "each"
            if node.index >= 0:
                word = "letter position" if word == "letter" else "position"
            index = names[node.index] if node.index >= 0 else ""
            self._line(node.line, depth, word, names[node.target], self._tight(node.source), index)
        self._block(node.body, depth + 1)
