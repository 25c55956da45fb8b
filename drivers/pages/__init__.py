"""Pages that the program serves on this machine for one person, or a few: what protects them, whatever they show."""
