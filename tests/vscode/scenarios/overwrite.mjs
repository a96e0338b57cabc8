// A definition that has to be forced, and everything that can stand where its V4 file goes.

import assert from 'node:assert';
import fs from 'node:fs';

import { snapshot, verify } from '../harness/definitions.mjs';
import { retry, until } from '../harness/wait.mjs';

export const workspace = 'examples';

const V4 = 'tracking.v4.json';

export async function run({ workbench, binary, folder }) {
    const before = snapshot(folder);
    await workbench.open({ files: ['tracking.json'] });
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Migrate to V4')), 'the code lens');

    await fullSummaryFirst(workbench);
    assert.deepStrictEqual(snapshot(folder), before, 'the summary writes nothing');
    const question = await workbench.notification('Migrate tracking.json to V4?');
    assert.deepStrictEqual(question.buttons.toSorted(), ['Cancel', 'Migrate Anyway']);
    await question.press('Migrate Anyway');
    await workbench.tab(V4).waitFor();
    await workbench.notification(`${V4} is written`);
    const written = workbench.disk(V4);
    verify(binary, [workbench.path(V4)]);
    assert.deepStrictEqual(snapshot(folder), { ...before, [V4]: written }, 'one file more, the V2 file is what it was');

    const changed = written.replace('Where is my parcel?', 'Lost a parcel?');
    assert.notStrictEqual(changed, written);
    fs.writeFileSync(workbench.path(V4), changed);
    await existing(workbench, written, changed);

    fs.writeFileSync(workbench.path(V4), changed);
    await rollBack(workbench, changed);
    assert.deepStrictEqual(snapshot(folder), before, 'everything as before');

    await inTheWay(workbench);
    assert.deepStrictEqual(snapshot(folder), before, 'nothing half done');
}

async function fullSummaryFirst(workbench) {
    await workbench.titleButton('Migrate to V4').click();
    const dialog = await workbench.dialog('Migrate tracking.json to V4?');
    assert.match(dialog.detail, /^Partially migratable/);
    assert.match(dialog.detail, /3 things need a look:/);
    assert.match(dialog.detail, /\(line 65\)/);
    assert.ok(dialog.buttons.includes('Migrate Anyway'), dialog.buttons.join());
    await workbench.screenshot('summary');
    await dialog.press('Show Full Summary');
    const page = await workbench.webview('Migration of Tracking');
    const headings = await page.locator('h1, h2').allInnerTexts();
    assert.ok(['Needs a look', 'Notices', 'After the migration'].every((each) => headings.includes(each)), headings.join());
    const text = await page.locator('body').innerText();
    assert.match(text, /acme-address-normaliser/);
    assert.match(text, /Values: \d+ carried over, \d+ converted, \d+ dropped/);
    assert.ok(!text.includes('not-a-real-password'), 'no secret in the summary');
    await workbench.screenshot('full-summary');
}

async function ask(workbench) {
    await workbench.focusEditor();
    await workbench.palette('v4ward: Migrate to V4…');
}

/** The V4 file is there and holds something else. */
async function existing(workbench, written, changed) {
    await ask(workbench);
    let dialog = await workbench.dialog(`Overwrite ${V4}?`);
    assert.match(dialog.detail, /exists and holds something else/);
    assert.deepStrictEqual(dialog.buttons.toSorted(), ['Cancel', 'Compare', 'Overwrite Anyway', 'Show Full Summary']);
    await workbench.screenshot('different');
    await dialog.press('Cancel');
    assert.strictEqual(workbench.disk(V4), changed, 'cancelled: it is kept');

    await ask(workbench);
    dialog = await workbench.dialog(`Overwrite ${V4}?`);
    await dialog.press('Compare');
    const diff = workbench.page.locator('.monaco-diff-editor').first();
    await diff.waitFor();
    const side = (name) => diff.locator(`.editor.${name} .view-lines[role="presentation"]`).innerText().then((text) => text.replaceAll('\u00a0', ' '));
    await until('both texts', async () => (await side('original')).includes('Lost a parcel?') && (await side('modified')).includes('Where is my parcel?'));
    await workbench.screenshot('compare');
    assert.strictEqual(workbench.disk(V4), changed, 'compared: it is kept');

    await workbench.openFile('tracking.json');
    await workbench.palette('v4ward: Migrate to V4…');
    dialog = await workbench.dialog(`Overwrite ${V4}?`);
    await dialog.press('Overwrite Anyway');
    await until('it is overwritten', () => workbench.disk(V4) === written);
    await workbench.notification(`${V4} is written`);
}

async function rollBack(workbench, changed) {
    await workbench.focusEditor();
    await workbench.palette('v4ward: Roll Back V4 File…');
    let dialog = await workbench.dialog(`Delete ${V4} although it was changed?`);
    assert.match(dialog.detail, /v4ward cannot restore it/);
    await workbench.screenshot('roll-back-changed');
    await dialog.press('Cancel');
    assert.strictEqual(workbench.disk(V4), changed, 'cancelled: it is kept');
    await workbench.palette('v4ward: Roll Back V4 File…');
    dialog = await workbench.dialog(`Delete ${V4} although it was changed?`);
    await dialog.press('Delete Anyway');
    await workbench.notification(`${V4} is removed`);
    assert.ok(!workbench.exists(V4));
}

/** Something that no file can replace stands there: known before, and appearing while the question is open. */
async function inTheWay(workbench) {
    await workbench.clearNotifications();
    // Tabs of the file that is gone close in their own time, and the focus goes elsewhere with them.
    await retry(
        'the V2 file has the focus',
        () => workbench.focusEditor(),
        () => workbench.statusItem('Partially migratable').waitFor({ timeout: 3000 }),
    );
    await ask(workbench);
    let dialog = await workbench.dialog('Migrate tracking.json to V4?');
    fs.mkdirSync(workbench.path(V4));
    await dialog.press('Migrate Anyway');
    const failed = await workbench.notification('tracking.json: ');
    assert.match(failed.message, new RegExp(V4.replaceAll('.', '\\.')));
    await workbench.screenshot('cannot-be-written');
    await failed.press('Check Again');
    dialog = await workbench.dialog('The V4 file of tracking.json cannot be written');
    assert.match(dialog.detail, /stands in the way and cannot be overwritten/);
    assert.ok(!dialog.buttons.some((label) => /Migrate|Overwrite/.test(label)), dialog.buttons.join());
    await workbench.screenshot('in-the-way');
    await dialog.press('Cancel');
    assert.deepStrictEqual(fs.readdirSync(workbench.path(V4)), [], 'the folder is what it was');
}
