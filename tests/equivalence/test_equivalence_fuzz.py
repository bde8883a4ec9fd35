"""Random texts made of the pieces that answers are made of: a verdict always comes, and quickly."""

import random
import time

from guru_envs.equivalence import equivalent, read_gold, symbolic
from guru_envs.errors import InvalidValueError

PIECES = (
    "1",
    "2",
    "10",
    "0",
    "0.5",
    ".5",
    "1e5",
    "1e400",
    "9999999",
    "x",
    "y",
    "n",
    "i",
    "e",
    "\\pi",
    "π",
    "\\infty",
    "+",
    "-",
    "*",
    "/",
    "^",
    "=",
    "<",
    "\\le",
    "\\pm",
    ",",
    ";",
    ":",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\\{",
    "\\}",
    "\\frac",
    "\\frac{1}{2}",
    "\\sqrt",
    "\\sqrt{2}",
    "!",
    "%",
    "\\%",
    "$",
    "\\$",
    "^\\circ",
    "°",
    " cm",
    " m/s",
    " million",
    "\\text{",
    " and ",
    " or ",
    "\\cup",
    "\\in",
    "|",
    "_",
    "_2",
    "\\log",
    "\\sin",
    "\\begin{pmatrix}",
    "\\end{pmatrix}",
    "&",
    "\\\\",
    "\\boxed{",
    "百分之",
    "分之",
    "三",
    "个",
    "yes",
    "A",
    "(B)",
    "...",
    " ",
    "\n",
    "\\left",
    "\\right",
    "\\binom",
    "\\lfloor",
    "\\rfloor",
    "minus ",
    "per ",
    "\\overline{3}",
    "²",
    "½",
    "'",
    "January 1",
    "2018",
    "-01-",
    "\\ln",
    "0^{-1}",
    "\\exp",
    "abs(",
    "10^{400}",
    "\\cdot",
    "{,}",
    "\\,",
    "\x00",
    "\ud800",
    "1,200",
    "≠",
    "∈",
    "OR",
)
TEXTS = (
    "42",
    "\\pi",
    "-\\frac{3}{2}",
    "x^2+1",
    "y=2x",
    "1,-2",
    "(1,2)",
    "[0,1)",
    "\\begin{pmatrix}1\\\\2\\end{pmatrix}",
    "5 cm",
    "$5",
    "8\\%",
    "B",
    "yes",
)


def texts(seed, count):
    source = random.Random(seed)
    for _ in range(count):
        yield "".join(source.choice(PIECES) for _ in range(source.randint(1, 12)))


def test_no_text_raises_and_none_is_slow(monkeypatch):
    monkeypatch.setattr(symbolic, "available", lambda: False)
    golds = [read_gold(text) for text in TEXTS]
    golds += [
        read_gold("3.14159", tolerance=0.01),
        read_gold("10^{400}", relative=0.01),
        read_gold("\\sqrt{2}", relative=0.01),
    ]
    for k, text in enumerate(texts(1, 2500)):
        for gold in (golds[k % len(golds)], golds[(k * 7 + 3) % len(golds)]):
            before = time.thread_time()
            for mode in ("strict", "guru"):
                equivalent(gold, text, mode)
            assert time.thread_time() - before < 0.5, text


def test_every_readable_text_is_equal_to_itself(monkeypatch):
    monkeypatch.setattr(symbolic, "available", lambda: False)
    for text in texts(2, 1500):
        try:
            gold = read_gold(text)
        except InvalidValueError:
            continue
        assert equivalent(gold, text).equal, text
        assert equivalent(gold, f" {text}\n").equal, text
