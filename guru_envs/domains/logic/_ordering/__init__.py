"""The parts of the ordering domain."""
