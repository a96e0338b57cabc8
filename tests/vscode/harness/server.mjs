// An isolated code-server: own home, settings, extensions and port.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { codeServer, node24 } from './tools.mjs';
import { until } from './wait.mjs';

/** What makes VS Code quiet, offline and the same each time. */
export const SETTINGS = {
    'security.workspace.trust.enabled': false,
    'workbench.startupEditor': 'none',
    'workbench.welcomePage.walkthroughs.openOnInstall': false,
    'workbench.enableExperiments': false,
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.editor.enablePreview': true,
    // A notification that hides itself while a test looks for it is a race.
    'workbench.reduceMotion': 'on',
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'update.showReleaseNotes': false,
    // Not false, its old spelling: VS Code would rewrite the file, and lose what a test writes into it meanwhile.
    'extensions.autoUpdate': 'off',
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'git.enabled': false,
    'chat.disableAIFeatures': true,
    'chat.commandCenter.enabled': false,
    'json.schemaDownload.enable': false,
    'files.autoSave': 'off',
    'files.hotExit': 'off',
    'editor.accessibilitySupport': 'off',
    'editor.minimap.enabled': false,
    'editor.stickyScroll.enabled': false,
    // Long texts would be cut where no test can see them.
    'editor.wordWrap': 'off',
    'editor.stopRenderingLineAfter': -1,
    'window.restoreWindows': 'none',
};

export class CodeServer {
    /** @type {import('node:child_process').ChildProcess | undefined} */
    #process;

    /** @param {string} folder a scratch folder of its own */
    constructor(folder) {
        this.folder = folder;
        this.home = path.join(folder, 'home');
        this.data = path.join(folder, 'data');
        this.extensions = path.join(folder, 'extensions');
        this.log = path.join(folder, 'server.log');
        this.settingsFile = path.join(this.data, 'User', 'settings.json');
        this.port = 0;
        for (const each of [this.home, this.extensions, path.dirname(this.settingsFile)]) {
            fs.mkdirSync(each, { recursive: true });
        }
        fs.writeFileSync(path.join(folder, 'config.yaml'), 'auth: none\n');
        this.settings({});
    }

    /** `127.0.0.1:PORT`, as it stands in the address bar. */
    get authority() {
        return `127.0.0.1:${this.port}`;
    }

    /**
     * Writes the user's settings: the common ones and `more`. For pages that are opened after it: an open one does not
     * watch this file. See `Workbench.userSettings` and `workspaceSettings`.
     */
    settings(more) {
        fs.writeFileSync(this.settingsFile, JSON.stringify({ ...SETTINGS, ...more }, null, 2));
    }

    #arguments(...more) {
        const { folder, data, extensions } = this;
        const common = ['--config', path.join(folder, 'config.yaml'), '--user-data-dir', data, '--extensions-dir', extensions];
        return [codeServer, ...common, ...more];
    }

    #environment() {
        const kept = ['PATH', 'LANG', 'LC_ALL', 'TERM', 'USER', 'TZ'];
        const environment = Object.fromEntries(kept.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
        return {
            ...environment,
            PATH: `${path.dirname(node24)}${path.delimiter}${process.env.PATH}`,
            HOME: this.home,
            // No marketplace: otherwise server and page ask open-vsx.org.
            EXTENSIONS_GALLERY: '{}',
            V4WARD_E2E: '1',
        };
    }

    /** Installs a VSIX; gives the installed extensions, one `ID@VERSION` a line. */
    install(vsix) {
        const run = (...more) => {
            const done = spawnSync(node24, this.#arguments(...more), { env: this.#environment(), encoding: 'utf8', timeout: 120_000 });
            if (done.status !== 0) {
                throw new Error(`code-server ${more.join(' ')} ended with ${done.status ?? done.signal}:\n${done.stdout}${done.stderr}`);
            }
            return done.stdout;
        };
        run('--install-extension', path.resolve(vsix), '--force');
        return run('--list-extensions', '--show-versions').trim();
    }

    /** The v4ward program inside the installed extension, if it has one. */
    bundled() {
        const folders = fs.readdirSync(this.extensions).filter((name) => name.startsWith('v4ward.'));
        return folders.map((name) => path.join(this.extensions, name, 'bin', 'v4ward')).find((file) => fs.existsSync(file));
    }

    /**
     * @param {{ testDriver?: boolean, port?: number, grace?: number }} [options] `testDriver`: pages take
     *   `extensionTestsPath`, which they ignore otherwise; but they show no notification toasts then. `port`: any that is
     *   free when it is not given. `grace`: how many seconds an extension host outlives its page; the server's own
     *   default is three hours, and each scenario would leave one
     */
    async start({ testDriver = false, port, grace = 2 } = {}) {
        this.testDriver = testDriver;
        this.port = port ?? (await freePort());
        const log = fs.openSync(this.log, 'a');
        const flags = [
            '--bind-addr', this.authority, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
            '--disable-getting-started-override', '--disable-proxy',
            ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
            '--reconnection-grace-time', String(grace),
        ];
        this.#process = spawn(node24, this.#arguments(...flags), { env: this.#environment(), stdio: ['ignore', log, log] });
        fs.closeSync(log);
        let ended;
        this.#process.on('exit', (code, signal) => {
            ended = `code-server ended with ${code ?? signal}`;
        });
        await until('code-server is up', async () => {
            if (ended) {
                return true;
            }
            const answer = await fetch(`http://${this.authority}/healthz`).catch(() => null);
            return answer?.ok;
        });
        if (ended) {
            throw new Error(`${ended}:\n${fs.readFileSync(this.log, 'utf8').slice(-3000)}`);
        }
    }

    /** Calls back when it ends, asked to or not. */
    onEnd(callback) {
        this.#process?.once('exit', callback);
    }

    /** Ends it, with all extension hosts and language servers below it. */
    async stop() {
        const child = this.#process;
        this.#process = undefined;
        if (!child || child.exitCode !== null || child.signalCode !== null) {
            return;
        }
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await gone;
        clearTimeout(hard);
    }

    /** The processes below the server, as `{ pid, command }`: extension hosts, language servers. */
    processes() {
        const listing = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.trim().split('\n');
        const all = listing.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter(Boolean);
        const found = [];
        const below = new Set([this.#process?.pid]);
        for (let grown = true; grown;) {
            grown = false;
            for (const [, pid, parent, command] of all) {
                if (below.has(Number(parent)) && !below.has(Number(pid))) {
                    below.add(Number(pid));
                    found.push({ pid: Number(pid), command });
                    grown = true;
                }
            }
        }
        return found;
    }

    /** The newest log files of the extension hosts; empty when the logger was not built (setup.sh). */
    logs() {
        const folder = path.join(this.data, 'logs');
        return fs.existsSync(folder) ? folder : null;
    }
}

/** A port that is free now. */
function freePort() {
    return new Promise((resolve, reject) => {
        const probe = net.createServer();
        probe.once('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}
