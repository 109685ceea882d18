"""The deadlines of a month on a sheet, with the days on which nobody works."""
