"""People as judges: a page on which they compare two essays side by side, and the same in CSV files.

Both read from the store which comparisons a batch waits for, and deliver each decision to the batch at once.
"""
