"""The lines of a response that carries a program out: ``line 4: total = 7``, judged against what happens in a run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from guru_envs.domains.simulation._codeio import values
from guru_envs.domains.simulation._codeio.words import TEXT

_PLACE = re.compile(r"(?:line |step |第 ?)(?P<place>[0-9]{1,4}) ?(?:行|步)?[:：] ?(?P<body>.+)")
_SET = re.compile(r"(?P<name>[^\W\d]\w{0,60}) = (?P<value>.+)")
_ITEM = re.compile(r"(?P<index>[^\W\d]\w{0,60}) = (?P<number>[0-9]{1,6}), (?P<name>[^\W\d]\w{0,60}) = (?P<value>.+)")
_SPACE = re.compile(r"\s+")


class Raw(NamedTuple):
    """A value that can't be read, as text."""

    text: str


class Happened(NamedTuple):
    """What a line says: where, of what, and what it is."""

    place: int
    kind: str
    subject: str
    value: Any


def read_line(line: str, lang: str) -> Happened | None:
    """What a line of a run says, None for other text; in linear time."""
    match = _PLACE.fullmatch(_SPACE.sub(" ", line.strip()).rstrip("。.") if len(line) <= values.MAX_LENGTH else "")
    if match is None:
        return None
    place, body, words = int(match["place"]), match["body"].strip(), TEXT[lang]
    for word, truth in (("yes", True), ("no", False)):
        if (inner := _within(words[word], body)) is not None:
            return Happened(place, "test", inner, truth)
    if (inner := _within(words["call"], body)) is not None:
        return Happened(place, "call", "", inner)
    if (inner := _within(words["return"], body)) is not None:
        return Happened(place, "return", "", _value(inner))
    if one := _ITEM.fullmatch(body):
        return Happened(place, "item", f"{one['index']} {one['number']} {one['name']}", _value(one["value"]))
    if one := _SET.fullmatch(body):
        return Happened(place, "set", one["name"], _value(one["value"]))
    return Happened(place, "word", body, None)


def _within(template: str, body: str) -> str | None:
    """What stands in place of ``{0}``."""
    head, _, tail = template.partition("{0}")
    if len(body) <= len(head) + len(tail) or not (body.startswith(head) and body.endswith(tail)):
        return None
    return body[len(head) : len(body) - len(tail)].strip()


def _value(text: str) -> Any:
    try:
        return values.read(text)
    except values.UnreadableError:
        return Raw(text)


class Lines:
    """How far a response has carried a run out.

    Lines have to come in the order in which they happen; some may be left out. A line is false when it says of a variable that its line
    sets, of a condition or of a result something that does not happen from there on, nor did before.

    Args:
        told: the run line by line, as the oracle writes it.
        counted: so many of its first lines make up the way to the answer; what happens later is true but earns nothing.
        given: whether its call stands in the prompt; otherwise nothing is judged before a line that makes this call.
        lang: of the lines.
        watched: whether the run tells of all changes; otherwise a list or dictionary may be changed where no line of it says so.
    """

    def __init__(self, told: Sequence[str], counted: int, given: bool, lang: str, watched: bool = True) -> None:
        self._lang = lang
        self._run = [said for text in told if (said := read_line(text, lang)) is not None]
        self._counted, self._given = counted, given
        self._open = given
        self._at = int(given)  # the first line of the run that is not stated yet
        self._stated = 0
        told_of = [(said[:3], said.value) for said in self._run if said.kind in ("set", "item", "test", "return")]
        unsure = (Raw,) if watched else (Raw, list, dict)
        self._deniable = {key for key, _ in told_of} - {key for key, value in told_of if isinstance(value, unsure)}

    @property
    def progress(self) -> float:
        """The share of the run's lines up to the answer that were stated; its call counts where it had to be found."""
        return self._stated / max(1, self._counted - self._given)

    def state(self, line: str) -> bool | None:
        """Judge a line; see the class."""
        said = read_line(line, self._lang)
        if said is None:
            return None
        if said.kind == "call" and said.place == self._run[0].place and not self._given:
            self._open = _same(said, self._run[0])  # of other calls nothing is known
        if not self._open:
            return None
        for index in range(self._at, len(self._run)):
            if _same(said, self._run[index]):
                self._at = index + 1
                self._stated += index < self._counted
                return True
        if any(_same(said, one) for one in self._run[: self._at]):
            return True
        if said[:3] not in self._deniable or isinstance(said.value, Raw) or self._held(said):
            return None
        return False

    def _held(self, said: Happened) -> bool:
        """Whether a variable has this value somewhere in the run: a line that sets it may find it so as well."""
        held = [one for one in self._run if one.kind in ("set", "item") and one.subject == said.subject]
        return said.kind in ("set", "item") and any(
            _same(one, said._replace(place=one.place, kind=one.kind)) for one in held
        )

    def close(self) -> None:
        """Nothing is held."""


def _same(one: Happened, other: Happened) -> bool:
    if one[:3] != other[:3]:
        return False
    if isinstance(one.value, Raw) or isinstance(other.value, Raw):
        return bool(one.value == other.value)
    return values.same(_texts_as_keys(one.value), _texts_as_keys(other.value))


def _texts_as_keys(value: Any) -> Any:
    """A value as JSON has it, in which keys are texts."""
    if type(value) is dict:
        return {key if type(key) is str else values.write(key): _texts_as_keys(one) for key, one in value.items()}
    return [_texts_as_keys(one) for one in value] if type(value) is list else value
