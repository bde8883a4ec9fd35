"""What each question of one part asks for, as one closed formula in what its English text states.

Written from textbooks without a look at the domain's tables of laws: a situation is known by words of its text, a formula by the
letter that is asked for. Formulas are evaluated with pint by ``science_by_hand``.
"""

from __future__ import annotations

import re

LAWS = {
    "speeds up with the constant acceleration": {"v": "v0 + a*t", "s": "(v0 + v0 + a*t)/2*t", "w": "v0 + a*t/2"},
    "brakes with the constant deceleration": {"t": "v0/a", "s": "v0*v0/a/2"},
    "falls from rest from the height": {"t": "(2*h/g)**0.5", "v": "(2*g*h)**0.5"},
    "moves at constant speed on a circle": {"v": "2*pi*r/T", "a": "4*pi**2*r/T**2", "F": "m*4*pi**2*r/T**2"},
    "is thrown horizontally": {
        "t": "(2*h/g)**0.5", "x": "v0*(2*h/g)**0.5", "w": "(2*g*h)**0.5", "v": "(v0**2 + 2*g*h)**0.5",
    },
    "rests on level ground and is pulled": {
        "R": "mu*m*g", "a": "F/m - mu*g", "v": "(F/m - mu*g)*t", "s": "(F/m - mu*g)*t**2/2",
    },
    "stretches a spring": {"k": "F/x", "E": "F*x/2", "v": "(F*x/m)**0.5"},
    "they stick together": {
        "p": "m1*v1", "u": "m1*v1/(m1 + m2)", "Q": "m1*m2/(m1 + m2)*v1**2/2",
    },
    "A motor with the efficiency": {"E": "m*g*h", "P": "m*g*h/t", "A": "m*g*h/t/e", "W": "m*g*h/e"},
    "is brought to rest by a constant force": {"E": "m*v**2/2", "F": "m*v**2/2/d", "a": "v**2/2/d"},
    "slides from rest down a ramp": {
        "E": "m*g*h", "L": "w*m*g*h", "K": "(1 - w)*m*g*h", "v": "(2*g*h*(1 - w))**0.5",
    },
    "there is a small window": {"p": "rho*g*h", "F": "S*h*g*rho"},
    "hangs on a string, wholly under": {"B": "V*rho*g", "G": "g*m", "T": "(m - rho*V)*g"},
    "through a pipe of inner diameter": {
        "S": "pi*(d/2)**2", "q": "v*pi*(d/2)**2", "V": "t*v*pi*(d/2)**2", "m": "rho*t*v*pi*(d/2)**2",
    },
    "on a circular orbit around a planet": {
        "g": "G*M/R/R", "F": "G*M*m/R/R", "v": "(G*M/R)**0.5", "T": "2*pi*(R**3/(G*M))**0.5",
    },
    "On the surface of a planet without air": {
        "M": "g*R*R/G", "v": "(2*g*R)**0.5", "t": "(2*h/g)**0.5", "rho": "g/(4*pi*G*R/3)",
    },
    "is connected to the voltage": {"I": "U/R", "P": "U**2/R", "E": "U**2*t/R", "q": "U*t/R"},
    "is made of a metal of resistivity": {
        "S": "pi*(d/2)**2", "R": "k*L/(pi*(d/2)**2)", "I": "U*pi*(d/2)**2/(k*L)", "P": "U**2*pi*(d/2)**2/(k*L)",
    },
    "Between two parallel plates": {"E": "U/d", "F": "q*U/d", "a": "q*U/(d*m)", "W": "U*q"},
    "Two small positive charges": {"F": "k*q1*q2/r/r", "E": "k*q1/r/r"},
    "are connected in series to a battery": {
        "R": "R1 + R2", "I": "U/(R1 + R2)", "U1": "U*R1/(R1 + R2)", "P1": "R1*(U/(R1 + R2))**2",
    },
    "are connected in parallel to a battery": {
        "R": "1/(1/R1 + 1/R2)", "I": "U/R1 + U/R2", "P": "U**2/R1 + U**2/R2", "E": "t*(U**2/R1 + U**2/R2)",
    },
    "in series with a parallel pair": {
        "Rp": "1/(1/R2 + 1/R3)", "R": "R1 + 1/(1/R2 + 1/R3)", "I": "U/(R1 + 1/(1/R2 + 1/R3))",
        "Up": "U*R2*R3/(R1*R2 + R1*R3 + R2*R3)", "I2": "U*R3/(R1*R2 + R1*R3 + R2*R3)",
        "P2": "R2*(U*R3/(R1*R2 + R1*R3 + R2*R3))**2",
    },
    "Two capacitors": {"C": "C1 + C2", "q": "U*(C1 + C2)", "E": "(C1 + C2)*U*U/2"},
    "A battery with the electromotive force": {
        "I": "E/(R + r)", "U": "E*R/(R + r)", "P": "R*(E/(R + r))**2", "Q": "r*t*(E/(R + r))**2",
    },
    "nothing melts or boils": {"D": "Q/m/c", "P": "Q/t"},
    "is mixed with water of mass": {
        "T": "(m1*T1 + m2*T2)/(m1 + m2)", "Q": "c*m1*m2/(m1 + m2)*(T2 - T1)",
    },
    "Ice of mass": {
        "Q1": "m*L", "Q2": "c*m*(T - T0)", "Q": "m*(L + c*(T - T0))", "t": "m*(L + c*(T - T0))/P",
    },
    "A heat engine works": {
        "e": "(T1 - T2)/T1", "W": "Q*(T1 - T2)/T1", "R": "Q*T2/T1", "P": "Q*(T1 - T2)/T1/t",
    },
    "fills a vessel of volume": {"p": "n*R*T/V", "m": "M*n", "d": "M*n/V"},
    "has the volume {V} at the pressure": {"n": "p*V/(R*T)", "m": "M*p*V/(R*T)", "d": "M*p/(R*T)"},
    "A fixed amount of an ideal gas": {"p2": "p1*V1/V2*T2/T1", "x": "V1*T2/(V2*T1)"},
    "A gas takes up the heat": {"W": "p*V2 - p*V1", "U": "Q - p*V2 + p*V1"},
    "A thin converging lens": {"b": "1/(1/f - 1/g)", "k": "f/(g - f)", "z": "y*f/(g - f)"},
    "into a plane glass plate": {
        "beta": "asind(sind(alpha)/n)", "v": "c/n", "L": "d/sqrt(1 - (sind(alpha)/n)**2)",
        "t": "d*n/c/sqrt(1 - (sind(alpha)/n)**2)",
    },
    "A laser sends out light": {"f": "c/L", "E": "h*c/L", "W": "P*t", "N": "P*t*L/(h*c)"},
    "travels through a medium": {"L": "v/f", "s": "t*v", "N": "t*f", "d": "t*v/2"},
    "A simple pendulum": {"T": "2*pi*(L/g)**0.5", "f": "(g/L)**0.5/(2*pi)", "t": "N*2*pi*(L/g)**0.5"},
    "A radioactive sample contains": {
        "k": "ln(2)/T", "r": "0.5**(t/T)", "x": "m*0.5**(t/T)", "y": "m*(1 - 0.5**(t/T))",
    },
    "The activity of a sample": {
        "k": "ln(2)/T", "t": "T*ln(1/r)/ln(2)", "B": "A*r", "N": "A*r*T/ln(2)",
    },
    "of a stock solution": {"n": "V1*c1", "c2": "c1*V1/V2", "b": "M*c1*V1/V2", "x": "V2 - V1"},
    "Of this a sample": {"n": "m/M", "c": "m/M/V", "a": "m/M*v/V", "w": "m*v/V"},
    "of the same substance of concentration": {"n": "c1*V1 + c2*V2", "c": "(c1*V1 + c2*V2)/(V1 + V2)"},
    "A strong monoprotic acid": {
        "c": "n/V", "A": "log10(c0*V/n)", "d": "n/(V + w)", "B": "log10(c0*(V + w)/n)",
    },
    "A strong base with one": {"c": "n/V", "B": "log10(c0*V/n)", "A": "14 - log10(c0*V/n)"},
    "of a diprotic acid": {"n": "V1*c1", "a": "2*V1*c1", "V": "2*V1*c1/c2", "W": "V1 + 2*V1*c1/c2"},
    "A weak monoprotic acid": {"h": "(K*c)**0.5", "A": "log10(c0/(K*c)**0.5)", "y": "(K/c)**0.5"},
}  # fmt: skip
_ASKED = re.compile(r"(?:Find|Calculate|What is|Which of these is) ([A-Za-z0-9_]+), the ")
_GAS = re.compile(r"has the volume V = [^ ]+ [^ ]+ at the pressure")


def formula_of(prompt):
    """The formula that answers a prompt of one part."""
    (symbol,) = _ASKED.findall(prompt)
    flat = _GAS.sub("has the volume {V} at the pressure", prompt)
    found = [laws for words, laws in LAWS.items() if words in flat]
    assert len(found) == 1, (len(found), prompt)
    return symbol, found[0][symbol]


def stoichiometry(prompt, atoms, masses):
    """The answer to a stoichiometry prompt of one part, in g, mol or g/mol: coefficients by the kernel of the matrix of atoms.

    Args:
        atoms: counts the atoms of a formula.
        masses: molar mass by element, g/mol.
    """
    import sympy

    left, right, given, mass, unit, wanted = re.search(
        r"In the reaction (.+) -> (.+) \(not yet balanced\) (\S+) of mass m1 = (\S+) (\S+) reacts.* Of the mass of (\S+) that full",
        prompt,
    ).groups()
    names = left.split(" + ") + right.split(" + ")
    rows = [[atoms(name).get(element, 0) for name in names] for element in sorted({e for n in names for e in atoms(n)})]
    before = len(left.split(" + "))
    signed = sympy.Matrix([[n if i < before else -n for i, n in enumerate(row)] for row in rows])
    (kernel,) = signed.nullspace()
    ratio = float(kernel[names.index(wanted)] / kernel[names.index(given)])
    one, two = (sum(masses[element] * n for element, n in atoms(name).items()) for name in (given, wanted))
    grams = float(mass.replace("×10^", "e")) * {"g": 1, "kg": 1e3, "mg": 1e-3}[unit]
    part = float(re.search(r"the fraction e = (\S+) is", prompt)[1])
    (symbol,) = _ASKED.findall(prompt)
    amount = grams / one * ratio
    return {"M1": one, "M2": two, "n1": grams / one, "n2": amount, "m2": amount * two, "m": amount * two * part}[symbol]
