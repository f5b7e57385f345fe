"""Tables of CBS as they are served, fetched politely and kept on disk. What the figures mean is not decided here."""
