// The same for custom resources in YAML: findings, fixes, and the commands on a file with several definitions.

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
const ours = (uri) => vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'v4ward');
const rule = (diagnostic) => (typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code);

describe('yaml', () => {
    let ledger;
    let shop;
    let api;
    let document;

    before(async () => {
        const { LABELS, LEDGER, PAGES, PARCELS } = await import('../harness/resources.mjs');
        ledger = LEDGER;
        shop = [PARCELS, PAGES, LABELS].join('---\n');
        fs.writeFileSync(file('ledger.yaml').fsPath, ledger);
        fs.writeFileSync(file('shop.yaml').fsPath, shop);
        api = await vscode.extensions.getExtension(ID).activate();
        await api.ready();
        document = await vscode.workspace.openTextDocument(file('ledger.yaml'));
        await vscode.window.showTextDocument(document);
        await until('findings', () => ours(document.uri).length > 0);
    });

    after(async () => {
        await run('workbench.action.closeAllEditors');
        // Other tests count the definitions of the workspace.
        for (const name of ['ledger.yaml', 'shop.yaml', 'shop.v4.yaml']) {
            fs.rmSync(file(name).fsPath, { force: true });
        }
    });

    it('tells findings at their places', () => {
        assert.strictEqual(document.languageId, 'yaml');
        const told = ours(document.uri).map((each) => [rule(each), document.getText(each.range)]).sort();
        assert.deepStrictEqual(told, [
            ['emulation-engine-required', 'v3'], ['endpoint-inherit-missing', 'name'], ['health-check-assertions', 'assertions'],
            ['missing-required', 'request'], ['policy-not-compatible', 'html-json'], ['wrong-type', '1.0'],
        ]);
        assert.strictEqual(api.status(document.uri).verdict, 'not-migratable');
    });

    it('gives a fix as an edit that is YAML and keeps the comments', async () => {
        const { range } = ours(document.uri).find((each) => rule(each) === 'endpoint-inherit-missing');
        const action = await until('the fix', async () => {
            const actions = await run('vscode.executeCodeActionProvider', document.uri, range, 'quickfix', 50);
            return actions.find(({ title }) => title.startsWith('Write inherit: false'));
        });
        assert.ok(action.isPreferred);
        assert.ok(await vscode.workspace.applyEdit(action.edit));
        assert.strictEqual(document.getText(), ledger.replace('# never http\n', '# never http\n        inherit: false\n'));
        await until('the finding is gone', () => ours(document.uri).every((each) => rule(each) !== 'endpoint-inherit-missing'));
        await run('undo');
        assert.strictEqual(document.getText(), ledger);
        assert.strictEqual(disk('ledger.yaml'), ledger, 'nothing was saved');
    });

    it('gives symbols and folding ranges, which VS Code has none of for YAML', async () => {
        const symbols = await run('vscode.executeDocumentSymbolProvider', document.uri);
        assert.deepStrictEqual(symbols.map(({ name }) => name), ['apiVersion', 'kind', 'metadata', 'spec']);
        const ranges = await run('vscode.executeFoldingRangeProvider', document.uri);
        const spec = ledger.split('\n').indexOf('spec:');
        assert.ok(ranges.some(({ start }) => start === spec), JSON.stringify(ranges));
    });

    it('the commands tell of each definition of a file and write one V4 file of all', async () => {
        const uri = file('shop.yaml').toString();
        const dryRun = await run('v4ward.dryRun', { uri });
        assert.strictEqual(dryRun.format, 'gko-yaml');
        assert.deepStrictEqual(dryRun.definitions.map(({ document: at, name, verdict }) => [at, name, verdict]), [
            [0, 'Parcels: all of them', 'fully-migratable'], [2, 'Labels', 'not-migratable'],
        ]);
        assert.strictEqual((await run('v4ward.fixAll', { uri, document: 2, apply: false })).fixes.length, 2);
        assert.strictEqual((await run('v4ward.fixAll', { uri, document: 0, apply: false })).edit, null);
        const preview = await run('v4ward.preview', { uri });
        assert.strictEqual(preview.text.match(/^kind: ApiV4Definition$/gm).length, 2);

        const migrated = await run('v4ward.migrate', { uri });
        assert.strictEqual(migrated.results[0].status, 'written', JSON.stringify(migrated.results[0]));
        assert.strictEqual(disk('shop.v4.yaml'), preview.text, 'what the preview has shown');
        assert.strictEqual(disk('shop.yaml'), shop, 'the safe fixes are in the V4 file only');
        const { binary } = globalThis.v4wardTask;
        if (binary) {
            execFileSync(binary, ['verify', file('shop.v4.yaml').fsPath]);
        }
        assert.strictEqual((await run('v4ward.rollback', { uri })).status, 'removed');
        assert.ok(!fs.existsSync(file('shop.v4.yaml').fsPath));
    });
});
