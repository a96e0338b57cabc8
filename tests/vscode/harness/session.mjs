// One browser and one code-server for a run; a workspace folder and a page for each scenario.

import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';

import { CodeServer } from './server.mjs';
import { artefacts, browser, here, load, root } from './tools.mjs';
import { PATIENCE, until } from './wait.mjs';
import { Workbench } from './workbench.mjs';

const ARGUMENTS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

export class Session {
    /** @type {import('playwright-core').BrowserContext} */
    #context;
    /** @type {Set<string>} */
    #asked = new Set();

    /**
     * @param {{ scratch: string, vsix?: string, binary?: string, pictures?: string }} options `binary`: default is the one
     * in the VSIX; `pictures`: where they go
     */
    constructor({ scratch, vsix, binary, pictures }) {
        this.scratch = scratch;
        this.vsix = vsix;
        this.binary = binary;
        this.pictures = pictures;
        this.server = new CodeServer(path.join(scratch, 'server'));
    }

    async start() {
        if (this.vsix) {
            this.installed = this.server.install(this.vsix);
            this.binary ??= this.server.bundled();
        }
        await this.server.start();
        const { chromium } = load('playwright-core');
        // A context that lasts: the second page then has VS Code's scripts in the cache. What VS Code itself remembers
        // belongs to the workspace's folder, which is another one each time.
        this.#context = await chromium.launchPersistentContext(path.join(this.scratch, 'browser'), {
            executablePath: browser(),
            headless: true,
            args: ARGUMENTS,
            viewport: { width: 1400, height: 900 },
            reducedMotion: 'reduce',
        });
        await this.#context.grantPermissions(['clipboard-read', 'clipboard-write']);
        // Nothing but our own server may be asked for anything; the run fails when something was.
        await this.#context.route('**/*', (route) => {
            const url = new URL(route.request().url());
            if (url.hostname === '127.0.0.1' || ['data:', 'blob:'].includes(url.protocol)) {
                return route.continue();
            }
            this.#asked.add(url.href);
            return route.abort();
        });
    }

    async stop() {
        await this.#context?.close().catch(() => {});
        await this.server.stop();
    }

    /** The foreign addresses that pages have asked since the last call. */
    foreign() {
        const asked = [...this.#asked];
        this.#asked.clear();
        return asked;
    }

    /**
     * Runs a scenario in a workspace of its own.
     * @param {{ name: string, workspace?: string, settings?: object, viewport?: { width: number, height: number }, run: (context: object) => Promise<void> }} scenario
     */
    async scenario(scenario) {
        const folder = this.workspace(scenario.name, scenario.workspace);
        this.server.settings(scenario.settings ?? {});
        await this.#testDriver(false);
        const page = await this.#context.newPage();
        const log = path.join(artefacts, `${scenario.name}.console.log`);
        this.#record(page, log);
        if (scenario.viewport) {
            await page.setViewportSize(scenario.viewport);
        }
        const { authority, settingsFile } = this.server;
        const workbench = new Workbench(page, { folder, shots: artefacts, name: scenario.name, authority, settingsFile });
        try {
            await scenario.run({ workbench, page, folder, session: this, binary: this.binary, pictures: this.pictures, root });
            const foreign = this.foreign();
            if (foreign.length > 0) {
                throw new Error(`the page asked foreign addresses: ${foreign.join(', ')}`);
            }
        } catch (error) {
            error.screenshot = await workbench.screenshot('FAILED').catch(() => undefined);
            error.log = fs.existsSync(log) ? log : undefined;
            throw error;
        } finally {
            await this.#leave(page);
        }
    }

    /** A new folder for a workspace, with a copy of `workspaces/NAME` if there is one, else of that folder of the repository. */
    workspace(name, source) {
        const folder = path.join(this.scratch, 'workspaces', name.replaceAll(/[^\w-]+/g, '-'));
        fs.rmSync(folder, { recursive: true, force: true });
        fs.mkdirSync(folder, { recursive: true });
        if (source) {
            const own = path.join(here, 'workspaces', source);
            fs.cpSync(fs.existsSync(own) ? own : path.join(root, source), folder, { recursive: true });
        }
        return folder;
    }

    /**
     * Runs the Mocha suite of `in-host/` inside the extension host.
     * @param {{ name: string, workspace?: string, files: string[] }} options
     */
    async inHost({ name, workspace, files, settings }) {
        const folder = this.workspace(name, workspace);
        this.server.settings(settings ?? {});
        await this.#testDriver(true);
        const { authority } = this.server;
        const page = await this.#context.newPage();
        const log = path.join(artefacts, `${name}.console.log`);
        this.#record(page, log);
        let exit;
        await page.exposeFunction('codeAutomationLog', (type, words) => {
            const text = format(...words);
            fs.appendFileSync(log, `[${type}] ${text}\n`);
        });
        await page.exposeFunction('codeAutomationExit', (code) => {
            exit = { code };
        });
        const result = path.join(this.scratch, `${name}.result.json`);
        fs.rmSync(result, { force: true });
        // The suite runs in a process that we do not start, so it reads from the workspace what it is to do.
        const task = { mocha: load.resolve('mocha'), files: files.map((file) => path.join(here, 'in-host', file)), result, binary: this.binary, root };
        fs.mkdirSync(path.join(folder, '.vscode'), { recursive: true });
        fs.writeFileSync(path.join(folder, '.vscode', 'in-host.json'), JSON.stringify(task));
        const remote = (file) => `vscode-remote://${authority}${file}`;
        const payload = [
            ['extensionTestsPath', remote(path.join(here, 'in-host', 'index.cjs'))],
            // There must be one; the extension under test is the installed one.
            ['extensionDevelopmentPath', remote(path.join(here, 'in-host', 'empty'))],
            ['skipWelcome', 'true'],
        ];
        try {
            const query = `folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
            await page.goto(`http://${authority}/?${query}`, { waitUntil: 'commit', timeout: PATIENCE });
            await until('the suite in the extension host ends', () => exit, { timeout: 180_000 });
            const report = fs.existsSync(result) ? JSON.parse(fs.readFileSync(result, 'utf8')) : { tests: [], error: 'the suite did not run' };
            const foreign = this.foreign();
            if (foreign.length > 0) {
                report.error ??= `the page asked foreign addresses: ${foreign.join(', ')}`;
            }
            if (exit.code !== 0) {
                report.error ??= `the extension host ended with ${exit.code}; see ${log}`;
            }
            return report;
        } catch (error) {
            fs.mkdirSync(artefacts, { recursive: true });
            error.screenshot = path.join(artefacts, `${name}-FAILED.png`);
            await page.screenshot({ path: error.screenshot }).catch(() => {});
            error.log = log;
            throw error;
        } finally {
            await this.#leave(page);
        }
    }

    /** Scenarios and the suite in the extension host need different servers; see `CodeServer.start`. */
    async #testDriver(testDriver) {
        if (this.server.testDriver !== testDriver) {
            await this.server.stop();
            await this.server.start({ testDriver });
        }
    }

    /** Writes what the page says on its console. */
    #record(page, file) {
        fs.mkdirSync(artefacts, { recursive: true });
        fs.rmSync(file, { force: true });
        page.on('console', (message) => fs.appendFileSync(file, `${message.type()}: ${message.text()}\n`));
        page.on('pageerror', (error) => fs.appendFileSync(file, `page error: ${error.stack}\n`));
        // "Leave site?" of an unsaved editor.
        page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
    }

    /** Closes a page. Its extension host ends some seconds later (`--reconnection-grace-time`). */
    async #leave(page) {
        await page.close({ runBeforeUnload: false }).catch(() => {});
    }
}
