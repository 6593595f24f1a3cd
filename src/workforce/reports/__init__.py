"""Turn protected figures into charts, tables, text, pages and a site."""
