"""Programs of guru/codeio-v0: tree, text, plan, machine, generator."""
