"""Fenced blocks of markdown, as models write them; reading takes time linear in the length of the text.

Fences are rows of three or more backticks or tildes, indented or behind the mark of a list item. A block ends at a fence of its
own sign, at least as long and without a name. Models are less careful than markdown asks:

* A fence with a name opens a block also where another one was left open, so a block inside a block is found.
* A fence in a text of several lines of a Python block (a docstring with an example) is part of it.
* A block that is closed only by a shorter fence, or by one of the other sign, ends there.
* A block without any closing fence is no block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FENCE = re.compile(
    r"((?:[ \t]*(?:[-*+]|[0-9]{1,3}[.)])(?=[ \t]))?\s*)(`{3,}+(?=[^`]*$)|~{3,}+(?=\s*$|\s*[{.\w][^~]*$))(.*)", re.DOTALL
)
_PYTHON = re.compile(r"python[0-9.]*|py[0-9.]*|run")  # a block named run holds Python too, see guru_envs.run_code
_QUOTES = re.compile(r"""\\.|#.*|\"{3}|'{3}|"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'""")
_END_QUOTES = {quotes: re.compile(rf"\\.|{quotes}") for quotes in ('"""', "'''")}


@dataclass(slots=True)
class Block:
    """A block that is complete.

    Attributes:
        language: the first word behind the opening fence, in lower case.
        code: the lines between the fences, without the indentation of the fence.
        sign: the opening fence, such as three backticks.
        end: number of the line behind it.
        after: for the last block, the text behind it.
    """

    language: str
    code: str
    sign: str
    end: int
    after: str = ""

    @property
    def python(self) -> bool:
        """Whether it is named as Python."""
        return self.language != "run" and _PYTHON.fullmatch(self.language) is not None


def blocks_of(text: str) -> list[Block]:
    """All complete blocks in order."""
    lines = text.replace("\r\n", "\n").split("\n")  # splitlines would also cut at form feeds and the like
    several = text.count("```") + text.count("~~~") > 2
    reading = _Reading(lines, several)
    blocks = reading.blocks if not reading.lost else _Reading(lines, False).blocks
    if blocks:
        blocks[-1].after = "\n".join(lines[blocks[-1].end :])
    return blocks


@dataclass(slots=True)
class _Open:
    """A block whose end was not met so far."""

    language: str
    sign: str
    indent: str
    start: int  # number of the line of its fence
    lines: list[str] = field(default_factory=list)
    quotes: str = ""  # the triple quotes that are open
    nearly: int = -1  # lines before a fence that would close a block of another sign or length
    held: bool = False  # a fence stood inside quotes

    @property
    def code(self) -> str:
        lines, indent = self.lines, self.indent
        first = next((line for line in lines if line.strip()), "")
        if indent and first.startswith(indent):
            lines = [line[len(indent) :] if line.startswith(indent) else line for line in lines]
        return "\n".join(lines).strip("\n")


class _Reading:
    """One pass over the lines.

    Args:
        lines: of the text.
        quotes: whether triple quotes in Python hide fences.
    """

    def __init__(self, lines: list[str], quotes: bool) -> None:
        self.blocks: list[Block] = []
        self.lost = False  # a fence was hidden by quotes that were never closed
        self._read(lines, quotes)
        if self._open is not None:
            self._settle(self._open)
            self.lost = self._open.held

    def _read(self, lines: list[str], quotes: bool) -> None:
        self._open: _Open | None = None
        for self._at, line in enumerate(lines):
            fence = _FENCE.match(line) if "```" in line or "~~~" in line else None
            if fence is None or not self._fence(*fence.groups()):
                self._content(line, quotes)

    def _fence(self, lead: str, sign: str, name: str) -> bool:
        """Open or close a block; False for a fence that is content."""
        name, opened = name.strip(), self._open
        plain = not lead.strip()
        if opened is None:
            self._open = _Open(_language(name), sign, lead if plain else " " * len(lead), self._at)
            return True
        if opened.quotes:
            opened.held = True
            return False
        if not name and plain:
            if sign[0] == opened.sign[0] and len(sign) >= len(opened.sign):
                self.blocks.append(Block(opened.language, opened.code, opened.sign, self._at + 1))
                self._open = None
                return True
            if opened.nearly < 0:
                opened.nearly = len(opened.lines)
            return False
        if not name or (not plain and not _PYTHON.fullmatch(_language(name))):
            return False
        self._settle(opened)
        self._open = _Open(_language(name), sign, lead if plain else " " * len(lead), self._at)
        return True

    def _settle(self, opened: _Open) -> None:
        """A block that is left open ends at the fence that nearly closed it, if there was one."""
        if opened.nearly >= 0:
            end = opened.start + opened.nearly + 2
            opened.lines = opened.lines[: opened.nearly]
            self.blocks.append(Block(opened.language, opened.code, opened.sign, end))

    def _content(self, line: str, quotes: bool) -> None:
        if self._open is not None:
            self._open.lines.append(line)
            if quotes and _PYTHON.fullmatch(self._open.language):
                self._open.quotes = _quotes_after(line, self._open.quotes)


def _language(name: str) -> str:
    """The language of what stands behind an opening fence, such as ``python`` of ``{.Python title="a.py"}``."""
    words = name.lower().replace("{", " ").replace("}", " ").replace(",", " ").replace(":", " ").split(None, 1)
    return words[0].removeprefix(".") if words else ""


def _quotes_after(line: str, quotes: str) -> str:
    """The triple quotes that are open behind a line of Python, given those open before it."""
    place = 0
    while True:
        if quotes:
            ends = _END_QUOTES[quotes].finditer(line, place)
            closing = next((end.end() for end in ends if end[0] == quotes), None)
            if closing is None:
                return quotes
            place, quotes = closing, ""
        token = _QUOTES.search(line, place)
        if token is None:
            return ""
        place = token.end()
        if token[0] in ('"""', "'''"):
            quotes = token[0]
