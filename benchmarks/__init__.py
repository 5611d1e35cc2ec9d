"""What Crossroads is measured against, and how: see docs/benchmarks.md."""
