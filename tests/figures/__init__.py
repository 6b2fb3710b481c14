"""The figures of the desk: what they mean, on real rows."""
