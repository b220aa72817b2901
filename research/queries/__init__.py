"""What pages ask of the tables. Every function goes through `.public()` and takes a fixed number of queries."""
