// From a V2 file to the V4 file beside it: the way most people go.

import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

export async function run({ workbench, binary, session }) {
    const before = workbench.disk('parcels.json');
    await workbench.open();
    await workbench.openFile('parcels.json');
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Migrate to V4')), 'the code lens');
    await workbench.codeLens('Migrate to V4');

    const dialog = await workbench.dialog('parcels.json');
    assert.match(dialog.detail, /parcels\.v4\.json/);
    await workbench.screenshot('summary');
    assert.ok(!workbench.exists('parcels.v4.json'), 'nothing is written before the answer');
    await dialog.press('Migrate');

    await workbench.tab('parcels.v4.json').waitFor();
    await until('two editors side by side', async () => (await workbench.tabs()).length === 2);
    await workbench.screenshot('side-by-side');
    assert.strictEqual(workbench.disk('parcels.json'), before, 'the V2 file is what it was');

    if (binary) {
        const folder = session.workspace('migrate-by-command-line', 'examples');
        execFileSync(binary, ['migrate', path.join(folder, 'parcels.json')], { stdio: 'ignore' });
        const expected = fs.readFileSync(path.join(folder, 'parcels.v4.json'), 'utf8');
        assert.strictEqual(workbench.disk('parcels.v4.json'), expected, 'what the command line writes');
    }
}
