"""Chaos on a real Ray: batches run, processes are killed, and what came of it is checked from outside."""
