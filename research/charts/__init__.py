"""Numbers → accessible SVG, in a page and as files of their own. No script, no model, no database."""
