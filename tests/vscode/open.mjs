#!/usr/bin/env node
// Opens the extension in a VS Code of its own, for a person to try it: `cargo xtask vscode`.

import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { CodeServer } from './harness/server.mjs';
import { check, root, target } from './harness/tools.mjs';

const HELP = `Usage: tests/vscode/open.mjs --vsix FILE [--port N]

Starts a VS Code with the extension and a copy of examples/, prints its address, and runs until Ctrl+C. Everything it
writes is in target/try-vscode, which is made anew each time. The tools come from tests/vscode/setup.sh.
`;

/** Settings other than those of the tests: this one is for people. */
const SETTINGS = { 'workbench.reduceMotion': 'auto', 'editor.stickyScroll.enabled': true };

async function main() {
    const { values } = parseArgs({
        options: { vsix: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help || !values.vsix) {
        (values.help ? process.stdout : process.stderr).write(HELP);
        return values.help ? 0 : 2;
    }
    check({ withBrowser: false });
    const folder = path.join(target, 'try-vscode');
    fs.rmSync(folder, { recursive: true, force: true });
    const workspace = path.join(folder, 'examples');
    fs.cpSync(path.join(root, 'examples'), workspace, { recursive: true });

    const server = new CodeServer(path.join(folder, 'server'));
    server.settings(SETTINGS);
    const stopped = new Promise((resolve) => {
        ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.once(signal, resolve));
    });
    server.install(path.resolve(values.vsix));
    // A page that was closed can be opened again with what it had.
    await server.start({ port: values.port === undefined ? undefined : Number(values.port), grace: 3600 });
    const ended = new Promise((resolve) => server.onEnd(resolve));
    process.stdout.write(`
VS Code with v4ward:  http://${server.authority}/?folder=${encodeURIComponent(workspace)}

Open billing.json first, and the v4ward view in the bar at the left.
Its files are a copy of examples/, in ${path.relative(process.cwd(), workspace)}. Stop with Ctrl+C.
`);
    await Promise.race([stopped, ended]);
    await server.stop();
    return 0;
}

main().then(
    (code) => process.exit(code),
    (error) => {
        console.error(error.message ?? error);
        process.exit(2);
    },
);
