"""Any CTC checkpoint as a model of ours: folders that transformers can read, and NeMo's convolutional archives.

What needs torch or transformers is imported when a model is loaded; to describe a model, neither is.
"""
