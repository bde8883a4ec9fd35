"""The parts of the graph domain."""
