"""An independent reading of codeio's prompts: real CPython runs the program that stands in the prompt.

Shares no code with the domain. Run as a program it measures the best constant answers:

    python tests/codeio_by_hand.py 500
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter

_FENCE = re.compile(r"```(?:python)?\n(.*?)\n```", re.DOTALL)
_GUTTER = re.compile(r"^ *(\d+) \|(?: (.*))?$")


def program_of(prompt: str) -> str:
    """The program in a prompt, without line numbers; the numbers must count from 1."""
    text = _FENCE.search(prompt)[1]
    rows = [_GUTTER.match(line) for line in text.split("\n")]
    if not all(rows):
        return text
    assert [int(row[1]) for row in rows] == list(range(1, len(rows) + 1))
    return "\n".join(row[2] or "" for row in rows)


def call_of(prompt: str) -> tuple[str, list]:
    """The function and the arguments of the call that a prompt asks about."""
    tail = prompt[prompt.rfind("```") + 3 :] if "```" in prompt else prompt.rsplit("\n\n", 1)[1]
    call = re.search(r"`(\w+\(.*\))`(?: return|\?| is | 返回|。| 的结果)", tail)[1]
    node = ast.parse(call, mode="eval").body
    return node.func.id, [ast.literal_eval(arg) for arg in node.args]


class Run:
    """A run of a program by CPython.

    Attributes:
        result: what the function returns.
        lines: the numbers of the executed lines.
        after: for each executed line of a function its number and the function's variables right after it.
    """

    def __init__(self, code: str, title: str, args: list) -> None:
        space: dict = {}
        exec(compile(code, "<program>", "exec"), space)
        self.lines: list[int] = []
        self.after: list[tuple[int, dict]] = []
        self._texts = code.split("\n")
        self._open: dict[int, int] = {}  # the line at which each frame stands
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            self.result = space[title](*args)
        finally:
            sys.settrace(before)

    def _enter(self, frame, event, arg):
        if frame.f_code.co_filename != "<program>" or frame.f_code.co_name.startswith("<"):
            return None  # a comprehension is part of its line
        return self._inside

    def _inside(self, frame, event, arg):
        if event not in ("line", "return"):
            return self._inside
        stood = self._open.pop(id(frame), None)
        line = frame.f_lineno
        if event == "line" and stood == line and re.search(r"\[.* for .* in ", self._texts[line - 1]):
            self._open[id(frame)] = line  # Python 3.12 and later: each round of a comprehension
            return self._inside
        if stood is not None:
            self.after.append((stood, _plain(frame.f_locals)))
        if event == "line":
            self.lines.append(line)
            self._open[id(frame)] = line
        return self._inside


def _plain(names) -> dict:
    """Copies of the variables that hold plain data; functions, queues and the like are left out."""
    kept = {}
    for name, value in names.items():
        try:
            kept[name] = ast.literal_eval(repr(value))
        except (ValueError, SyntaxError):
            continue
    return kept


def asked_of(prompt: str) -> tuple[int, str, int]:
    """Line, variable and which time, in the mode ``step``."""
    english = re.search(
        r"value of `(\w+)` right after (?:line|step) (\d+) has been \w+(?: out)? for the (\w+) time", prompt
    )
    if english:
        time = 1 if english[3] == "first" else int(re.match(r"\d+", english[3])[0])
        return int(english[2]), english[1], time
    chinese = re.search(r"第 (\d+) [行步](?:第 (\d+) 次|第一次)执行之后，`(\w+)` 的值", prompt)
    return int(chinese[1]), chinese[3], int(chinese[2] or 1)


def main(count: int) -> None:
    """The share of tasks of each level and mode for which the best constant answer is right."""
    from guru_envs import registry

    source = registry.make_source("guru/codeio-v0")
    for level in range(1, len(source.ladder) + 1):
        golds: dict[str, Counter] = {}
        for seed in range(count):
            task = source.draw(seed, level)
            golds.setdefault(task.payload.mode, Counter())[task.gold] += 1
        for mode, found in golds.items():
            gold, times = found.most_common(1)[0]
            print(
                f"level {level} {mode}: {gold!r} is right for {times / sum(found.values()):.3f} of {sum(found.values())}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
