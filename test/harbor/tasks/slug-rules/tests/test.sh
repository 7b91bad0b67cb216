#!/bin/sh
[ "$PWD" = "$SLUG_HOME" ] && [ "$STRICT" = 1 ] || exit 1
python3 /tests/score.py > /logs/verifier/reward.txt
