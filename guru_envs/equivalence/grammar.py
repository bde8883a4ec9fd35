"""Reading an expression: a tokenizer and a recursive-descent parser with limits. Nothing is ever evaluated by Python.

The input is what ``wording.plain`` returns. What is no expression in this grammar raises :class:`UnreadableError`.
"""

from __future__ import annotations

from fractions import Fraction

from guru_envs.equivalence import limits
from guru_envs.equivalence.golds import Node
from guru_envs.equivalence.limits import UnreadableError
from guru_envs.equivalence.names import CALLED, CLOSE, CONSTANTS, DECORATIONS, FUNCTIONS, SEVERAL, is_product
from guru_envs.equivalence.tokens import Token, number, tokens_of

_BY_LENGTH = sorted(FUNCTIONS, key=len, reverse=True)

ZERO, ONE = Node("num", value=Fraction(0)), Node("num", value=Fraction(1))


DEGREE = Node("div", (Node("const", name="π"), Node("num", value=Fraction(180))))


def parse(text: str) -> Node:
    """Read a whole text as one expression.

    Raises:
        UnreadableError: it is none, or it passes a limit.
    """
    reader = _Reader(tokens_of(text))
    tree = reader.sum()
    if reader.at != len(reader.tokens):
        raise UnreadableError("something is left over")
    return tree


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        if not tokens:
            raise UnreadableError("nothing")
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.nodes = 0

    def node(self, op: str, *args: Node, name: str = "") -> Node:
        self.nodes += 1
        if self.nodes > limits.NODES:
            raise UnreadableError("too many operations")
        return Node(op, args, None, name)

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def take(self, expected: str) -> None:
        if self.kind() != "op" or self.peek() != expected:
            raise UnreadableError(f"{expected} is missing")
        self.at += 1

    def is_op(self, *texts: str) -> bool:
        return self.kind() == "op" and self.peek() in texts

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise UnreadableError("too deeply nested")
        negative = False
        while self.is_op("+", "-"):
            negative ^= self.peek() == "-"
            self.at += 1
        tree = self.product()
        if negative:
            tree = self.node("neg", tree)
        while self.is_op("+", "-"):
            sign = self.peek()
            self.at += 1
            right = self.product()
            tree = self.node("add", tree, right if sign == "+" else self.node("neg", right))
        self.depth -= 1
        return tree

    def product(self) -> Node:
        tree = self.signed()
        while self.at < len(self.tokens):
            if self.is_op("*"):
                self.at += 1
                tree = self.node("mul", tree, self.signed())
            elif self.is_op("/"):
                self.at += 1
                tree = self.node("div", tree, self.signed())
            elif self.starts_factor():
                tree = self.node("mul", tree, self.power())
            else:
                break
        return tree

    def starts_factor(self) -> bool:
        """Whether what comes next can be multiplied without a sign; a numeral only after a bracket or factorial sign."""
        kind = self.kind()
        if kind == "num":
            return self.tokens[self.at - 1].text in (")", "!")
        return kind in ("name", "roman", "cmd") or (kind == "op" and self.peek() in "([{⌊⌈√∛∞" and self.peek() != "")

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise UnreadableError("too deeply nested")
        if self.is_op("-", "+"):
            sign = self.peek()
            self.at += 1
            tree = self.signed()
            tree = self.node("neg", tree) if sign == "-" else tree
        else:
            tree = self.power()
        self.depth -= 1
        return tree

    def power(self) -> Node:
        tree = self.postfix(self.primary())
        if self.is_op("^", "**"):
            self.at += 1
            return self.postfix(self.node("pow", tree, self.exponent()))
        return tree

    def postfix(self, tree: Node) -> Node:
        while self.is_op("!", "°"):
            degrees = self.peek() == "°"
            self.at += 1
            tree = self.node("mul", tree, DEGREE) if degrees else self.node("fact", tree)
        return tree

    def exponent(self) -> Node:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise UnreadableError("too deeply nested")
        if self.is_op("-", "+"):
            sign = self.peek()
            self.at += 1
            tree = self.exponent()
            tree = self.node("neg", tree) if sign == "-" else tree
        else:
            tree = self.primary()
            if self.is_op("^", "**"):  # a tower is read from the top
                self.at += 1
                tree = self.node("pow", tree, self.exponent())
        self.depth -= 1
        return tree

    def inside(self, opening: str) -> Node:
        self.take(opening)
        tree = self.sum()
        self.take(CLOSE[opening])
        return tree

    def primary(self) -> Node:
        if self.at >= len(self.tokens):
            raise UnreadableError("ends too early")
        token = self.tokens[self.at]
        if token.kind == "num":
            return self.numeral()
        if token.kind == "cmd":
            self.at += 1
            return self.command(token.text)
        if token.kind in ("name", "roman"):
            self.at += 1
            return self.word(token.text, token.kind == "roman")
        if token.text in ("(", "[", "{"):
            return self.inside(token.text)
        if token.text in ("⌊", "⌈"):
            return self.node("floor" if token.text == "⌊" else "ceil", self.inside(token.text))
        if token.text == "|":
            return self.node("abs", self.inside("|"))
        self.at += 1
        if token.text in ("√", "∛"):
            return self.node("sqrt" if token.text == "√" else "cbrt", self.primary())
        if token.text == "∞":
            return self.node("const", name="∞")
        raise UnreadableError(f"unexpected {token.text}")

    def numeral(self) -> Node:
        """A number, or a mixed number such as 2 1/2."""
        text = self.peek()
        self.at += 1
        tree = Node("num", value=number(text))
        if not text.isdigit():
            return tree
        if self.kind() == "cmd" and self.peek() == "\\frac":
            mark, tokens = self.at, self.tokens[:]  # reading letters cuts tokens up
            self.at += 1
            part = self.command("\\frac")
            top, bottom = part.args[0].value, part.args[1].value
            if (
                top is not None
                and bottom is not None
                and 0 < top < bottom
                and bottom.denominator == 1 == top.denominator
            ):
                return self.node("add", tree, part)
            self.at, self.tokens = mark, tokens
        elif self.kind() == "num":
            ahead = self.tokens[self.at : self.at + 3]
            whole = len(ahead) == 3 and ahead[1].text == "/" and ahead[0].text.isdigit() and ahead[2].text.isdigit()
            if whole and ahead[0].spaced and max(len(ahead[0].text), len(ahead[2].text)) < 10:
                top, bottom = number(ahead[0].text), number(ahead[2].text)
                if 0 < top < bottom:
                    self.at += 3
                    return self.node("add", tree, Node("num", value=top / bottom))
            raise UnreadableError("two numbers in a row")
        return tree

    def argument(self) -> Node:
        """The argument of a fraction and the like: a group, a command, a letter, or one digit."""
        if self.is_op("{"):
            return self.inside("{")
        if self.kind() == "num":
            token = self.tokens[self.at]
            if token.text.isdigit() and len(token.text) > 1:
                self.tokens[self.at] = Token("num", token.text[1:], False)
                return Node("num", value=Fraction(int(token.text[0])))
            self.at += 1
            return Node("num", value=number(token.text))
        if self.kind() == "name" and len(self.peek()) > 1:
            token = self.tokens[self.at]
            self.tokens[self.at] = Token("name", token.text[1:], False)
            return self.symbol(token.text[0])
        return self.primary()

    def command(self, name: str) -> Node:
        if name == "\\frac":
            top = self.argument()
            return self.node("div", top, self.argument())
        if name in ("\\binom", "\\dbinom", "\\tbinom"):
            top = self.argument()
            return self.node("binom", top, self.argument())
        if name == "\\sqrt":
            index = self.inside("[") if self.is_op("[") else None
            body = self.inside("{") if self.is_op("{") else self.primary()
            return self.node("sqrt", body) if index is None else self.node("root", body, index)
        if name in DECORATIONS:
            self.take("{")
            inner = self.peek()
            if self.kind() != "name" or len(inner) > 3:
                raise UnreadableError("a decorated expression")
            self.at += 1
            self.take("}")
            return self.symbol(name[1:] + " " + inner, constant=False)
        word = name[1:]
        if word in FUNCTIONS:
            return self.function(FUNCTIONS[word])
        raise UnreadableError(f"unknown command {name}")

    def word(self, text: str, roman: bool) -> Node:
        """Letters: a function name, a constant, or a product of symbols."""
        if text in ("log", "Log") and self.kind() == "num" and not self.tokens[self.at].spaced and not roman:
            based = self.tokens[self.at + 1 : self.at + 2]  # log2(8)
            if self.peek().isdigit() and based and based[0].text == "(":
                base = self.numeral()
                return self.node("div", self.node("log", *self.function_argument("log")), self.node("log", base))
        lower = text if text[:1].islower() or len(text) == 1 else text.lower()
        if lower in FUNCTIONS and (lower not in ("min", "max") or self.is_op("(")):
            return self.function(FUNCTIONS[lower])
        if text == "Γ" and self.is_op("("):
            return self.function("gamma")
        if len(text) > 1 and lower in CONSTANTS:
            return self.node("const", name=CONSTANTS[lower])
        if len(text) == 1 or roman:
            return self.symbol(text)
        for name in _BY_LENGTH:
            if text.startswith(name) and len(name) > 1 and name not in ("lg", "tg", "min", "max"):
                self.at -= 1
                self.tokens[self.at] = Token("name", text[len(name) :], False)
                return self.function(FUNCTIONS[name])
        behind = next((name for name in _BY_LENGTH if len(name) > 2 and text[1:] == name), None)
        if behind is not None:  # a letter and a function run together, as xsin
            cut = 1
        elif text.startswith("pi"):
            cut = 2
        elif len(text) > 3 and not is_product(text):
            raise UnreadableError(f"a word: {text[:20]!r}")
        else:
            cut = 1
        self.at -= 1
        self.tokens[self.at] = Token("name", text[cut:], False)
        return self.symbol(text[:cut])

    def symbol(self, name: str, constant: bool = True) -> Node:
        if self.is_op("_"):
            self.at += 1
            name += "_" + self.subscript()
        elif constant and name in CONSTANTS:
            return self.node("const", name=CONSTANTS[name])
        while self.is_op("'"):
            self.at += 1
            name += "'"
        return self.node("sym", name=name)

    def subscript(self) -> str:
        parts, depth = [], 0
        while self.at < len(self.tokens):
            text = self.peek()
            self.at += 1
            depth += (text == "{") - (text == "}")
            parts.append(text if text not in "{}" else "")
            if depth == 0:
                return "".join(parts)
        raise UnreadableError("a subscript without end")

    def function(self, name: str) -> Node:
        index: Node | None = None
        base: Node | None = None
        for _ in range(2):
            if name == "log" and self.is_op("_"):
                self.at += 1
                base = self.inside("{") if self.is_op("{") else self.argument()
            elif self.is_op("^", "**") and name not in CALLED:
                self.at += 1
                index = self.exponent()
        body = self.function_argument(name)
        if name == "lg":
            name, base = "log", Node("num", value=Fraction(10))
        inverse = index is not None and index.op == "neg" and index.args[0].value == 1
        if inverse and name in ("sin", "cos", "tan", "cot", "sec"):
            return self.node("a" + name, *body)
        tree = self.node(name, *body)
        if base is not None:
            tree = self.node("div", tree, self.node("log", base))
        return tree if index is None else self.node("pow", tree, index)

    def function_argument(self, name: str) -> tuple[Node, ...]:
        if self.is_op("(", "{", "["):
            opening = self.peek()
            self.take(opening)
            arguments = [self.sum()]
            while name in SEVERAL and self.is_op(",") and len(arguments) < limits.ITEMS:
                self.at += 1
                arguments.append(self.sum())
            self.take(CLOSE[opening])
            if (name == "binom") != (len(arguments) == 2) and name not in ("min", "max", "gcd", "lcm"):
                raise UnreadableError(f"{name} of {len(arguments)} arguments")
            return tuple(arguments)
        if name in CALLED and name not in ("sqrt", "cbrt"):
            raise UnreadableError(f"{name} without brackets")
        self.depth += 1
        if self.depth > limits.NESTING:
            raise UnreadableError("too deeply nested")
        tree = self.node("neg", self.power()) if self._minus() else self.power()
        if name not in CALLED:
            while self.starts_factor() and not self.starts_function() and not self.starts_exponential():
                tree = self.node("mul", tree, self.power())
        self.depth -= 1
        return (tree,)

    def _minus(self) -> bool:
        if self.is_op("-"):
            self.at += 1
            return True
        return False

    def starts_exponential(self) -> bool:
        """Whether e to some power comes next: it is no part of the argument before it."""
        following = self.tokens[self.at + 1].text if self.at + 1 < len(self.tokens) else ""
        return self.peek() == "e" and following in ("^", "**")

    def starts_function(self) -> bool:
        return self.peek().lstrip("\\").lower() in FUNCTIONS
