"""The editing side of sources: what stands beside their form; `research.admin.records` puts it together."""
