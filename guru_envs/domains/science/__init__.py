"""Problems of the natural sciences."""
