"""The test model of the benchmark: 150 armed groups in two networks, and the society, market and levers around them."""
