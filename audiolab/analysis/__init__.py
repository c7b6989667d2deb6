"""Recording + recipe -> result: peaks, spectrograms, levels, loudness. No Qt, no hidden state."""
