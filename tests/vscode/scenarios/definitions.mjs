// All definitions of a workspace: the tree, fixes and migration of many.

import assert from 'node:assert';
import fs from 'node:fs';

import { fixableApi, parcelsApi, snapshot, v4Of, verify, writeMany } from '../harness/definitions.mjs';
import { untilValue } from '../harness/wait.mjs';

export const workspace = 'examples';

export async function run({ workbench, binary, folder }) {
    const ready = writeMany(folder, 'ready', 42, parcelsApi);
    const fixable = writeMany(folder, 'fixable', 6, (number) => fixableApi(100 + number));
    const before = snapshot(folder);
    await workbench.open();
    await workbench.openView('v4ward');
    const tree = await workbench.tree('API Definitions');

    // 6 that need a fix and billing.json; tracking.json; 42, parcels.json and legacy.json.
    await groupsAre(tree, { 'Not migratable': 7, 'Partially migratable': 1, 'Fully migratable': 44 });
    await names(tree);
    await workbench.screenshot('tree');

    fs.writeFileSync(workbench.path('another.json'), parcelsApi(200));
    await groupsAre(tree, { 'Not migratable': 7, 'Partially migratable': 1, 'Fully migratable': 45 });
    fs.rmSync(workbench.path('another.json'));
    await groupsAre(tree, { 'Not migratable': 7, 'Partially migratable': 1, 'Fully migratable': 44 });

    await fix(workbench, tree);
    const fixed = snapshot(folder);
    for (const [file, text] of Object.entries(before)) {
        const changed = fixable.includes(file) || file === 'billing.json';
        assert.strictEqual(fixed[file] !== text, changed, `${file} is ${changed ? 'fixed' : 'what it was'}`);
    }
    for (const file of fixable) {
        const rest = (text) => text.replace(/"assertions": \[.*\]/, '');
        assert.match(fixed[file], /"assertions": \["\{\(#response\.status == 200\) && \(.*\)\}"\]/);
        assert.strictEqual(rest(fixed[file]), rest(before[file]), `${file}: the fix and nothing else`);
    }
    await groupsAre(tree, { 'Not migratable': 1, 'Partially migratable': 1, 'Fully migratable': 50 });

    await migrate(workbench, tree);
    const after = snapshot(folder);
    const wanted = [...ready, ...fixable, 'parcels.json', 'legacy.json'].map(v4Of);
    assert.deepStrictEqual(Object.keys(after).filter((file) => !(file in fixed)).sort(), wanted.sort());
    assert.ok(Object.keys(fixed).every((file) => after[file] === fixed[file]), 'the V2 files are what they were');
    verify(binary, wanted.map((file) => workbench.path(file)));
    await groupsAre(tree, { 'Not migratable': 1, 'Partially migratable': 1, 'Fully migratable': 50, 'V4 definitions': 50 });
}

/** The groups with their counts. The last one is out of sight unless the long one above it is closed. */
async function groupsAre(tree, wanted) {
    const read = async () => {
        const groups = (await tree.rows()).filter(({ level }) => level === 1);
        return Object.fromEntries(groups.map(({ label, description }) => [label, Number(description)]));
    };
    if ('V4 definitions' in wanted) {
        await tree.collapse('Fully migratable');
    }
    await untilValue(`the groups ${JSON.stringify(wanted)}`, read, (seen) => JSON.stringify(seen) === JSON.stringify(wanted));
}

/** What a screen reader says. */
async function names(tree) {
    const rows = await tree.rows();
    const say = (label) => rows.find((row) => row.label === label)?.aria;
    assert.match(say('Not migratable'), /^Not migratable, 7 definitions/);
    assert.match(say('Partially migratable'), /^Partially migratable, 1 definition\b/);
    assert.match(say('Billing'), /^Billing, billing\.json, V2 definition: Not migratable, 5 errors, 1 warning, 3 problems can be fixed safely/);
    assert.match(say('Tracking'), /^Tracking, tracking\.json, V2 definition: Partially migratable, 4 warnings/);
    assert.match(say('Parcels 1'), /^Parcels 1, apis\/ready-0001\.json, V2 definition: Fully migratable, No findings/);
}

async function fix(workbench, tree) {
    await tree.titleAction('Make Safe Fixes in All Definitions');
    let dialog = await workbench.dialog('Make 9 safe fixes in 7 V2 files?');
    assert.match(dialog.detail, /These V2 files are changed and saved/);
    await dialog.press('Cancel');
    await tree.titleAction('Make Safe Fixes in All Definitions');
    dialog = await workbench.dialog('Make 9 safe fixes in 7 V2 files?');
    await workbench.screenshot('fix');
    await dialog.press('Fix 7 Files');
    await workbench.notification('Result of the fixes: 7 fixed.');
    const page = await workbench.webview('Result of the fixes');
    assert.strictEqual(await page.locator('tbody tr').count(), 7);
    await workbench.screenshot('fixed');
}

async function migrate(workbench, tree) {
    await workbench.clearNotifications();
    await tree.titleAction('Migrate All to V4');
    const dialog = await workbench.dialog('Migrate definitions to V4?');
    assert.match(dialog.detail, /50 definitions are fully migratable/);
    assert.match(dialog.detail, /1 definition is partially migratable/);
    assert.match(dialog.detail, /1 definition is not migratable as it is and is left out/);
    assert.deepStrictEqual(dialog.buttons.toSorted(), ['Cancel', 'Migrate 50', 'Migrate 51 (Force 1)']);
    await workbench.screenshot('migrate');
    await dialog.press('Migrate 50');
    await workbench.notification('Result of the migration: 50 written.');
    const page = await workbench.webview('Result of the migration');
    assert.strictEqual(await page.locator('tbody tr').count(), 50);
    assert.ok(await page.locator('ol > li').count() > 2, 'with the next steps');
    await workbench.screenshot('migrated');
}
