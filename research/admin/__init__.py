"""The team's workbench. `site.Workbench` registers what `records` describes."""
