"""A teacher's word on what the phases found: corrections accepted or rejected, feedback edited, before it goes out."""
