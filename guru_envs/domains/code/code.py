"""Programming problems: write a program that passes hidden tests.

Prompt
------
A statement, a few examples, and the form of the solution: a function to complete (with docstring and examples), a function
from its description (with assertions), a program that reads standard input, or a class ``Solution`` with one method.

Answer
------
Python code that defines what is asked; it may import the standard library. With the answer format ``code`` the last complete
fenced block that defines what is asked counts.

Verdict
-------
CORRECT when every test passes: the shown examples, then the hidden tests, among them the edge cases. The code runs in the
sandbox of ``guru_envs.sandbox`` (code of more than 100,000 characters is WRONG and not run); expected values never enter
it. Returned values are compared by value and type (``True`` is not ``1``, a tuple is not a list; an int will do for a
float, floats have a tolerance of 1e-6), printed output by tokens on each line. Where many answers are right, a checker
decides. Code that does not define the asked name is NO_ANSWER. The run ends at the first test that fails; with ``partial``
all tests are run, and credit is the share that passes. The reason given shows what went wrong on a shown example; of hidden
tests it gives only the kind of failure.

Knobs
-----
``easiest`` and ``hardest`` bound the difficulty of the problem families (1 to 8); ``themes`` and ``families`` restrict them
(``families`` by name, of any difficulty). ``form`` is the form of the solution. ``shown`` and ``hidden`` are the numbers of tests.
The effort of a task is the number of statements and expressions of its reference solution, as a function.

Oracle
------
How the reference solution works, its values on the shown examples, and its text: made for the parameters of this problem,
and found by the family's name and parameters, not copied from the gold answer.

Running code first
------------------
``guru_envs.run_code.RunCode`` wraps the environment (also each one of ``make_vec``) so that the policy may run code, on the shown
examples too, before it answers: a response that ends with a ```` ```run ```` block is run, and the observation is its output and
errors, cut to a limit. The runs of an episode are limited in number and in seconds; hidden tests judge the answer only.
``RunCodeVector`` does the same for many episodes at once, in groups that share a task, over all workers of the sandbox.

Known shortcuts
---------------
Programs that return a constant or their first argument fail for every task by construction, and so do tables of the shown
examples. The problems test reading and care more than invention: the families are finite (see ``_families``), their parameters
are many.

Provenance
----------
Our own families. Each has a reference solution, a slower independent solution that confirms it, and at least three mutants
of the reference; the hidden tests of every task make every mutant fail. The forms are those of HumanEval (arXiv
2107.03374), MBPP (arXiv 2108.07732), TACO (arXiv 2312.14852) and LeetCode.

Version history
---------------
v0: first version.
"""

from __future__ import annotations

from guru_envs.domains.code._problem import CodeKnobs
from guru_envs.domains.code._programs import Programs


class Code(Programs):
    """Programs to be written."""

    Knobs = CodeKnobs
