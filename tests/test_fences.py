"""Fenced blocks as models write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs.answer import answer_format
from guru_envs.fences import blocks_of

CODE = answer_format("code")


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("~~~python\na = 1\n~~~", "a = 1"),
        ("~~~~ py\na = 1\n~~~~~", "a = 1"),
        ("````python\na = '''\n```\n'''\n````", "a = '''\n```\n'''"),
        ("````python\na = 1\n```\nb\n````", "a = 1\n```\nb"),  # a shorter fence does not close
        ("```python\na = 1\n`````", "a = 1"),
        ("```python\r\na = 1\r\nb = 2\r\n```\r\n", "a = 1\nb = 2"),
        ("~~~python\r\nif a:\r\n    b\r\n~~~\r\nend\r\n", "if a:\n    b"),
        ("1. So:\n   ```python\n   if a:\n       b\n   ```", "if a:\n    b"),
        ("\t```python\n\tif a:\n\t\tb\n\t```", "if a:\n\tb"),
        ("   ```python\nif a:\n  b\n    ```", "if a:\n  b"),  # only the fence is indented
        ("- ```python\n  if a:\n      b\n  ```", "if a:\n    b"),
        ("2) ~~~python\n   a = 1\n   ~~~", "a = 1"),
        ("```Python title='a.py'\na = 1\n```", "a = 1"),
        ("```{.python .numberLines}\na = 1\n```", "a = 1"),
        ("```python3.11\na = 1\n```\n```text\n1\n```", "a = 1"),
        ("````markdown\n```python\na = 1\n```\n````", "a = 1"),
        ("~~~\n```python\na = 1\n```\n~~~", "a = 1"),
        ("```python\na = 1\n~~~", "a = 1"),  # closed by the wrong sign
        ("````python\na = 1\n```", "a = 1"),
        ("````python\na = 1\n```\nThat is all.", "a = 1"),
        ("~~~python\nold\n~~~\n```python\nnew\n```", "new"),
        ("```python\nnew\n```\n```python\nunfinished", "new"),
        ("```\nleft open\n```python\na = 1\n```", "a = 1"),
        ("```python\ns = '''\n~~~python\nx\n~~~\n'''\n```", "s = '''\n~~~python\nx\n~~~\n'''"),
        ("```python\nprint('''never closed)\n```\nSo:\n```python\na = 1\n```", "a = 1"),
        ("```text\n    f(x)\n    ~^^^\n    ~~~~^^^\n```\n```python\na = 1\n```", "a = 1"),
        ("```python\na = 1\n```\n~~~~~~ ~~~~~~\n", "a = 1"),
        ("```run\na = 1\n```", None),  # a request, no answer
        ("```python\na = 1", None),
        ("~~~python\na = 1\n", None),
        ("````python\na = 1\n", None),
        ("~~python\na = 1\n~~", None),
        ("``python\na = 1\n``", None),
        ("```python a = 1```", None),
        ("```python\n```", None),
        ("```python\n \x0c\n~~~\n", None),
    ],
)
def test_code_is_found(response, answer):
    assert CODE.extract(response) == answer


@pytest.mark.parametrize(
    ("response", "exact"),
    [
        ("so\n```python\na\n```", True),
        ("so\r\n```python\r\na\r\n```\r\n", True),
        ("~~~python\na\n~~~", False),
        ("````python\na\n````", False),
        ("````python\na\n```", False),
        ("```python\na\n```\nend", False),
        ("```python\na\n```\n```text\nb\n```", False),
        ("```\na\n```", False),
    ],
)
def test_only_the_form_that_was_asked_for_is_exact(response, exact):
    assert CODE.parse(response)[:2] == ("a", exact)


SIGNS = [
    "```",
    "````",
    "~~~",
    "~~~~",
    "python",
    "run",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "   ",
    "\t",
    "- ",
    "1. ",
    "x = 1",
    '"""',
    "'''",
]
SIGNS += ['"', "'", "#", "\\", "\x00", "\x0c", "\ud800", "`", "~", "{", "é"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=40).map("".join))
def test_any_text_is_read(text):
    blocks = blocks_of(text)
    lines = text.replace("\r\n", "\n").split("\n")
    last = 0
    for block in blocks:
        assert last < block.end <= len(lines)
        last = block.end
        assert block.sign in text
        assert all(any(part.endswith(line) for part in lines) for line in block.code.split("\n"))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=12).map("".join), st.sampled_from(["", "  ", "\t", "   "]))
def test_a_block_behind_any_prose_is_found(prose, indent):
    """Whatever is left open before it: a block with a name is found, unless quotes of a Python block hold it."""
    lines = ["def f():", "    return '```'", "", "print(f())"]
    block = "\n".join(indent + line if line else line for line in ["~~~~python", *lines, "~~~~"])
    found = blocks_of(f"{prose}\n{block}\n")[-1]
    assert found.code == "\n".join(lines) or '"""' in prose or "'''" in prose


PIECES = [
    "```\n",
    "~~~\n",
    "````",
    "~~~~",
    "```python\n",
    "~~~x\n~~~\n",
    "```python\n'''\n",
    '```py\n"\n',
    "- ",
    "1. ",
    "\\\n```\n",
]
PIECES += ["```a\n````\n", "\t", " \n", "'''```\n", "~~~a~\n", "\r\n", '"\\', "```python\n\"\"\"\n```\n'''\n"]


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_text_takes_linear_time(piece):
    """A pass over 200,000 characters takes a tenth of a second; anything worse than linear would take minutes."""
    text = "```python\n" + piece * (200_000 // len(piece)) + "x"
    start = time.process_time()
    CODE.parse(text)
    assert time.process_time() - start < 2.0


def test_fences_of_all_lengths_take_linear_time():
    many = "".join("`" * n + "\n" for n in range(3, 600)) + "".join("~" * n + "a\n" for n in range(600, 3, -1))
    start = time.process_time()
    blocks_of(many)
    assert time.process_time() - start < 2.0
