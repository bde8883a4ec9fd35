"""Parts of the tables domain."""
