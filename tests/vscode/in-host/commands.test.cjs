// The rest of what VS Code itself gets: lenses, hovers, jumps, completions, and the commands of extension and server.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const vscode = require('vscode');

const ID = 'v4ward.v4ward';

/** Polls until `condition` gives something true; gives that back. */
async function until(what, condition, timeout = 30_000) {
    const end = Date.now() + timeout;
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        if (Date.now() > end) {
            throw new Error(`waited ${timeout / 1000} s in vain: ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

const file = (name) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);
const disk = (name) => fs.readFileSync(file(name).fsPath, 'utf8');
const run = (command, ...words) => vscode.commands.executeCommand(command, ...words);

describe('commands', () => {
    let api;
    let document;
    const bytes = {};

    /** The position before a text of the document. */
    const at = (text, more = 0) => document.positionAt(document.getText().indexOf(text) + more);

    before(async () => {
        for (const name of ['parcels.json', 'billing.json', 'tracking.json']) {
            bytes[name] = disk(name);
        }
        api = await vscode.extensions.getExtension(ID).activate();
        await api.ready();
        document = await vscode.workspace.openTextDocument(file('tracking.json'));
        await vscode.window.showTextDocument(document);
        await until('the verdict', () => api.status(document.uri)?.verdict);
    });

    it('the interface of the extension has the status of a document', () => {
        const status = api.status(document.uri);
        assert.strictEqual(status.definition, 'v2');
        assert.strictEqual(status.verdict, 'partially-migratable');
        assert.strictEqual(status.name, 'Tracking');
        assert.strictEqual(status.counts.error, 0);
        assert.strictEqual(api.status(file('nothing.json')), undefined);
    });

    it('lenses run the commands that have dialogs', async () => {
        const lenses = await run('vscode.executeCodeLensProvider', document.uri, 10);
        const commands = lenses.map(({ command }) => command).filter((command) => command?.command !== '');
        assert.ok(lenses.every(({ range }) => range.start.line === 0));
        assert.ok(commands.some(({ title, command }) => /Migrate to V4/.test(title) && command === 'v4ward.migrateToV4'), JSON.stringify(commands));
        assert.ok(commands.some(({ title, command }) => /Preview/.test(title) && command === 'v4ward.previewV4'));
    });

    it('a hover tells where a value goes in V4', async () => {
        const hovers = await run('vscode.executeHoverProvider', document.uri, at('"override_entrypoint"', 3));
        const text = hovers.flatMap(({ contents }) => contents.map((content) => content.value ?? content)).join('\n');
        assert.match(text, /V4/);
        assert.match(text, /overrideAccess/);
    });

    it('completes keys and values', async () => {
        const labels = async (position) => (await run('vscode.executeCompletionItemProvider', document.uri, position)).items
            .map(({ label }) => (typeof label === 'string' ? label : label.label).replaceAll('"', ''));
        assert.ok((await labels(at('"BEST_MATCH"', 1))).includes('DEFAULT'), 'values');
        assert.ok((await labels(at('"description"', 1))).some((label) => label === 'path_mappings' || label === 'properties'), 'keys');
    });

    it('completes what a policy takes', async () => {
        const parcels = await vscode.workspace.openTextDocument(file('parcels.json'));
        const position = parcels.positionAt(parcels.getText().indexOf('"periodTimeUnit"') + 1);
        const { items } = await run('vscode.executeCompletionItemProvider', parcels.uri, position);
        const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
        assert.ok(labels.includes('dynamicLimit') && !labels.includes('limit'), labels.join());
    });

    it('writes down what is accepted, with the reason', async () => {
        const argument = { uri: document.uri.toString(), rule: 'groups-not-portable', pointer: '/groups', apply: false };
        const { edit } = await run('v4ward.suppress', { ...argument, reason: 'they are given on the server' });
        const text = JSON.stringify(edit);
        assert.match(text, /v4ward\.toml/);
        assert.match(text, /rule = \\"groups-not-portable\\"\\npath = \\"tracking\.json\\"/);
        assert.match(text, /reason = \\"they are given on the server\\"/);
        await assert.rejects(run('v4ward.suppress', { ...argument, rule: 'no-such-rule', reason: 'x' }));
        assert.ok(!fs.existsSync(file('v4ward.toml').fsPath));
    });

    it('offers "fix all" as a source action of its own', async () => {
        const billing = await vscode.workspace.openTextDocument(file('billing.json'));
        await vscode.window.showTextDocument(billing);
        const whole = new vscode.Range(0, 0, billing.lineCount, 0);
        const action = await until('the action', async () => {
            const actions = await run('vscode.executeCodeActionProvider', billing.uri, whole, 'source.fixAll.v4ward', 5);
            return actions.find(({ kind }) => kind?.value === 'source.fixAll.v4ward');
        });
        assert.ok(await vscode.workspace.applyEdit(action.edit));
        assert.notStrictEqual(billing.getText(), bytes['billing.json']);
        await run('workbench.action.files.revert');
        assert.strictEqual(billing.getText(), bytes['billing.json']);
        await vscode.window.showTextDocument(document);
    });

    it('the commands of the server give their results', async () => {
        const dryRun = await run('v4ward.dryRun', { uri: document.uri.toString() });
        assert.strictEqual(dryRun.refusal, 'needs-force');
        assert.strictEqual(dryRun.findings.length, 4);
        const all = await run('v4ward.dryRun', {});
        assert.deepStrictEqual(all.definitions.filter(({ definition }) => definition === 'v2').map(({ path }) => path), ['billing.json', 'legacy.json', 'parcels.json', 'tracking.json']);
        const preview = await run('v4ward.preview', { uri: file('parcels.json').toString() });
        assert.strictEqual(JSON.parse(preview.text).api.definitionVersion, 'V4');
        assert.match((await run('v4ward.explain', { rule: 'policy-not-compatible' })).markdown, /^# policy-not-compatible/);
        const fixes = await run('v4ward.fixAll', { uri: file('billing.json').toString(), apply: false });
        assert.strictEqual(fixes.fixes.length, 3);
        assert.ok(fixes.edit);
        assert.strictEqual((await run('v4ward.migrate', { uri: document.uri.toString() })).results[0].refusal, 'needs-force');
        assert.ok(!fs.existsSync(file('tracking.v4.json').fsPath));
        await assert.rejects(run('v4ward.dryRun', { uri: 'file:///etc/passwd' }), 'outside of the workspace');
        await assert.rejects(run('v4ward.migrate', { uri: document.uri.toString(), forse: true }), 'an unknown member');
    });

    it('migrate, jump to and fro, verify, roll back', async () => {
        const forced = await run('v4ward.migrate', { uri: document.uri.toString(), force: true });
        assert.strictEqual(forced.results[0].status, 'written');
        const { binary } = globalThis.v4wardTask;
        if (binary) {
            execFileSync(binary, ['verify', file('tracking.v4.json').fsPath]);
        }
        const titles = async (uri) => (await run('vscode.executeCodeLensProvider', uri, 10)).map(({ command }) => command?.title);
        const target = ({ targetUri, uri, targetRange, range }) => ({ uri: (targetUri ?? uri).toString(), range: targetRange ?? range });
        const there = await until('a definition', async () => (await run('vscode.executeDefinitionProvider', document.uri, at('"Address search"', 3)))[0]);
        assert.strictEqual(target(there).uri, file('tracking.v4.json').toString());
        const v4 = await vscode.workspace.openTextDocument(file('tracking.v4.json'));
        await vscode.window.showTextDocument(v4);
        await until('the lens', async () => (await titles(v4.uri)).join() === 'Everything transferred from tracking.json');
        const back = await until('the way back', async () => (await run('vscode.executeDefinitionProvider', v4.uri, v4.positionAt(v4.getText().indexOf('"Address search"') + 3)))[0]);
        assert.strictEqual(target(back).uri, document.uri.toString());
        assert.ok(target(back).range.contains(at('"Address search"', 3)) || target(back).range.start.line === at('"Address search"').line);

        // What no V4 import would take is found in the V4 file.
        const edit = new vscode.WorkspaceEdit();
        const place = v4.getText().indexOf('"definitionVersion": "V4"');
        edit.replace(v4.uri, new vscode.Range(v4.positionAt(place), v4.positionAt(place + '"definitionVersion": "V4"'.length)), '"definitionVersion": "V4", "type": 5');
        assert.ok(await vscode.workspace.applyEdit(edit));
        await until('a finding', () => vscode.languages.getDiagnostics(v4.uri).some(({ source }) => source === 'v4ward'));
        await run('workbench.action.files.revert');
        await until('no findings', () => vscode.languages.getDiagnostics(v4.uri).every(({ source }) => source !== 'v4ward'));

        assert.strictEqual((await run('v4ward.rollback', { uri: document.uri.toString() })).status, 'removed');
        assert.ok(!fs.existsSync(file('tracking.v4.json').fsPath));
        for (const [name, text] of Object.entries(bytes)) {
            assert.strictEqual(disk(name), text, `${name} is what it was`);
        }
    });

    it('a page for each rule', async () => {
        const page = await vscode.workspace.openTextDocument(vscode.Uri.parse('v4ward-rule:/policy-not-compatible.md'));
        assert.match(page.getText(), /^# policy-not-compatible/);
    });

    it('says what it found again after a restart of the server', async () => {
        await vscode.window.showTextDocument(document);
        await run('v4ward.restartServer');
        await until('the verdict', () => api.status(document.uri)?.verdict === 'partially-migratable');
        await until('findings', () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'v4ward').length === 4);
    });
});
