"""Measures the quality of each phase against data with human truth."""
