"""The sgim command line, one file per verb."""
