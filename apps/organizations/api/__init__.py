"""Who is who and who may see what, for programs: the pages' rows, rights and services."""
