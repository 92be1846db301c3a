"""The domain: facts, rules about them, and how they are kept."""
