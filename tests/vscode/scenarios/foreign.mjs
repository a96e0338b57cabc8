// Who edits other JSON files sees nothing of v4ward, and no program is started for them.

import assert from 'node:assert';
import fs from 'node:fs';

import { servers, verdict, waitForVerdict } from '../harness/ours.mjs';
import { root } from '../harness/tools.mjs';

const FILES = {
    'package.json': '{\n  "name": "parcels",\n  "version": "1.0.0",\n  "dependencies": { "gravitee-ui": "1" }\n}\n',
    'data.json': '{ "id": 1, "flows": [1, 2], "plans": [],, }\n',
    'tsconfig.json': '{\n  // comments are fine here\n  "compilerOptions": { "strict": true }\n}\n',
};

export async function run({ workbench, session }) {
    for (const [name, text] of Object.entries(FILES)) {
        fs.writeFileSync(workbench.path(name), text);
    }
    const others = new Set(servers(session));
    const own = () => servers(session).filter((pid) => !others.has(pid));
    await workbench.open({ files: ['package.json'] });
    for (const name of ['tsconfig.json', 'data.json']) {
        await workbench.openFile(name);
        assert.deepStrictEqual(await workbench.codeLenses(), []);
    }
    // VS Code's own check of the last file: extensions had their turn.
    const problems = await workbench.waitForProblems((rows) => rows.length > 0);
    assert.ok(problems.every(({ source }) => source !== 'v4ward'), JSON.stringify(problems));
    assert.strictEqual(await verdict(workbench), null);
    assert.strictEqual(await workbench.titleButton('Migrate to V4').count(), 0);
    await workbench.screenshot('nothing');
    assert.deepStrictEqual(own(), [], 'no program runs');

    // One definition is enough.
    fs.copyFileSync(`${root}/examples/parcels.json`, workbench.path('parcels.json'));
    await workbench.openFile('parcels.json');
    await waitForVerdict(workbench, 'Fully migratable');
    assert.strictEqual(own().length, 1);
    await workbench.openFile('package.json');
    await waitForVerdict(workbench, null);
    assert.deepStrictEqual(await workbench.codeLenses(), []);
    assert.strictEqual(await workbench.titleButton('Migrate to V4').count(), 0);
}
