"""The public pages: a view asks a query and fills a template. Nothing here writes."""
