"""The bundled domains, one file each, grouped by family."""
