"""Clock, page rendering, env readers, spreadsheet and PDF writers; no tables of its own."""
