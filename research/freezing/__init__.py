"""A comparison as it stands, made into files that never change, and what differs between two such states.

`edition` reads all that a comparison says, once; `cells` lays the rows out as the table that readers see;
`pages` writes the files; `differences` compares two tables, cell by cell.
"""
