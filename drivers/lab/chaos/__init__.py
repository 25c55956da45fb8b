"""Chaos testing on a real Ray: batches run, processes are killed, and the outcome is checked from outside."""
