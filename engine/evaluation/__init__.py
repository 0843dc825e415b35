"""The papers' tables and figures, on any pack and data set."""
