"""Transcripts: the text a person would copy from terminals, read, run, compared and recorded.

`read` parses, `run` types it into a lab, `compare` judges each line, `shapes` says which fields
differ from run to run and what they may be, `guard` shows that the comparison would notice a
change, `record` writes what a lab really printed.
"""
