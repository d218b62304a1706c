"""Where works are found: one file per database, and the merging of hits into works."""
