"""A small invented case with answers known by hand."""
