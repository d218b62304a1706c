"""Recording the HTTP exchanges of a run, and playing them again where there is no network."""
