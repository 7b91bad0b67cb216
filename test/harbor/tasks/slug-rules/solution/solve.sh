#!/bin/bash
set -euo pipefail
cp /solution/slug.py /usr/src/app/slugs/slug.py
