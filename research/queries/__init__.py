"""What pages ask of the tables: always through `.public()`, always in a fixed number of queries."""
