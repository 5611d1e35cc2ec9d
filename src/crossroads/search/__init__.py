"""What needs new runs: may sample, simulate and analyse again."""
