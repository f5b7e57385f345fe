"""The themes of the thematic dashboards as data: a file per theme, read and checked by ``catalogue``. No tables are made here."""
