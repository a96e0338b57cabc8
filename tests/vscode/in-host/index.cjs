// VS Code loads this file inside its extension host and calls `run`. What to run stands in the workspace.

const fs = require('node:fs');
const vscode = require('vscode');

exports.run = async () => {
    const [folder] = vscode.workspace.workspaceFolders;
    const task = JSON.parse(fs.readFileSync(vscode.Uri.joinPath(folder.uri, '.vscode', 'in-host.json').fsPath, 'utf8'));
    globalThis.v4wardTask = task;
    const Mocha = require(task.mocha);
    // An extension host that is new to its page may take a while for everything it does first.
    const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 45_000, reporter: 'base' });
    task.files.forEach((file) => mocha.addFile(file));
    const tests = [];
    await new Promise((resolve) => {
        const runner = mocha.run(resolve);
        const note = (test, error) => {
            tests.push({ name: test.fullTitle(), milliseconds: test.duration ?? 0, error });
            // After each test: what is there when the host dies is what was done.
            fs.writeFileSync(task.result, JSON.stringify({ tests }));
        };
        runner.on('pass', (test) => note(test));
        runner.on('fail', (test, error) => note(test, error.stack ?? String(error)));
    });
    if (tests.length === 0) {
        throw new Error('no tests');
    }
    if (tests.some((test) => test.error !== undefined)) {
        throw new Error('tests failed');
    }
};
