"""Finding the answer in a response. The only place where responses are parsed.

An answer format both writes the instruction and reads the response, so the two cannot disagree. The rules, for all formats:

* What stands inside the thinking part (up to the last ``</think>``, or after an unclosed ``<think>``) is no answer.
* The last well-formed answer counts. White space, markdown around it and prose after it are tolerated.
* Several well-formed answers that differ are no answer: a policy may not list candidates (exception: code, where the
  last block counts, since drafts before it are usual).
* Each function takes time linear in the length of the response, for any text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.fences import blocks_of

_THINK, _END_THINK, _ANY_THINK = "<think>", "</think>", "think>"

_MESSAGES = {
    "en": {
        "missing": "no answer in the asked form was found",
        "several": "several different answers were given",
        "thinking": "the thinking part was not closed",
    },
    "zh": {
        "missing": "没有找到符合格式的答案",
        "several": "给出了多个不同的答案",
        "thinking": "思考部分没有结束",
    },
}


class Extraction(NamedTuple):
    """What was found in a response: the answer (or None), whether the form is exactly as asked, and why not."""

    answer: str | None
    format_ok: bool = False
    detail: str = ""


_new = tuple.__new__


class AnswerFormat:
    """One way of writing an answer. Subclasses define ``TEXT``, ``find`` and ``wrap``."""

    name: ClassVar[str]
    TEXT: ClassVar[dict[str, str]]  # the instruction by language
    one_answer: ClassVar[bool] = True
    joint: ClassVar[str] = "\n\n"  # between the question and the instruction

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang

    @property
    def instruction(self) -> str:
        """The sentence that tells the policy how to write its answer."""
        return self.TEXT[self.lang]

    def find(self, text: str) -> tuple[list[str], bool]:
        """All well-formed answers in order, and whether the text ends with the only one, exactly as asked."""
        raise NotImplementedError

    def wrap(self, answer: str) -> str:
        """Write an answer so that ``extract(wrap(answer)) == answer``.

        Raises:
            InvalidValueError: the answer cannot be written in this format (for example it holds a closing tag).
        """
        wrapped = self._write(answer)
        if self.extract(wrapped) != answer:
            raise InvalidValueError(f"the answer {answer[:80]!r} cannot be written in the format {self.name!r}")
        return wrapped

    def _write(self, answer: str) -> str:
        raise NotImplementedError

    def extract(self, response: str) -> str | None:
        """The answer of a response, or None."""
        return self.parse(response).answer

    def parse(
        self, response: str, opened: bool = False, thinks: bool = False, suits: Callable[[str], bool] | None = None
    ) -> Extraction:
        """Find the answer of a response.

        Args:
            response: any text.
            opened: the prompt ended inside an opened thinking part.
            thinks: a thinking part was asked for; without one the form is not as asked.
            suits: where the last of several answers counts, those that suit go before those that do not.
        """
        text, thinking_ok = response, not thinks
        if opened or _ANY_THINK in response:
            outside, thinking_ok = after_thinking(response, opened)
            if outside is None:
                return Extraction(None, False, _MESSAGES[self.lang]["thinking"])
            text = outside
        found, exact = self.find(text)
        if len(found) == 1:  # the usual case; this is a third of the time of a named tuple's own constructor
            return _new(Extraction, (found[0], exact and thinking_ok, ""))
        if not found:
            return Extraction(None, False, _MESSAGES[self.lang]["missing"])
        if self.one_answer and len({" ".join(one.split()).casefold() for one in found}) > 1:
            return Extraction(None, False, _MESSAGES[self.lang]["several"])
        if suits is not None:
            found = [one for one in found if suits(one)] or found
        return Extraction(found[-1], exact and thinking_ok)


def after_thinking(response: str, opened: bool) -> tuple[str | None, bool]:
    """The text outside the thinking part, and whether the part is written exactly once and properly.

    None when all of the response is thinking.
    """
    head, closed, tail = response.rpartition(_END_THINK)
    start = tail.find(_THINK)
    if not closed:
        if opened:
            return None, False
        return (response if start < 0 else response[:start] or None), False
    proper = head.count(_END_THINK) == 0 and start < 0
    proper = proper and (_THINK not in head if opened else head.lstrip().startswith(_THINK) and head.count(_THINK) == 1)
    return (tail if start < 0 else tail[:start]), proper


def _tidy(answer: str) -> str:
    """Remove white space and the markdown that models put around an answer: fences, bold, code ticks."""
    answer = answer.strip()
    if not answer or answer[0] not in "`*":
        return answer
    if answer.startswith("```") and answer.endswith("```") and len(answer) >= 6:
        inner = answer[3:-3]
        first, newline, rest = inner.partition("\n")
        answer = (rest if newline and re.fullmatch(r"[A-Za-z0-9_+-]*", first.strip()) else inner).strip()
    for mark in ("**", "`"):
        if answer.startswith(mark) and answer.endswith(mark) and len(answer) > 2 * len(mark):
            inner = answer[len(mark) : -len(mark)]
            if mark not in inner:
                answer = inner.strip()
    return answer


class Tags(AnswerFormat):
    """``<answer>...</answer>``."""

    name = "tags"
    TEXT = {
        "en": "Put your final answer between <answer> and </answer>.",
        "zh": "请把最终答案写在 <answer> 和 </answer> 之间。",
    }
    _TAG = re.compile(r"<(/?)answer>", re.IGNORECASE)

    def find(self, text: str) -> tuple[list[str], bool]:
        """Answers between tags; an unclosed or empty pair is not well-formed."""
        head, opened, rest = text.partition("<answer>")
        body, closed, tail = rest.partition("</answer>")
        if opened and closed and "<" not in head and "<" not in body and "<" not in tail:  # the usual case, 5x faster
            answer = _tidy(body)
            return ([answer], not tail or tail.isspace()) if answer else ([], False)
        found: list[str] = []
        start = tags = end = 0
        for tag in self._TAG.finditer(text):
            tags += 1
            if not tag[1]:
                start = tag.end()
            elif start:
                answer = _tidy(text[start : tag.start()])
                if answer:
                    found.append(answer)
                start, end = 0, tag.end()
        return found, tags == 2 and len(found) == 1 and not text[end:].strip()

    def _write(self, answer: str) -> str:
        return f"<answer>{answer}</answer>"


class Boxed(AnswerFormat):
    r"""``\boxed{...}`` with balanced braces."""

    name = "boxed"
    TEXT = {
        "en": "Put your final answer in \\boxed{}.",
        "zh": "请把最终答案写在 \\boxed{} 中。",
    }
    _TOKEN = re.compile(r"\\(?:boxed|fbox)\s*\{|\\.|[{}]", re.DOTALL)

    def find(self, text: str) -> tuple[list[str], bool]:
        """The contents of all balanced boxes, of nested ones the outermost; a box that is not closed is none."""
        spans: list[tuple[int, int]] = []
        stack: list[int] = []  # start of the content for a box, -1 for another brace
        for token in self._TOKEN.finditer(text):
            mark = token[0]
            if mark == "}":
                start = stack.pop() if stack else -1
                if start >= 0:
                    _add_outermost(spans, start, token.start())
            elif mark[-1] == "{" and mark != "\\{":
                stack.append(token.end() if len(mark) > 1 else -1)
        found = [answer for start, end in spans if (answer := _tidy(text[start:end]))]
        return found, len(found) == len(spans) == 1 and not text[spans[0][1] + 1 :].strip(" \n\t.$*")

    def _write(self, answer: str) -> str:
        return f"\\boxed{{{answer}}}"


class Json(AnswerFormat):
    """A JSON object or array, bare or in a fence; an answer that is none itself stands in ``{"answer": ...}``."""

    name = "json"
    TEXT = {
        "en": 'End your response with the answer as JSON; write an answer that is no JSON object or list as {"answer": "..."}.',
        "zh": '请在回答的最后用 JSON 给出答案；不是 JSON 对象或列表的答案写成 {"answer": "..."}。',
    }
    _HELD = re.compile(r'\{\s*"answer"\s*:\s*([^\s\[{].*)\}', re.DOTALL)

    def find(self, text: str) -> tuple[list[str], bool]:
        """The source text of all JSON objects and arrays, of nested ones the outermost, and what ``{"answer": ...}`` holds."""
        spans = [(start, end) for start, end in _balanced(text) if _is_json(text[start:end])]
        found = [answer for start, end in spans if (answer := self._held(text[start:end]))]
        exact = len(found) == len(spans) == 1 and text[spans[0][1] :].strip() in ("", "```")
        return found, exact

    def _held(self, text: str) -> str:
        """The text or number in an object with the one key "answer"; any other JSON as it is."""
        held = self._HELD.fullmatch(text)
        if held is None:
            return text
        try:
            value = json.loads(held[1])
        except ValueError:  # there are other keys
            return text
        return (value if isinstance(value, str) else held[1]).strip()

    def _write(self, answer: str) -> str:
        found, _ = self.find(answer)
        return answer if found == [answer] else json.dumps({"answer": answer}, ensure_ascii=False)


def _add_outermost(spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Add a span that ends behind all others; those inside it are dropped."""
    while spans and spans[-1][0] > start:
        spans.pop()
    spans.append((start, end))


_OPENING = re.compile(r"[\[{]")
# A string of JSON stands behind a bracket, comma, colon or space, and ends on its line: a lone quote in prose is not one.
_BRACKET_OR_STRING = re.compile(r'[\[\]{}]|(?<=[\[{,:\s])"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?')
_CLOSING = {"[": "]", "{": "}"}


def _balanced(text: str) -> list[tuple[int, int]]:
    """The outermost balanced brackets, in one pass: brackets in strings do not count, those never closed are prose."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []  # what closes a bracket, and where it is
    waiting = {"]": 0, "}": 0}
    position = 0
    while token := (_BRACKET_OR_STRING if stack else _OPENING).search(text, position):
        mark, position = token[0], token.end()
        if mark in _CLOSING:
            stack.append((_CLOSING[mark], token.start()))
            waiting[_CLOSING[mark]] += 1
        elif waiting.get(mark):
            closing = ""
            while closing != mark:
                closing, start = stack.pop()
                waiting[closing] -= 1
            _add_outermost(spans, start, position)
    return spans


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class Code(AnswerFormat):
    """The last complete fenced block, of a domain that says so the last that defines what is asked."""

    name = "code"
    one_answer = False
    TEXT = {
        "en": "Put your final code in one ```python block.",
        "zh": "请把最终代码写在一个 ```python 代码块中。",
    }

    def find(self, text: str) -> tuple[list[str], bool]:
        """The contents of all complete fenced blocks (see ``guru_envs.fences``), Python blocks behind the others.

        A block named ``run`` asks for a run (see ``guru_envs.run_code``) and is no answer.
        """
        blocks = [block for block in blocks_of(text) if block.language != "run"]
        python = [block.code for block in blocks if block.python and block.code.strip()]
        found = [block.code for block in blocks if not block.python and block.code.strip()] + python
        exact = len(blocks) == 1 and bool(python) and blocks[0].sign == "```" and not blocks[0].after.strip()
        return found, exact and text.rstrip().endswith("\n```")

    def _write(self, answer: str) -> str:
        return f"```python\n{answer}\n```"


class Raw(AnswerFormat):
    """The whole response (outside the thinking part) is the answer; for short actions and for speed."""

    name = "raw"
    TEXT = {"en": "Respond with the answer only.", "zh": "只回答最终答案。"}

    def find(self, text: str) -> tuple[list[str], bool]:
        """The text without the white space around it; nothing else is removed."""
        answer = text.strip()
        return ([answer], True) if answer else ([], False)

    def _write(self, answer: str) -> str:
        return answer


# letters in ASCII only: IGNORECASE takes U+017F for an s, which lower() keeps
_DECISION = re.compile(r"\**(?a:final decision):\**\s*((?a:yes|no))\**+\.?\**+", re.IGNORECASE)


def last_line(text: str) -> str:
    """The last line that is not empty, without the white space around it."""
    lines = text.rstrip().rsplit("\n", 1)
    return lines[-1].strip() if lines else ""


def read_decision(text: str) -> bool | None:
    """What the last line decides: True for yes, False for no, None when it is not exactly one decision."""
    match = _DECISION.fullmatch(last_line(text))
    return None if match is None else match[1].lower() == "yes"


class Decision(AnswerFormat):
    """A last line ``Final Decision: Yes`` or ``Final Decision: No``, as a model judge ends its reply; for judging environments.

    The line says how a task of judging is answered, which its question explains; so no other row can be shown in this form. A line
    that decides anything else than yes or no is an answer too, which the verifier refuses.
    """

    name = "decision"
    one_answer = False  # the last line counts, whatever a critique before it says
    joint = " "
    TEXT = {"en": "The decision is the last line. Assistant:", "zh": "判断写在最后一行。助手："}
    _HEAD = "Final Decision:"

    def find(self, text: str) -> tuple[list[str], bool]:
        """What the last line decides."""
        line, decided = last_line(text), read_decision(text)
        if decided is not None:
            answer = "Yes" if decided else "No"
        elif line.startswith(self._HEAD):
            answer = line.removeprefix(self._HEAD).strip()
            if read_decision(answer) is not None:  # the words stand twice: no decision for a judge
                return [], False
        else:
            return [], False
        exact = line == self._write(answer) and text.casefold().count(self._HEAD.casefold()) == 1
        return ([answer], exact) if answer else ([], False)

    def _write(self, answer: str) -> str:
        return f"{self._HEAD} {answer}"


FORMATS: dict[str, type[AnswerFormat]] = {kind.name: kind for kind in (Tags, Boxed, Json, Code, Raw)}
ROW_FORMATS: dict[str, type[AnswerFormat]] = FORMATS | {Decision.name: Decision}  # with what only a row can ask for


def answer_format(name: str, lang: str = "en") -> AnswerFormat:
    """The answer format of a name, with instructions in a language.

    Raises:
        UnknownNameError: there is no such format.
    """
    if not isinstance(name, str) or name not in ROW_FORMATS:
        raise unknown_name("answer format", name, FORMATS)
    return ROW_FORMATS[name](lang)
