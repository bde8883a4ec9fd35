"""Problem families: parameters, words, inputs, a reference solution, a brute force and mutants."""
