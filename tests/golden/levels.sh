#!/usr/bin/env bash
# The same runs, built with optimisation levels 1 and 3 and for processors with wider instructions: the results must be
# the same to the last bit, and those that are recorded in testbed-three-places.toml.
#
# Only the model is built, in a folder of its own, so that no other build is thrown away.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/levels"

# Prints the hashes of a build: optimisation level, then flags of the compiler.
hashes() {
    CARGO_PROFILE_RELEASE_OPT_LEVEL=$1 RUSTFLAGS="${2:-}" cargo run --quiet --release --no-default-features \
        --features golden --bin golden
}

expected=$(hashes 3)
printf '%s\n' "$expected"
recorded=$(sed -n 's/^state_hash = "\(.*\)"$/\1/p' tests/golden/testbed-three-places.toml)
case $expected in
*"testbed-three-places seed 1 state $recorded "*) ;;
*)
    echo "the state of seed 1 is not the recorded one, $recorded" >&2
    exit 1
    ;;
esac

compare() {
    if [ "$(hashes "$@")" != "$expected" ]; then
        echo "other results with optimisation level $*" >&2
        exit 1
    fi
    echo "the same with optimisation level $*"
}

compare 1
if [ "$(uname -m)" = x86_64 ] && grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
    compare 3 "-C target-cpu=x86-64-v3"
else
    echo "this processor does not know x86-64-v3: not compared"
fi
