"""Tests to be written: a description of a function is shown, and a few assertions have to tell right programs from wrong ones.

Prompt
------
What a function does, in words, with a few calls and their values. How many wrong functions there are is told; they are not shown.

Answer
------
Python code with 1 to 8 assertions ``assert f(...) == ...`` with plain values (which may also stand on the left), at the top level
or in test functions. Imports and expressions such as texts and calls stand there without effect: nothing of the answer is
evaluated but its literals.

Verdict
-------
CORRECT when every test holds for a right function and each of the wrong functions fails at least one test; they run in the sandbox
of ``guru_envs.sandbox``. Tests with the arguments of a shown example have to hold, but find nothing. WRONG: a test that does not
hold, or wrong functions that pass all tests; with ``partial``, credit is the share of wrong functions found. NO_ANSWER: no tests, or
other statements than such assertions. The reason names the first test that does not hold, or how many wrong functions pass.

Knobs
-----
``easiest`` and ``hardest`` bound the difficulty of the problem families (1 to 8); ``themes`` and ``families`` restrict them
(``families`` by name, of any difficulty). Families with several right answers are left out. ``shown`` is the number of examples.
The effort of a task is the number of statements and expressions of a right function.

Oracle
------
How a right function works, its values on the examples, then a small suite: always the test that finds most of the wrong functions
not yet found, with the number it finds.

Running code first
------------------
``guru_envs.run_code.RunCode`` and ``RunCodeVector`` let the policy run code, such as a function of its own to get values from.

Known shortcuts
---------------
Eight tests are many where the wrong functions differ from the right one for most arguments; the harder families have some that
differ for few. Arguments are checked by type only, so a test may go beyond what the statement allows; it still has to agree with
the reference.

Provenance
----------
Our own families and mutants, those of ``guru/code-v0``. Judging tests by mutants is mutation testing (DeMillo, Lipton and Sayward,
1978); as a task for language models: TestGenEval (arXiv 2410.00752).

Version history
---------------
v0: first version.
"""

from __future__ import annotations

from guru_envs.domains.code._problem import SuiteKnobs
from guru_envs.domains.code._programs import Programs


class CodeTests(Programs):
    """Tests to be written."""

    Knobs = SuiteKnobs
