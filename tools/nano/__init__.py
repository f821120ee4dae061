"""indictrans2-nano: the project's own small translation model, from its text to its weights."""
