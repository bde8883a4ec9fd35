"""Programs to be repaired: a wrong attempt at a programming problem is shown, and has to be made to pass hidden tests.

Prompt
------
A problem of ``guru/code-v0`` in one of its forms, and a program for it that is wrong for some inputs. The program is a mutant of
the reference solution: a wrong bound, comparison, order, start value, forgotten case and the like. It runs, and may well pass the
shown examples.

Answer
------
The whole repaired program, in any way of writing it: Python code that defines what is asked.

Verdict
-------
As in ``guru/code-v0``: CORRECT when every test passes, the shown examples and the hidden tests. The tests make every mutant of the
reference fail, so the program that is shown is WRONG, and so is the exchange of one fault for another known one.

Knobs
-----
``easiest`` and ``hardest`` bound the difficulty of the problem families (1 to 8); ``themes`` and ``families`` restrict them
(``families`` by name, of any difficulty). ``form`` is the form of the solution. ``shown`` and ``hidden`` are the numbers of tests.
The effort of a task is the number of statements and expressions of the right program, as a function.

Oracle
------
How a right program works, its values on the examples, a test that the given program fails, with both values, and the lines to
change; then the whole right program.

Running code first
------------------
``guru_envs.run_code.RunCode`` and ``RunCodeVector`` let the policy run code, such as the program that is shown, before it answers.

Known shortcuts
---------------
The program can be left unread: whoever can solve the problem can write it anew. Who compares the statement with the program line by
line finds most faults without running it in mind, which is what is to be learned. Each problem has at least three faults to choose
from, so a fault that is usual for a family is no safe guess.

Provenance
----------
Our own families and mutants, those of ``guru/code-v0``. Repair as a task: QuixBugs (2017), HumanEvalFix (arXiv 2308.07124).

Version history
---------------
v0: first version.
"""

from __future__ import annotations

from guru_envs.domains.code._problem import RepairKnobs
from guru_envs.domains.code._programs import Programs


class CodeRepair(Programs):
    """Programs to be repaired."""

    Knobs = RepairKnobs
