"""Benchmarks of what orchestration costs, compared with a bare loop and a bare pool, and of where our own time goes."""
