#!/usr/bin/env bash
# Runs the language server in a real Neovim (0.7 or later), headless.
#
#   tests/neovim/run.sh --binary target/release/v4ward
#
# NVIM names another nvim than the one in PATH. Exit code 1 when a step failed, 2 when nothing could run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nvim=${NVIM:-nvim}
binary=
while [ $# -gt 0 ]; do
    case $1 in
        --binary) binary=${2:-}; shift 2 || shift ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
if [ ! -x "$binary" ]; then
    echo "run.sh: --binary needs the v4ward program, not '$binary'" >&2
    exit 2
fi
if ! command -v "$nvim" >/dev/null; then
    echo "run.sh: no $nvim; Debian's package is neovim" >&2
    exit 2
fi
binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")

scratch=$(mktemp -d "${TMPDIR:-/tmp}/v4ward-neovim.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/work" "$scratch"/{config,data,state,cache,home}
cp "$here"/../../examples/*.json "$scratch/work/"
# The configuration of docs/editors.md is tried as it stands there.
mkdir "$scratch/bin"
ln -s "$binary" "$scratch/bin/v4ward"
cd "$scratch/work"
# Nothing of the user's own Neovim takes part.
status=0
HOME=$scratch/home XDG_CONFIG_HOME=$scratch/config XDG_DATA_HOME=$scratch/data XDG_STATE_HOME=$scratch/state \
    XDG_CACHE_HOME=$scratch/cache PATH=$scratch/bin:$PATH V4WARD_BINARY=$binary \
    V4WARD_EDITORS_PAGE=$here/../../docs/editors.md \
    timeout 300 "$nvim" --headless --clean -n -i NONE -c "luafile $here/test.lua" 2>&1 || status=$?
if [ "$status" -ne 0 ] && [ -s "$scratch/cache/nvim/lsp.log" ]; then
    echo "-- Neovim's log of the language client:"
    tail -n 30 "$scratch/cache/nvim/lsp.log"
fi
exit "$status"
