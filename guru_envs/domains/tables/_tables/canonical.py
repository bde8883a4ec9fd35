"""What two problems have in common that are the same but for names, order, language and format."""

from __future__ import annotations

import hashlib

from guru_envs.domains.tables._tables.model import BestYear, Item, Pair, Problem, Sheet, Within


def canonical(problem: Problem) -> str:
    """The program with rows and groups replaced by their figures, the figures of all rows, and the unit of the answer."""
    sheet = problem.sheet
    rows = [_row(sheet, item) for item in range(len(sheet.items))]
    groups = [
        hashlib.sha256(
            "/".join(sorted(rows[i] for i, (_, own) in enumerate(sheet.items) if own == g)).encode()
        ).hexdigest()[:12]
        for g in range(len(sheet.groups))
    ]
    kinds = [f"{kind.name.en}:{kind.scale}" for kind in sheet.measures]
    shape = f"{kinds} {sheet.tables} {len(sheet.periods)} {sorted(groups)}"
    return (
        f"tables {_told(problem.program, rows, groups)} {problem.ask} {hashlib.sha256(shape.encode()).hexdigest()[:24]}"
    )


def _row(sheet: Sheet, item: int) -> str:
    values, measures = sheet.values, range(len(sheet.measures))
    return ",".join([str(values[item, p, m]) for p in range(len(sheet.periods)) for m in measures])


def _told(node: object, rows: list[str], groups: list[str]) -> str:
    if isinstance(node, Item):
        return f"<{rows[node.item]}>"
    if isinstance(node, Pair):
        return "Pair<" + "><".join(sorted((rows[node.one], rows[node.other]))) + ">"
    if isinstance(node, Within):
        return f"Within{groups[node.group]}"
    if isinstance(node, BestYear):
        return f"BestYear<{rows[node.item]}>{node.measure}{node.high}"
    if isinstance(node, tuple):
        return f"{type(node).__name__}({' '.join(_told(part, rows, groups) for part in node)})"
    return str(node)
