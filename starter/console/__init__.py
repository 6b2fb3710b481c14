"""The web console of those who handle complaints. It shows what the rules allow, explains what they refuse, and holds
no rule itself.
"""
