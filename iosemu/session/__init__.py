"""A terminal on a device: the line editor, exec dispatch, transcripts.  Knows no host terminal."""
