"""What people are shown of a batch: the report, handouts, tables; and the files that a run leaves in its folder."""
