// A workspace of two folders.

import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';

import { parcelsApi } from '../harness/definitions.mjs';
import { untilValue } from '../harness/wait.mjs';

export async function run({ workbench, folder }) {
    for (const [index, name] of ['shop', 'depot'].entries()) {
        fs.mkdirSync(path.join(folder, name));
        fs.writeFileSync(path.join(folder, name, 'api.json'), parcelsApi(index + 1));
    }
    // What is in none of the folders is none of our business.
    fs.writeFileSync(path.join(folder, 'outside.json'), parcelsApi(3));
    fs.writeFileSync(path.join(folder, 'both.code-workspace'), JSON.stringify({ folders: [{ path: 'shop' }, { path: 'depot' }] }));
    await workbench.open({ workspace: 'both.code-workspace' });
    await workbench.openView('v4ward');
    const tree = await workbench.tree('API Definitions');
    const rows = await untilValue('both definitions', () => tree.rows(), (all) => all.length === 3);
    await workbench.screenshot('tree');
    assert.deepStrictEqual(rows.slice(1).map(({ label }) => label).sort(), ['Parcels 1', 'Parcels 2']);
    assert.deepStrictEqual(rows.slice(1).map(({ description }) => description).sort(), ['depot/api.json', 'shop/api.json'], 'one can tell them apart');

    await tree.action('Parcels 2', 'Migrate to V4');
    await (await workbench.dialog('Migrate api.json to V4?')).press('Migrate');
    await workbench.notification('api.v4.json is written');
    assert.ok(workbench.exists('depot/api.v4.json') && !workbench.exists('shop/api.v4.json'));
}
