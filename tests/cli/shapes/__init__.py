"""The hard shapes of IOS configuration in the grammar notation, on paper classes.

They are the proof that the notation can say them; nothing here is simulated.
"""
