#!/usr/bin/env node
// Runs the extension in a real VS Code. Builds nothing. See HELP.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Session } from './harness/session.mjs';
import { artefacts, check, here, root } from './harness/tools.mjs';

const HELP = `Usage: tests/vscode/run.mjs --vsix FILE [--binary FILE] [--only NAME]... [--pictures] [--keep] [--list]

Runs the extension in a real VS Code (code-server in headless Chromium): the scenarios in scenarios/, then the Mocha suite
in-host/ inside the extension host. One line for each, with its time; exit code 1 when one failed, 2 when nothing could run.

  --vsix FILE     the extension, as \`npm run package\` in vscode-extension/ makes it
  --binary FILE   the v4ward program, for what scenarios compare with the command line; default: the one in the VSIX
  --only NAME     only scenarios whose name has this in it; may be repeated. The suite's name is "in-host"
  --pictures      take the pictures of the extension's README (vscode-extension/images) anew, and nothing else
  --keep          keep the scratch folder (workspaces, settings, logs of VS Code) and tell where it is
  --list          list the scenarios

The tools come from tests/vscode/setup.sh; chromium must be installed. Screenshots and logs: target/e2e/vscode/.
`;

/** A scenario is a module of scenarios/ that exports `run`, and maybe `workspace`, `settings`, `viewport`; or several in `scenarios`. */
async function scenarios() {
    const folder = path.join(here, 'scenarios');
    const files = fs.readdirSync(folder).filter((file) => file.endsWith('.mjs')).sort();
    const found = [];
    for (const file of files) {
        const module = await import(path.join(folder, file));
        const base = path.basename(file, '.mjs');
        for (const each of module.scenarios ?? [module]) {
            found.push({ name: each.name ?? base, workspace: each.workspace, settings: each.settings, viewport: each.viewport, only: each.only, run: each.run });
        }
    }
    return found;
}

function suites() {
    return fs.readdirSync(path.join(here, 'in-host')).filter((file) => file.endsWith('.test.cjs')).sort();
}

const seconds = (start) => `${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s`;

async function main() {
    const { values } = parseArgs({
        options: {
            vsix: { type: 'string' },
            binary: { type: 'string' },
            only: { type: 'string', multiple: true, default: [] },
            pictures: { type: 'boolean', default: false },
            keep: { type: 'boolean', default: false },
            list: { type: 'boolean', default: false },
            help: { type: 'boolean', short: 'h', default: false },
        },
    });
    if (values.help) {
        process.stdout.write(HELP);
        return 0;
    }
    const wanted = (name) => values.only.length === 0 || values.only.some((only) => name.includes(only));
    const chosen = (await scenarios()).filter(({ name, only }) => (values.pictures ? only === 'pictures' : !only && wanted(name)));
    const files = wanted('in-host') && !values.pictures ? suites() : [];
    if (values.list) {
        [...chosen.map(({ name }) => name), ...files.map((file) => `in-host: ${file}`)].forEach((name) => console.log(name));
        return 0;
    }
    if (!values.vsix || !fs.existsSync(values.vsix)) {
        process.stderr.write(values.vsix ? `no such file: ${values.vsix}\n` : HELP);
        return 2;
    }
    check();
    fs.rmSync(artefacts, { recursive: true, force: true });
    fs.mkdirSync(artefacts, { recursive: true });

    const began = Date.now();
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'v4ward-vscode-'));
    const absolute = (file) => (file ? path.resolve(file) : undefined);
    const pictures = path.join(root, 'vscode-extension', 'images');
    const session = new Session({ scratch, vsix: absolute(values.vsix), binary: absolute(values.binary), pictures });
    let failed = 0;
    let passed = 0;
    const fail = (name, start, error) => {
        failed += 1;
        console.log(`FAILED ${seconds(start)}  ${name}`);
        console.log(`${error.stack ?? error}`.replaceAll(/^/gm, '    '));
        for (const [what, file] of [['picture', error.screenshot], ['console', error.log]]) {
            if (file) {
                console.log(`    ${what}: ${file}`);
            }
        }
    };
    const end = async () => {
        await session.stop();
        if (values.keep) {
            console.log(`kept: ${scratch}`);
        } else {
            fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
        }
    };
    for (const signal of ['SIGINT', 'SIGTERM']) {
        process.once(signal, () => end().finally(() => process.exit(130)));
    }
    try {
        await session.start();
        console.log(`ready  ${seconds(began)}  ${session.installed.split('\n').join(', ')}`);
        for (const scenario of chosen) {
            const start = Date.now();
            try {
                await session.scenario(scenario);
                passed += 1;
                console.log(`passed ${seconds(start)}  ${scenario.name}`);
            } catch (error) {
                fail(scenario.name, start, error);
            }
        }
        if (files.length > 0) {
            const start = Date.now();
            try {
                const report = await session.inHost({ name: 'in-host', workspace: 'examples', files });
                for (const test of report.tests) {
                    if (test.error === undefined) {
                        passed += 1;
                        console.log(`passed ${(test.milliseconds / 1000).toFixed(1).padStart(6)} s  in-host: ${test.name}`);
                    } else {
                        fail(`in-host: ${test.name}`, Date.now() - test.milliseconds, { stack: test.error });
                    }
                }
                if (report.error !== undefined && report.tests.every((test) => test.error === undefined)) {
                    fail('in-host', start, { stack: report.error });
                }
                console.log(`       ${seconds(start)}  in-host, all`);
            } catch (error) {
                fail('in-host', start, error);
            }
        }
    } catch (error) {
        fail('start', began, error);
    } finally {
        if (failed > 0) {
            keepLogs(session);
        }
        await end();
    }
    console.log(`${passed} passed, ${failed} failed in${seconds(began)}; pictures and logs: ${path.relative(process.cwd(), artefacts) || '.'}`);
    return failed === 0 && passed > 0 ? 0 : 1;
}

/** Copies VS Code's own logs to the artefacts. */
function keepLogs(session) {
    if (fs.existsSync(session.server.log)) {
        fs.copyFileSync(session.server.log, path.join(artefacts, 'server.log'));
    }
    const logs = session.server.logs();
    if (logs) {
        fs.cpSync(logs, path.join(artefacts, 'logs'), { recursive: true });
    }
}

main().then(
    (code) => process.exit(code),
    (error) => {
        console.error(error.message ?? error);
        process.exit(2);
    },
);
