"""How a model writes a right answer, and how it just misses it. Works on the text only; shares nothing with the package."""

import re
from fractions import Fraction

INTEGER = re.compile(r"-?[0-9]+")
GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:,(?:\\!)?[0-9]{3})+")
DECIMAL = re.compile(r"-?[0-9]*\.[0-9]+")
FRACTION = re.compile(r"(-?)\\[dt]?frac ?\{? ?([0-9]+) ?\}? ?\{? ?([0-9]+) ?\}?")
PERCENT = re.compile(r"(-?[0-9.]+) ?\\?%")
DEGREES = re.compile(r"(-?[0-9.]+) ?\^ ?\{?\\circ\}?")
BASED = re.compile(r"([0-9]+)_\{?([0-9]+)\}?")
WORD = re.compile(r"\\text\{([A-Za-z ]+)\}|([A-Za-z]{3,}(?: [A-Za-z]{2,})*)")
MONEY = re.compile(r"\\?\$ ?([0-9.,\\!]+)")
QUANTITY = re.compile(
    r"(-?[0-9]+(?:\.[0-9]+)?) ?(m/s|eV|minutes|hours|years|kJ|mg|dB|m|km|cm|mm|g|kg|nm|kPa|Pa|million)"
)
TUPLE = re.compile(r"(?:\\left)?([(\[])([^()\[\]{}]*|[^()\[\]]*),([^()\[\],]*)(?:\\right)?([)\]])")


def bare(gold: str) -> str:
    """The gold without dollar signs of math mode."""
    gold = gold.strip()
    return gold[1:-1].strip() if len(gold) > 2 and gold[0] == gold[-1] == "$" and "$" not in gold[1:-1] else gold


def grouped(digits: str) -> str:
    return f"{int(digits):,}"


def right_ways(gold: str) -> list[str]:
    """Ways of writing the same answer."""
    g = bare(gold)
    ways = [gold, g, f" {g} ", f"$ {g} $", f"\\boxed{{{g}}}", f"$\\boxed{{{g}}}$", f"**{g}**", f"\\({g}\\)", f"$${g}$$"]
    ways += [
        f"Final answer: {g}",
        f"The final answer is ${g}$.",
        f"The answer is: \\boxed{{{g}}}.",
        f"Answer: {g}.",
        f"答案：{g}",
    ]
    ways += [f"\\[\n{g}\n\\]", f"{g}\n", f"The correct answer is **{g}**."]
    if "$" in g:
        ways = [gold, f"\\boxed{{{gold}}}", f"Final answer: {gold}"]
    if "\\frac" in g:
        ways += [g.replace("\\frac", "\\dfrac"), g.replace("\\frac", "\\tfrac")]
    if "\\dfrac" in g:
        ways += [g.replace("\\dfrac", "\\frac")]
    if "\\left" in g:
        ways += [g.replace("\\left", "").replace("\\right", "")]
    elif re.search(r"[(\[]", g) and "\\begin" not in g and g.count("(") == g.count(")") and "\\{" not in g:
        ways += [re.sub(r"[)\]]", r"\\right\g<0>", re.sub(r"[(\[]", r"\\left\g<0>", g))]
    if "pmatrix" in g:
        ways += [g.replace("pmatrix", "bmatrix"), g.replace("\\\\ ", "\\\\\n")]
    return [*ways, *_number_ways(g), *_other_ways(g)]


def _number_ways(g: str) -> list[str]:
    ways: list[str] = []
    if INTEGER.fullmatch(g):
        ways += [
            f"{g}.0",
            f"x = {g}",
            f"{g} \\text{{ units}}",
            f"{g} apples",
            f"${g}\\text{{ cm}}$",
            f"n={g}",
            f"= {g}",
            f"{g}/1",
        ]
        ways += [g.replace("-", "−")]
        if not g.startswith("-"):
            ways += [f"${g}", f"\\${g}", f"{g} dollars", f"+{g}"]
        if len(g.lstrip("-")) > 3:
            comma = grouped(g)
            ways += [
                comma,
                comma.replace(",", "{,}"),
                comma.replace(",", ",\\!"),
                comma.replace(",", "\\,"),
                f"{comma}.00",
            ]
    elif GROUPED.fullmatch(g):
        plain = g.replace(",", "").replace("\\!", "")
        ways += [plain, grouped(plain), grouped(plain).replace(",", "{,}"), f"${grouped(plain)}", f"{plain}.0"]
    elif DECIMAL.fullmatch(g):
        ways += [g + "0", str(Fraction(g)), f"x = {g}", f"{g} units", f"{g}\\text{{ m}}"]
        ways += ["0" + g if g.startswith(".") else g.replace("0.", ".", 1) if g.startswith("0.") else g]
    elif match := FRACTION.fullmatch(g):
        sign, top, bottom = match.groups()
        value = Fraction(int(sign + top), int(bottom))
        ways += [f"{sign}{top}/{bottom}", f"{sign}\\frac{{{top}}}{{{bottom}}}", f"{sign}\\frac {{{top}}} {{{bottom}}}"]
        ways += [
            f"x = {sign}\\frac{{{top}}}{{{bottom}}}",
            f"\\frac{{{sign}{top}}}{{{bottom}}}",
            f"{sign}{2 * int(top)}/{2 * int(bottom)}",
        ]
        ways += [f"({sign}{top})/{bottom}", f"{sign}\\tfrac{{{top}}}{{{bottom}}}"]
        if 10**12 % value.denominator == 0:
            ways += [format(float(value), ".12f").rstrip("0")]
        else:
            ways += [f"{float(value):.8f}", repr(float(value))]
        if int(top) > int(bottom) and int(top) % int(bottom) and not sign:
            whole, rest = divmod(int(top), int(bottom))
            ways += [
                f"{whole}\\frac{{{rest}}}{{{bottom}}}",
                f"{whole} {rest}/{bottom}",
                f"{whole} \\frac{{{rest}}}{{{bottom}}}",
            ]
    elif match := PERCENT.fullmatch(g):
        ways += [f"{match[1]}%", f"{match[1]}\\%", f"{match[1]} percent", f"{match[1]} \\%"]
    elif match := DEGREES.fullmatch(g):
        ways += [match[1], f"{match[1]}°", f"{match[1]} degrees", f"{match[1]}^\\circ", f"{match[1]}^{{\\circ}}"]
        ways += [f"{match[1]}\\text{{ degrees}}", f"\\angle A = {match[1]}^\\circ"]
    elif match := BASED.fullmatch(g):
        ways += [f"{match[1]}_{{{match[2]}}}", f"{match[1]}_{match[2]}", f"({match[1]})_{{{match[2]}}}"]
    elif (match := QUANTITY.fullmatch(g)) and match[2] != "million":
        ways += [
            f"{match[1]} {match[2]}",
            f"{match[1]}{match[2]}",
            f"{match[1]}\\text{{ {match[2]}}}",
            f"${match[1]} \\mathrm{{{match[2]}}}$",
        ]
        ways += [f"{match[1]}\\,\\mathrm{{{match[2]}}}", f"x = {match[1]}~\\text{{{match[2]}}}"]
    elif match := MONEY.fullmatch(g):
        plain = match[1].replace(",", "").replace("\\!", "")
        ways += [plain, f"${plain}", f"\\${plain}", f"{plain} dollars", f"${float(plain):,.2f}"]
    return ways


def _other_ways(g: str) -> list[str]:
    ways: list[str] = []
    if match := WORD.fullmatch(g):
        word = match[1] or match[2]
        ways += [
            word,
            f"\\text{{{word}}}",
            word.upper(),
            word.capitalize(),
            f"\\textbf{{{word}}}",
            f'"{word}"',
            f"\\mathrm{{{word}}}",
        ]
    parts = [part.strip() for part in g.split(",")]
    if len(parts) > 1 and all(INTEGER.fullmatch(part) for part in parts) and not GROUPED.fullmatch(g):
        ways += [", ".join(parts), ", ".join(reversed(parts)), " and ".join(parts), "\\{" + ", ".join(parts) + "\\}"]
        ways += [f"x = {', '.join(parts)}", " or ".join(f"x={part}" for part in parts), "; ".join(parts)]
    if re.fullmatch(r"[a-zA-Z] ?= ?[^=]*", g) and "," not in g:
        ways += [g.partition("=")[2].strip()]
    if match := TUPLE.fullmatch(g):
        ways += [g.replace(",", " , ")]
        if re.search(r"\\infty|[\[\]]", g):
            ways += [f"x \\in {g}"]
    return [way for way in ways if way]


def near_misses(gold: str) -> list[str]:
    """Answers that are wrong, but only just."""
    g = bare(gold)
    return [miss for miss in [*_number_misses(g), *_other_misses(g)] if miss.strip() and miss != g]


def _shift(number: str) -> list[str]:
    """A number that is off by one, has the wrong sign, or is off by a factor of 100."""
    value = Fraction(number)
    places = len(number.partition(".")[2])
    moved = [value + 1, value - 1, -value, value * 100, value / 100, value * 10, value / 10, value * 1000]
    if places:
        moved += [value + Fraction(1, 10**places), value - Fraction(1, 10**places)]
    return [_decimal(one, places + 4) for one in moved if one != value]


def _decimal(value: Fraction, places: int) -> str:
    text = f"{float(value):.{places}f}" if abs(value) < 10**14 and value.denominator != 1 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number_misses(g: str) -> list[str]:
    if INTEGER.fullmatch(g) or DECIMAL.fullmatch(g):
        misses = _shift(g)
        if INTEGER.fullmatch(g) and len(g.lstrip("-")) in (2, 3):
            misses += [f"{g[:-1]},{g[-1]}", f"{g}_7", f"{g}^2" if g != "1" else ""]
        return [*misses, f"\\boxed{{{misses[0]}}}", f"{misses[1]} units"]
    if GROUPED.fullmatch(g):
        plain = g.replace(",", "").replace("\\!", "")
        return [
            *_shift(plain),
            g.replace(",\\!", ", ").replace(",", " , "),
            *[grouped(str(int(plain) + k)) for k in (1, -1)],
        ]
    if match := FRACTION.fullmatch(g):
        sign, top, bottom = match[1], int(match[2]), int(match[3])
        value = Fraction(int(f"{sign}{top}"), bottom)
        moved = [
            Fraction(int(f"{sign}{top + 1}"), bottom),
            Fraction(int(f"{sign}{top}"), bottom + 1),
            -value,
            value * 100,
            value / 100,
        ]
        moved += [1 / value, value + 1, value - 1]
        out = [f"\\frac{{{one.numerator}}}{{{one.denominator}}}" for one in moved if one != value]
        return [
            *out,
            *[f"{one.numerator}/{one.denominator}" for one in moved if one != value],
            _decimal(value * 100, 6),
            _decimal(value + 1, 6),
        ]
    if match := PERCENT.fullmatch(g):
        return [f"{one}\\%" for one in _shift(match[1])] + [f"{one}%" for one in _shift(match[1])]
    if match := DEGREES.fullmatch(g):
        return [f"{one}^\\circ" for one in _shift(match[1])] + [
            *_shift(match[1]),
            f"{match[1]} \\text{{ rad}}",
            f"{match[1]} \\text{{ cm}}",
        ]
    if match := BASED.fullmatch(g):
        digits, base = match[1], int(match[2])
        return [
            f"{digits}_{{{base + 1}}}",
            f"{digits}_{base - 1}",
            f"{digits}1_{base}",
            f"{digits[:-1] or '7'}_{base}",
            f"-{digits}_{base}",
        ]
    if match := QUANTITY.fullmatch(g):
        others = [unit for unit in ("kg", "cm", "hours", "J", "days", "m^3", "%") if unit != match[2]]
        return [
            *(f"{match[1]} {unit}" for unit in others),
            *(f"{one} {match[2]}" for one in _shift(match[1])),
            *_shift(match[1]),
        ]
    if match := MONEY.fullmatch(g):
        plain = match[1].replace(",", "").replace("\\!", "")
        return [f"\\${one}" for one in _shift(plain)] + [f"€{plain}", f"£{plain}", f"{plain} euros", f"{plain}%"]
    return []


def _other_misses(g: str) -> list[str]:
    misses: list[str] = []
    if match := WORD.fullmatch(g):
        word = match[1] or match[2]
        return [word[::-1], f"not {word}", f"{word}s and more", "Zebra", word[:-1], f"{word} and 5"]
    parts = [part.strip() for part in g.split(",")]
    numeric = all(INTEGER.fullmatch(part) for part in parts)
    if len(parts) > 1 and numeric and not GROUPED.fullmatch(g):
        misses += [
            ",".join(parts[:-1]),
            ",".join([*parts, "77"]),
            ",".join([str(int(parts[0]) + 1), *parts[1:]]),
            "".join(parts),
        ]
        misses += (
            [",".join([str(-int(p)) for p in parts])] if {-int(p) for p in parts} != {int(p) for p in parts} else []
        )
    if (match := TUPLE.fullmatch(g)) and "," not in match[2]:
        left, low, high, right = match.groups()
        if low.strip() != high.strip():
            misses += [f"{left}{high},{low}{right}"]
        closed = bool(re.search(r"\\infty|[\[\]]", g))
        if closed and "-\\infty" not in low:
            misses += [f"{'(' if left == '[' else '['}{low},{high}{right}"]
        if closed and "\\infty" not in high:
            misses += [f"{left}{low},{high}{')' if right == ']' else ']'}"]
        misses += [
            f"{left}{low},{high},1{right}",
            f"{left}{low},{high}+1{right}" if "\\infty" not in high else "",
            low,
            high,
        ]
    elif "\\text" not in g and "_" not in g and not INTEGER.fullmatch(g) and re.search(r"[0-9]", g):
        first = re.search(r"(?<![0-9.,])[0-9]+(?![0-9.,])", g)
        if first and "," not in g:
            misses += [f"{g[: first.start()]}{int(first[0]) + 1}{g[first.end() :]}"]
        last = list(re.finditer(r"(?<![0-9.,{^])[0-9]+(?![0-9.,])", g))
        if last and "," not in g and not re.search(r"= ?0$", g) and "\\pm" not in g:
            misses += [f"{g[: last[-1].start()]}{int(last[-1][0]) + 2}{g[last[-1].end() :]}"]
        if re.search(r"(?<=[0-9a-z} ])[+-](?= ?[0-9a-z\\])", g) and "," not in g:
            misses += [
                re.sub(r"(?<=[0-9a-z} ])[+-](?= ?[0-9a-z\\])", lambda m: "-" if m[0] == "+" else "+", g, count=1)
            ]
        if (
            not re.search(r"[=,<>]|\\begin|\\ge|\\le|\\pm|\\%|\$", g)
            and not FRACTION.fullmatch(g)
            and not g.startswith("-")
        ):
            misses += [
                f"-({g})",
                f"100 \\cdot ({g})" if "^\\circ" not in g else "",
                f"({g}) + 1" if "circ" not in g else "",
            ]
    if "pmatrix" in g:
        body = g.replace("\\begin{pmatrix}", "").replace("\\end{pmatrix}", "")
        misses += ["\\begin{pmatrix}" + " & ".join(body.split("\\\\")) + "\\end{pmatrix}"] if "&" not in body else []
    return misses
