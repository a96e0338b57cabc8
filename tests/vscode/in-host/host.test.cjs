// That the suite runs where extensions run.

const assert = require('node:assert');
const vscode = require('vscode');

describe('host', () => {
    it('is the real one, with the extension in it', () => {
        assert.ok(vscode.extensions.all.some((extension) => extension.id.startsWith('v4ward.')));
        assert.strictEqual(vscode.workspace.workspaceFolders.length, 1);
    });
});
