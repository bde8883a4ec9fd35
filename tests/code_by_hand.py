"""Code problems read from their prompt's text alone, in both languages, and run by a plain interpreter.

Shares no code with the domain: own regular expressions, ``ast.literal_eval`` for values, own comparison.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field

# Runs jobs of (program, entry, arguments or standard input) and prints what each gave.
DRIVER = """
import contextlib, io, json, sys
results = []
for source, entry, given in json.load(sys.stdin):
    names = {"__name__": "__main__"}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        keep, sys.stdin = sys.stdin, io.StringIO(given if entry is None else "")
        exec(source, names)
        sys.stdin = keep
        if entry is not None:
            found = names[entry.split(".")[0]]
            call = getattr(found(), entry.split(".")[1]) if "." in entry else found
            value = repr(call(*eval(given)))
    results.append(out.getvalue() if entry is None else value)
print(json.dumps(results))
"""


@dataclass
class ByHand:
    """A prompt as read: its form, what is to be defined, and the examples as (given, wanted)."""

    prompt: str
    form: str = ""
    entry: str | None = None
    arguments: list[str] = field(default_factory=list)
    examples: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self):
        text = self.prompt
        if "class Solution" in text:
            self.form = "class"
            name, inside = re.search(r"^class Solution:\n    def (\w+)\(self, (.*)\) -> ", text, re.MULTILINE).groups()
            self.entry = f"Solution.{name}"
            pairs = re.findall(
                r"^(?:Input: |输入：)(.+ = .+)\n(?:Output: |输出：)(.+?)(?:  \(.*\))?$", text, re.MULTILINE
            )
            for given, wanted in pairs:
                call = ast.parse(f"f({given})", mode="eval").body
                values = [ast.literal_eval(keyword.value) for keyword in call.keywords]
                self.examples.append((repr(tuple(values)), wanted))
        elif '"""' in text:
            self.form = "function"
            name, inside = re.search(r"^def (\w+)\((.*)\) -> ", text, re.MULTILINE).groups()
            self.entry = name
            for given, wanted in re.findall(rf"^    >>> {name}(\(.*\))(?:  # .*)?\n    (.*)$", text, re.MULTILINE):
                self.examples.append((_tuple(given), wanted))
        elif re.search(r"^Write a Python function|^请编写 Python 函数", text, re.MULTILINE):
            self.form = "description"
            name, inside = re.search(r"`(\w+)\((.*?)\) -> ", text).groups()
            self.entry = name
            lines = re.findall(
                rf"^(?:assert )?(?:abs\()?{name}(\(.*\)) (?:==|-) (.*?)(?:\) <= 1e-6|  # .*)?$", text, re.MULTILINE
            )
            self.examples = [(_tuple(given), wanted) for given, wanted in lines]
        else:
            self.form, inside = "stdin", None
            parts = re.split(r"^(?:Example|示例) \d+$", text, flags=re.MULTILINE)[1:]
            for part in parts:
                given, wanted = re.match(
                    r"\n(?:Input:|输入：)\n(.*\n|)(?:Output:|输出：)\n(.*)", part, re.DOTALL
                ).groups()
                self.examples.append((given, wanted.strip("\n")))
        if inside is not None:
            self.arguments = re.findall(r"(?:^|, )(\w+): ", inside)


def _tuple(given):
    """The text of an argument list as the text of a tuple."""
    return repr(tuple(ast.literal_eval(argument) for argument in ast.parse(f"f{given}", mode="eval").body.args))


def run_all(jobs):
    """What each program gives: the repr of the value, or the printed text."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", DRIVER],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def agrees(form, wanted, given):
    """Whether a result is the one in the prompt."""
    if form == "stdin":
        return [line.split() for line in wanted.strip().split("\n")] == [
            line.split() for line in given.strip().split("\n")
        ]
    return ast.literal_eval(wanted) == ast.literal_eval(given)
