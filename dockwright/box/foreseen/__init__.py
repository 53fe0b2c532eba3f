"""Questions foreseen: what the last run asked of a box, asked at once by this one.

- `known`: which questions those are, from run to run; pure.
- `file`: where they are kept.
- `script`: the one script that asks them all, and what it says; pure.
- `asker`: for whom one asks.
- `asked`: when they are sent, and for how long what was said is an answer.
"""
