"""The deterministic half of Amends: the contract, the pure core and the complaint workflow."""
