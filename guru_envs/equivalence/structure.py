"""Reading a whole answer: lists, tuples, sets, intervals, matrices, equations, and what they are made of."""

from __future__ import annotations

import re

from guru_envs.equivalence import limits
from guru_envs.equivalence.bases import read_based
from guru_envs.equivalence.brackets import CLOSERS, OPENERS, split_top, wraps
from guru_envs.equivalence.clock import read_compound
from guru_envs.equivalence.evaluate import same_function, symbols_of, value_of
from guru_envs.equivalence.golds import (
    Equation,
    Group,
    Matrix,
    Named,
    Node,
    Ratio,
    Region,
    Residue,
    Span,
    Term,
    Value,
    Words,
)  # fmt: skip
from guru_envs.equivalence.grammar import parse
from guru_envs.equivalence.limits import TooHardError, UnreadableError
from guru_envs.equivalence.names import EMPTY, EXCEPT, REALS, is_function
from guru_envs.equivalence.regions import as_region, reals_without
from guru_envs.equivalence.relations import RELATION, contradicts, read_relation
from guru_envs.equivalence.terms import read_term
from guru_envs.equivalence.units import is_opaque
from guru_envs.equivalence.vectors import coordinates, has_units
from guru_envs.equivalence.wording import CLOSE_SET, OPEN_SET, ROMAN, plain, unwrap
from guru_envs.equivalence.words import number_in_words

_WORD_SEPARATOR = re.compile(
    rf" ?{ROMAN}? ?(?:(?<![A-Za-z])(?:and|or)(?![A-Za-z])|以及|或者|或|和|与|及|∨|∧|(?<= )&(?= )) ?"
)
_SEPARATORS = re.compile(r"[ ∨∧]")
_NAME = re.compile(
    r"(?:[^\W\d_]|\\[A-Za-z]+ )(?: ?_ ?(?:\{[^{}]*\}|[^\W_]))?(?:\^ ?\{ ?- ?1 ?\})?'*(?: ?\([^()=]*\))?"
    r"|\\(?:angle|triangle|overline) .*|[A-Z]{2,4}"
    rf"|\\frac ?\{{ ?{ROMAN}? ?d ?(?:\^ ?\{{? ?[0-9] ?\}}? ?)?[a-z]? ?\}}"
    rf" ?\{{ ?{ROMAN}? ?d ?[a-z] ?(?:\^ ?\{{? ?[0-9] ?\}}? ?)?\}}|d[a-z] ?/ ?d[a-z]"
)
_MATRIX = re.compile(r"\\begin ?\{([a-zA-Z]*)\*?\}(.*)\\end ?\{\1\*?\}", re.DOTALL)
_MATRICES = frozenset(["pmatrix", "bmatrix", "matrix", "array", "smallmatrix", "Bmatrix"])
_MATH_SIGNS = re.compile(r"\\(?!text|mathrm)[A-Za-z]+|[0-9] ?[-+*/^=] ?[0-9a-z]|[a-z] ?[-+*/^=] ?[0-9]|[_^]\{")
_POINT = re.compile(r"[A-Z] ?\([^()]*,")
_MODULO = re.compile(
    rf"(?:[^\W\d_] ?)?≡? ?([^≡]+?) ?\(? ?(?:\\[pb]?mod|{ROMAN}? ?mod)(?:ulo)? ?\{{? ?([0-9]{{1,9}}) ?\}}? ?\)?"
)
_BASE_MARKS = re.compile(r"base|0[xXbBoO][0-9A-Fa-f]|binary|octal|hex|decimal|进制")
_BUILDER = re.compile(r" ?[^\W\d_](?: ?∈ ?\\mathbb ?\{? ?R ?\}?)? ?[|:]")
_DEEPEST = 10
_ALPHABETIC = re.compile(rf"[A-Za-z{ROMAN}' -]{{2,}}")
_KNOWN_WORDS = frozenset(["infty", "infinity"])


def read(text: str) -> Value:
    """Read any text; what is not understood is :class:`Words`."""
    if len(text) > limits.TEXT_LENGTH:
        return Words(text[: limits.TEXT_LENGTH])
    return read_plain(plain(unwrap(text)))


def read_plain(text: str) -> Value:
    """Read what ``plain`` returned."""
    try:
        return _read(text, 0)
    except (UnreadableError, TooHardError, RecursionError, ZeroDivisionError, ValueError, OverflowError):
        return Words(text, _MATH_SIGNS.search(text) is not None)


def _read(text: str, depth: int) -> Value:
    if depth > _DEEPEST:
        raise UnreadableError("too deeply nested")
    text = text.strip(" ")
    if not text:
        raise UnreadableError("nothing")
    if text[0] in "-0123456789." and len(text) < 40 and text.replace(".", "", 1).lstrip("-").isdigit():
        return read_term(text)
    if (bare := text.replace(ROMAN, "").strip(" .")).lower() in EMPTY:
        return Group("set", ())
    if bare in REALS or bare.lower() in REALS:
        return Span(None, None)
    if _BASE_MARKS.search(text) and (based := read_based(text)):
        return based
    if _ALPHABETIC.fullmatch(text) and (words := _words(text)):
        return words
    if "\\begin" in text:
        return _matrix(text, depth)
    if "\\\\" in text and "=" in text:
        text = text.replace("\\\\", ", ")
    if has_units(text) and (vector := coordinates(text.partition("=")[2] or text)):
        return vector
    if text[0] == ROMAN and text[1:2] in "0123456789(":
        text = text[1:]
    if text[-1] == ")" and _POINT.match(text) and wraps(text[1:].lstrip()):
        text = text[1:].lstrip()
    if "mod" in text and (match := _MODULO.fullmatch(text)):
        return Residue(_read(match[1], depth + 1), int(match[2]))
    text = _french(text)
    if text[0] not in "([" and (apart := EXCEPT.fullmatch(text)):
        return reals_without(_except(apart[1] or apart[2], depth))
    if "∖" in text and (cut := text.rpartition("∖"))[0].rpartition("∈")[2].strip() in REALS:
        return reals_without(_read(cut[2], depth + 1))
    if "∈" in text and text[0] not in (OPEN_SET, "{"):
        left, _, right = text.partition("∈")
        if len(left) < 12 and bare not in REALS:
            return _read(right, depth + 1)
    if "∪" in text and text[0] in "[]" and text[-1] in "[]":
        text = "∪".join(_french(part.strip()) for part in text.split("∪"))
    if "∪" in text and (union := _union(text, depth)):
        return union
    listed = _list(text, depth)
    if listed is not None:
        return listed
    if text[0] in OPENERS and (group := _brackets(text, depth)) is not None:
        return group
    if "≈" in text and text[0] != "≈" and len(near := split_top(text, "≈")) == 2:
        return _about(near[0].strip(), near[1].strip(), depth)
    if RELATION.search(text):
        return read_relation(text)
    if "=" in text and len(parts := split_top(text, "=")) > 1:
        return _equation([part.strip() for part in parts], depth)
    if "±" in text:
        return Group("list", tuple(_read(text.replace("±", sign), depth + 1) for sign in "+-"))
    if "_" in text and (based := read_based(text)):
        return based
    if ":" in text and len(parts := text.split(":")) in (2, 3) and all(parts):
        return Ratio(tuple(read_term(part.strip()) for part in parts))
    if (compound := read_compound(text)) is not None:
        return compound
    return read_term(text)


def _except(text: str, depth: int) -> Value:
    """What is left out of the real numbers, as a set or region."""
    points = _read(text, depth + 1)
    points = points.item if isinstance(points, Named) else points
    if isinstance(points, Group) and points.form == "list":
        return Group("set", points.items)
    return Group("set", (points,)) if isinstance(points, Term) else points


def _french(text: str) -> str:
    """An interval whose open ends are written with brackets turned outwards, with parentheses instead."""
    if (text[:1] == "]" or text[-1:] == "[") and text[0] in "[]" and text[-1] in "[]" and text.count(",") == 1:
        return "[("[text[0] == "]"] + text[1:-1] + "])"[text[-1] == "["]
    return text


def _words(text: str) -> Value | None:
    """Letters only: a number in words, or plain words; None when they may be symbols or functions."""
    words = text.replace(ROMAN, " ").split()
    if words and (words[-1].lower() in ("percent", "cent", "percentage") or words[0].lower() in ("minus", "negative")):
        return None
    if (found := number_in_words(text)) is not None:
        return Term(Node("num", value=found))
    if len(words) > 1 and number_in_words(words[0]) is not None:
        return None
    joined = _WORD_SEPARATOR.search(text) is not None
    upright = text.startswith(ROMAN) and len(words[0]) > 1 if words else False
    capital = any(len(word) > 2 and not word.islower() for word in words)
    long = any(len(word) > 3 for word in words) and not any(is_function(word) or word in _KNOWN_WORDS for word in words)
    return Words(text) if not joined and (long or upright or capital) else None


def _union(text: str, depth: int) -> Region | None:
    spans: list[Span] = []
    for part in split_top(text, "∪"):
        item = _read(part, depth + 1)
        found = as_region(item)
        if found is None:
            return None
        spans.extend(found.spans)
    return Region(tuple(spans))


def _list(text: str, depth: int) -> Value | None:
    """Several values without brackets; None when the text is one value."""
    if (" and " in text or "," in text) and (compound := read_compound(text)) is not None:
        return compound
    parts, joined = [text], ""
    for separators in (";", ",", "$"):
        if len(found := split_top(text, separators)) > 1:
            parts = found
            break
    if _SEPARATORS.search(text) or not text.isascii():
        cut: list[str] = []
        for part in parts:
            pieces = _WORD_SEPARATOR.split(part) if _balanced(part) else [part]
            joined = joined or ("or" if len(pieces) > 1 and re.search(r"\bor\b|或|∨", part) else "")
            cut.extend(pieces)
        parts = cut
    parts = [part.strip() for part in parts if part.strip(f" {ROMAN}")]
    if len(parts) < 2:
        return None
    if len(parts) > limits.ITEMS:
        raise UnreadableError("too many elements")
    items = list(_items(parts, depth))
    if joined and any(isinstance(item, Region | Span) for item in items):  # a point beside intervals: x > 2 or x = 0
        items = [Group("set", (item.item,)) if isinstance(item, Named) else item for item in items]
    regions = [as_region(item) if isinstance(item, Region | Span | Group) else None for item in items]
    if all(region is not None for region in regions) and any(
        isinstance(item, Region if not joined else Region | Span) for item in items
    ):
        known = [region for region in regions if region is not None]
        return Region(tuple(span for region in known for span in region.spans)) if joined else _intersection(known)
    first = items[0]
    if isinstance(first, Named) and not any(isinstance(item, Named) for item in items[1:]):
        return Named(first.name, Group("list", (first.item, *items[1:])))
    names = {item.name for item in items if isinstance(item, Named)}
    if len(names) == 1 and all(isinstance(item, Named) for item in items):
        return Named(names.pop(), Group("list", tuple(item.item for item in items if isinstance(item, Named))))
    return Group("set" if joined else "list", tuple(items))


def _balanced(text: str) -> bool:
    """Whether no separator word of the text is inside brackets."""
    match = _WORD_SEPARATOR.search(text)
    if match is None:
        return True
    before = text[: match.start()]
    return sum(before.count(c) for c in OPENERS) == sum(before.count(c) for c in CLOSERS)


def _intersection(regions: list[Region]) -> Value:
    """Two half lines of one variable, as x > 2 and x < 5."""
    if len(regions) == 2 and all(len(region.spans) == 1 for region in regions):
        one, two = regions[0].spans[0], regions[1].spans[0]
        if one.low is None and two.high is None:
            one, two = two, one
        if one.high is None and two.low is None and one.low is not None and two.high is not None:
            return Region((Span(one.low, two.high, one.low_closed, two.high_closed),), regions[0].name)
    raise UnreadableError("several inequalities")


def _brackets(text: str, depth: int) -> Value | None:
    """A tuple, a set, an interval or a nested list; None when the brackets are those of an expression."""
    if not wraps(text):
        return None
    opening, closing, inner = text[0], text[-1], text[1:-1]
    if opening in (OPEN_SET, "{") and closing in (CLOSE_SET, "}"):
        if builder := _BUILDER.match(inner):
            return _read(inner[builder.end() :], depth + 1)
        parts = [part for part in split_top(inner, ",;") if part.strip()]
        if opening == "{" and len(parts) < 2:
            return _read(inner, depth + 1)
        return Group("set", _items(parts, depth))
    parts = split_top(inner, ",;" if ";" not in inner else ";")
    if len(parts) < 2:
        if opening in "([" and RELATION.search(inner):
            return _read(inner, depth + 1)
        return Group("set", _items(parts, depth)) if opening == "[" and closing == "]" and "," in inner else None
    if opening == "[" and closing == "]" and ";" in inner and all("," in part for part in parts):
        return _rows([_items(split_top(part, ","), depth) for part in parts])
    if opening in "([" and closing in ")]":
        infinite = [part.strip(" +").replace(" ", "") for part in parts]
        if len(parts) == 2 and (opening == "[" or closing == "]" or "-∞" in infinite or "∞" in infinite):
            if not any(
                part.lstrip(" ")[:1] in ("[", "(") and part.rstrip(" ")[-1:] in ("]", ")") and "," in part
                for part in parts
            ):
                return Span(_end(parts[0], depth), _end(parts[1], depth), opening == "[", closing == "]")
        elif (opening == "[" and closing != "]") or (opening == "(" and closing != ")"):
            return None
        items = _items(parts, depth)
        if opening == "[" and all(isinstance(item, Group | Span) for item in items):
            return _rows([_row_items(item) for item in items])
        return Group("tuple", items)
    return Group("tuple", _items(parts, depth)) if opening == "⟨" and closing == "⟩" else None


def _items(parts: list[str], depth: int) -> tuple[Value, ...]:
    if len(parts) > limits.ITEMS:
        raise UnreadableError("too many elements")
    items: list[Value] = []
    for part in parts:
        item = _read(part, depth + 1)
        both = "±" in part and isinstance(item, Group) and item.form == "list"
        items.extend(item.items if both and isinstance(item, Group) else [item])
    return tuple(items)


def _end(text: str, depth: int) -> Term | None:
    bare = text.strip(" +").replace(" ", "")
    if bare in ("∞", "-∞"):
        return None
    item = _read(text, depth + 1)
    if not isinstance(item, Term):
        raise UnreadableError("an interval between what is no number")
    return item


def _row_items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Group):
        return value.items
    if isinstance(value, Span) and value.low is not None and value.high is not None:
        return value.low, value.high
    raise UnreadableError("no row")


def _rows(rows: list[tuple[Value, ...]]) -> Matrix:
    if len({len(row) for row in rows}) != 1 or sum(map(len, rows)) > limits.ITEMS:
        raise UnreadableError("no matrix")
    return Matrix(tuple(rows))


def _matrix(text: str, depth: int) -> Value:
    if "=" in text.partition("\\begin")[0]:
        name, _, rest = text.partition("=")
        return Named(name.strip(), _read(rest, depth + 1))
    front = text.partition("\\begin")[0].strip(" *")
    if front and front[-1] not in "([{" and text.endswith("}"):
        factor, inner = parse(front), _matrix(text[text.index("\\begin") :], depth + 1)
        if not isinstance(inner, Matrix) or not all(isinstance(cell, Term) for row in inner.rows for cell in row):
            raise UnreadableError("no matrix")
        cells = [[Term(Node("mul", (factor, c.tree))) for c in row if isinstance(c, Term)] for row in inner.rows]
        return Matrix(tuple(tuple(row) for row in cells))
    text = text.removeprefix("[").removesuffix("]").removeprefix("(").removesuffix(")").strip()
    match = _MATRIX.fullmatch(text)
    if match is not None and match[1] == "cases" and "\\begin" not in match[2]:
        return _read(", ".join(line.strip(" ,") for line in re.split(r"\\\\", match[2]) if line.strip()), depth + 1)
    if match is None or match[1] not in _MATRICES or "\\begin" in match[2]:
        raise UnreadableError("no matrix")
    body = re.sub(r"^ ?\{[clr| ]*\}", "", match[2]) if match[1] == "array" else match[2]
    body = re.sub(r"\\\\ ?\[[^\]]{0,8}\]", r"\\\\", body)
    lines = [line for line in re.split(r"\\\\|\\cr", body) if line.strip()]
    if len(lines) > limits.ITEMS or body.count("&") > limits.ITEMS:
        raise UnreadableError("too large a matrix")
    return _rows([tuple(_read(cell, depth + 1) for cell in line.split("&")) for line in lines])


def _about(left: str, right: str, depth: int) -> Value:
    """An exact value with its approximation, or a name with an approximate value."""
    item = _read(left, depth + 1)
    if isinstance(item, Term) and (item.tree.op == "sym" or (left.isalpha() and symbols_of(item.tree))):
        return Named(left.replace(ROMAN, ""), _read(right, depth + 1))
    near = read_term(right)
    exactly = item.item if isinstance(item, Named) else item
    if not isinstance(exactly, Term) or near.percent != exactly.percent:
        raise UnreadableError("an approximation of what is no number")
    one, other = complex(value_of(exactly.tree)), complex(value_of(near.tree))
    if abs(one - other) > 0.02 * abs(one):
        raise UnreadableError("a wrong approximation")
    return item


def _says_unit(left: str, right: str) -> bool:
    """Whether the right side is a quantity: its unit is upright, or all of it is a number with a unit of the table."""
    term = read_term(right)
    if term.unit is None or ROMAN in right:
        return term.unit is not None
    return len(left) > 1 and left.replace(" ", "").isalpha() and not symbols_of(term.tree) and not is_opaque(term.unit)


def _equation(parts: list[str], depth: int) -> Value:
    """``name = value``, a chain of equal values, or an equation."""
    if not parts[0]:
        return _read("=".join(parts[1:]), depth + 1)
    left, right = parts[0], parts[-1]
    if not right:
        raise UnreadableError("nothing after the equals sign")
    if left[0].isdigit() and contradicts(left, right):
        raise UnreadableError("a wrong equation")
    both: Equation | None = None
    if len(parts) == 2:
        try:
            both = Equation(parse(left), parse(right))
        except UnreadableError:
            both = None
        if both and symbols_of(both.right) and _says_unit(left, right):
            both = None
        if both and not _NAME.fullmatch(left):
            if both.right.op == "sym" and not symbols_of(both.left):
                return Named(both.right.name, read_term(left), both)
            numeric = not symbols_of(both.left)
            if numeric and not symbols_of(both.right) and same_function(both.left, both.right):
                return _read(right, depth + 1)
            formula = re.search("[0-9]", left) and not re.search(r"[A-Za-z] ?\(", left)
            if numeric or formula or symbols_of(both.right):
                return both
    item = _read(right, depth + 1)
    name = re.sub(rf"[{{}}\s{ROMAN}]", "", left)
    return Named(name, item, both)
