"""The families of ``guru/math-v0``, by subject; ``FAMILIES`` lists them in the order in which a mixture draws them."""

from __future__ import annotations

from guru_envs.domains.math._families import (
    algebra,
    calculus,
    counting,
    functions,
    matrices,
    numbers,
    plane,
    series,
    stories,
)
from guru_envs.domains.math._families.family import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for subject in (numbers, algebra, counting, series, functions, calculus, matrices, plane, stories)
    for family in subject.FAMILIES
}
