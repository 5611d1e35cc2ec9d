"""How it is told: words, figures, the report, the command line. Nothing here computes a number."""
