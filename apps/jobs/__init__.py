"""Work left for later: job rows with progress, stored files, event rows."""
