"""The project list from a workbook: template, dry run, all-or-nothing import."""
