"""The open figures of the police, fetched politely and kept on disk. What they are compared with is not decided here."""
