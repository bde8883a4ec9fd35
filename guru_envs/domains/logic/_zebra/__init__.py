"""The parts of the zebra domain."""
