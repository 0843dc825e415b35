"""The artist's preferences: a table of data that is the dialog as well."""
