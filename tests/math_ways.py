"""Natural ways of writing an answer of a mathematics problem, from the gold answer's text and what the family declares."""

from __future__ import annotations

import re


def tex(number):
    match = re.fullmatch(r"(-?)(\d+)/(\d+)", number.strip())
    return f"{match[1]}\\frac{{{match[2]}}}{{{match[3]}}}" if match else number.strip()


def ways(family, gold, base=0):
    """All of them are right."""
    plain = [
        f"${gold}$", f"\\({gold}\\)", f"{gold}.", f" {gold} ", f"**{gold}**", f"Answer: {gold}", f"The answer is {gold}.",
        f"答案：{gold}", f"答案是{gold}。", gold.replace("-", "−"), f"\\boxed{{{gold}}}", gold.replace(" ", ""),
    ]  # fmt: skip
    return [*plain, *_BY_KIND[family.kind](family, gold, base)]


def _number(family, gold, base):
    top, _, bottom = gold.partition("/")
    found = [tex(gold), f"x = {gold}", f"\\text{{{gold}}}", f"= {gold}", f"\\mathbf{{{gold}}}"]
    found += [f"\\dfrac{{{top}}}{{{bottom}}}", f"\\frac{{{top}}}{{{bottom}}}"] if bottom else [f"{gold}.0"]
    if not bottom and len(top.lstrip("-")) > 3:
        grouped = f"{int(gold):,}"
        found += [grouped, *(grouped.replace(",", mark) for mark in ("{,}", " ", "\\,", "，"))]
    if family.units:
        found += [f"{gold} {unit}" for unit in family.units[::2]]
        found += [f"{tex(gold)} \\text{{ {family.units[0]}}}", f"{gold}\\,\\mathrm{{{family.units[0]}}}"]
    if family.name == "shopping":
        found += [f"${gold}", f"\\${gold}", f"{gold}元"]
    if family.name in ("draws", "trials"):
        found += [f"P = {tex(gold)}", f"P(A) = {gold}"]
    return found


def _tuple(family, gold, base):
    parts = [part.strip() for part in gold[1:-1].split(",")]
    found = [f"\\left({', '.join(map(tex, parts))}\\right)", ", ".join(parts), f"({'，'.join(parts)})"]
    if family.form in ("system", "point"):
        named = [f"{letter} = {part}" for letter, part in zip("xyzw", parts, strict=False)]
        found += [mark.join(named) for mark in (", ", " and ", "; ", "，")] + [", ".join(reversed(named))]
        found += [f"({', '.join('xyzw'[: len(parts)])}) = {gold}"] + [f"P{gold}"] * (family.form == "point")
    if family.form == "extrema":
        found += [f"m = {parts[0]}, M = {parts[1]}", f"(m, M) = {gold}", f"m={parts[0]} and M={parts[1]}"]
    if family.form == "gcd":
        found += [f"gcd = {parts[0]}, lcm = {parts[1]}", f"g = {parts[0]}, l = {parts[1]}"]
        found += [f"\\gcd={parts[0]}, \\text{{lcm}}={parts[1]}"]
    return found


def _set(family, gold, base):
    parts = [part.strip() for part in gold[1:-1].split(",")]
    named = [f"x = {part}" for part in parts]
    found = [f"\\{{{', '.join(map(tex, parts))}\\}}", " and ".join(parts), "或".join(named), "、".join(parts)]
    found += [mark.join(named) for mark in (" or ", ", ")] + [f"x = {', '.join(parts)}", f"x \\in {gold}"]
    found += [
        f"\\left\\{{{', '.join(map(tex, reversed(parts)))}\\right\\}}",
        f"{', '.join(parts[:-1])}, and {parts[-1]}",
    ]
    return [*found, ", ".join(f"x_{k} = {part}" for k, part in enumerate(parts, 1))]


def _interval(family, gold, base):
    latex = re.sub(r"-?\d+/\d+", lambda m: tex(m[0]), gold.replace("∪", "\\cup").replace("∞", "\\infty"))
    found = [latex, f"x \\in {latex}", gold.replace("∪", "U").replace("∞", "inf"), gold.replace("∞)", "+∞)")]
    found += [latex.replace("(", "\\left(").replace(")", "\\right)"), gold.replace("∪", "or"), f"{{x | x ∈ {gold}}}"]
    signs = []
    for span in gold.split("∪"):
        left, low, high, right = re.fullmatch(r"([\[(])(.*), (.*)([\])])", span.strip()).groups()
        one, two = "<=" if left == "[" else "<", "<=" if right == "]" else "<"
        only = f"x {two} {high}" if low == "-∞" else f"x {one.replace('<', '>')} {low}"
        signs.append(only if "∞" in low + high else f"{low} {one} x {two} {high}")
    latex_signs = [one.replace("<=", "\\le").replace(">=", "\\ge") for one in signs]
    found += [" or ".join(signs), " \\text{ or } ".join(latex_signs), f"{{x | {' or '.join(signs)}}}"]
    return [
        *found,
        " \\lor ".join(latex_signs),
        " 或 ".join(one.replace("<=", "≤").replace(">=", "≥") for one in signs),
    ]


def _matrix(family, gold, base):
    rows = [row.split(", ") for row in gold[2:-2].split("], [")]
    body = " \\\\ ".join(" & ".join(map(tex, row)) for row in rows)
    found = [f"\\begin{{{name}}} {body} \\end{{{name}}}" for name in ("pmatrix", "bmatrix")]
    found += [f"\\left[\\begin{{array}}{{cc}}{body}\\end{{array}}\\right]", f"A^{{-1}} = {found[0]}", f"$${found[1]}$$"]
    return [
        *found,
        f"(({'),('.join(','.join(row) for row in rows)}))",
        f"[{'; '.join(', '.join(row) for row in rows)}]",
    ]


def _expression(family, gold, base):
    found = [gold.replace("*", ""), gold.replace("^", "**"), f"f(x) = {gold}", f"y = {gold}", gold.replace("x^2", "x²")]
    return found if family.form == "expanded" else [*found, f"f'(x) = {gold}", f"\\frac{{dy}}{{dx}} = {gold}"]


def _equation(family, gold, base):
    right = gold.partition("=")[2].strip()
    return [f"y - ({right}) = 0", f"{right} = y", gold.replace("*", ""), f"y={right}."]


def _digits(family, gold, base):
    return [
        f"{gold}_{{{base}}}",
        f"({gold})_{base}",
        f"{gold}_{base}",
        f"{gold} (base {base})",
        f"{gold} in base {base}",
    ]


_BY_KIND = {
    "integer": _number, "rational": _number, "tuple": _tuple, "set": _set, "interval": _interval, "matrix": _matrix,
    "expression": _expression, "equation": _equation, "digits": _digits,
}  # fmt: skip
