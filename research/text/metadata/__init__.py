"""What machines read in a page, from CSL-JSON items: Zotero's tags, COinS, and JSON-LD by schema.org."""
