"""A teacher's review of what the phases found: accepting or rejecting corrections, and editing feedback."""
