"""The Mexico case."""
