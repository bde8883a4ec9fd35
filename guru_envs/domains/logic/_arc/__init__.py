"""Parts of the ARC domain."""
