"""Which futures: sampled uncertainties, and what each view's beliefs weigh on them."""
