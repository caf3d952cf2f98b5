#!/bin/bash
# Compares samehand with Splink on labelled files: bash benches/peers/run.sh [DATA_DIR] [NAME ...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
data=${1:-${SAMEHAND_DATA:-}}
[ $# -gt 0 ] && shift

if [ -z "$data" ] || [ ! -d "$data" ]; then
    echo "No data folder: set SAMEHAND_DATA, or name the folder: bash benches/peers/run.sh DATA_DIR." >&2
    echo "It holds NAME.csv (with the column record_id) and NAME.truth.csv (record_id,cluster_id) side by side." >&2
    exit 2
fi
binary=${SAMEHAND_BINARY:-$target/release/samehand}
if [ ! -x "$binary" ]; then
    echo "No program at $binary: build it with cargo build --release, or set SAMEHAND_BINARY." >&2
    exit 2
fi

venv=$target/peers/venv
if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    echo "Installing the pinned packages into $venv" >&2
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
fi
exec "$venv/bin/python" "$here/compare.py" "$binary" "$data" "$target/peers/work" "$@"
