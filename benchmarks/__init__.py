"""Times, queries and memory, each against a yardstick measured in the same run: `make bench`.

`__main__` knows no Django: every step is a process of its own (`step`), so its peak of memory is its own.
"""
