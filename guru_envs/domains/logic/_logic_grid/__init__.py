"""Private parts of the logic-grid domain."""
