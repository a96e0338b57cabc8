// What other extensions and VS Code itself get from the extension, by VS Code's own interface.

const assert = require('node:assert');
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
const ours = (uri) => vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'v4ward');
const rule = (diagnostic) => (typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code);

describe('extension', () => {
    let document;

    before(async () => {
        document = await vscode.workspace.openTextDocument(file('billing.json'));
        await vscode.window.showTextDocument(document);
        await until('findings', () => ours(document.uri).length > 0);
    });

    it('is active and has registered all commands that it contributes', async () => {
        const extension = vscode.extensions.getExtension(ID);
        assert.ok(extension.isActive);
        const registered = new Set(await vscode.commands.getCommands(true));
        const contributed = extension.packageJSON.contributes.commands.map(({ command }) => command);
        assert.deepStrictEqual(contributed.filter((command) => !registered.has(command)), []);
    });

    it('tells findings with rule, severity and place', () => {
        const found = ours(document.uri).find((each) => rule(each) === 'emulation-engine-required');
        assert.strictEqual(document.getText(found.range), '"v3"');
        assert.strictEqual(found.severity, vscode.DiagnosticSeverity.Error);
    });

    it('gives a fix as an edit, and undoing it gives the old text', async () => {
        const before = document.getText();
        const { range } = ours(document.uri).find((each) => rule(each) === 'endpoint-inherit-missing');
        const action = await until('the fix', async () => {
            const actions = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, 'quickfix', 50);
            return actions.find(({ title }) => title.startsWith('Write "inherit": false'));
        });
        assert.ok(action.isPreferred);
        assert.ok(await vscode.workspace.applyEdit(action.edit));
        assert.match(document.getText(), /"ledger-main".*"inherit": false/);
        await until('the finding is gone', () => ours(document.uri).every((each) => rule(each) !== 'endpoint-inherit-missing'));
        await vscode.commands.executeCommand('undo');
        assert.strictEqual(document.getText(), before);
        assert.strictEqual(fs.readFileSync(document.uri.fsPath, 'utf8'), before, 'nothing was saved');
    });

    it('says nothing about a file that is no definition', async () => {
        fs.writeFileSync(file('package.json').fsPath, '{\n  "name": "x",\n  "version": "1.0.0"\n}\n');
        const other = await vscode.workspace.openTextDocument(file('package.json'));
        await vscode.window.showTextDocument(other);
        const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', other.uri, new vscode.Position(1, 5));
        const texts = hovers.flatMap(({ contents }) => contents.map((content) => content.value ?? content));
        assert.deepStrictEqual(texts.filter((text) => /v4|gravitee/i.test(text)), []);
        assert.deepStrictEqual(ours(other.uri), []);
    });
});
