// A long migration that is cancelled on the way.

import assert from 'node:assert';
import fs from 'node:fs';

import { parcelsApi, snapshot, v4Of, verify, writeMany } from '../harness/definitions.mjs';

const COUNT = 800;

export async function run({ workbench, binary, folder }) {
    const files = writeMany(folder, 'api', COUNT, parcelsApi);
    const before = snapshot(folder);
    await workbench.open();
    await workbench.openView('v4ward');
    const tree = await workbench.tree('API Definitions');
    await tree.row('Fully migratable').waitFor();
    await tree.titleAction('Migrate All to V4');
    const dialog = await workbench.dialog(`${COUNT} definitions are fully migratable`);
    await dialog.press(`Migrate ${COUNT}`);
    const progress = await workbench.notification(/Migrating to V4.* \d+ of 800: apis\/api-/);
    // At once: a picture would take longer than many files.
    await progress.press('Cancel');
    assert.deepStrictEqual(progress.buttons, ['Cancel']);

    const told = await workbench.notification('Result of the migration: ');
    const [, written, left] = /: (\d+) written; cancelled with (\d+) files? left\.$/.exec(told.message) ?? assert.fail(told.message);
    assert.ok(Number(written) > 0 && Number(left) > 0, told.message);
    assert.strictEqual(Number(written) + Number(left), COUNT);
    const page = await workbench.webview('Result of the migration');
    assert.match(await page.locator('body').innerText(), new RegExp(`${written} written; cancelled with ${left} files? left`));
    await workbench.screenshot('report');

    const done = files.slice(0, Number(written)).map(v4Of);
    const after = snapshot(folder);
    assert.deepStrictEqual(Object.keys(after).filter((file) => !(file in before)), done, 'the first ones, no half file');
    assert.ok(files.every((file) => after[file] === before[file]), 'the V2 files are what they were');
    verify(binary, done.map((file) => workbench.path(file)));
    assert.ok(fs.readdirSync(workbench.path('apis')).every((file) => file.endsWith('.json')), 'no temporary file');
}
