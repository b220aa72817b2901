"""Pure functions over text: no models, no database, no settings beyond the active language."""
