"""Parts of the propositional domain."""
