// A definition that cannot be migrated: its blockers are fixed one by one until it can.

import assert from 'node:assert';

import { snapshot, verify } from '../harness/definitions.mjs';
import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

/** The fixes of what safe fixes leave, in the order of the file. */
const FIXES = ['Set the emulation engine', 'Remove the step', 'Remove the access controls'];

export async function run({ workbench, binary, folder }) {
    const before = snapshot(folder);
    await workbench.open({ files: ['billing.json'] });
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Not migratable')), 'the verdict');
    await workbench.codeLens('Preview V4');
    await workbench.waitForText('// billing.json cannot be shown as V4.', 1);
    await workbench.waitForText('html-json', 1);
    await workbench.screenshot('preview');
    await workbench.closeTab('billing.v4.json');

    await workbench.focusEditor();
    await workbench.codeLens('Migrate to V4');
    let dialog = await workbench.dialog('billing.json cannot be migrated yet');
    assert.match(dialog.detail, /3 blockers left after the safe fixes:/);
    assert.match(dialog.detail, /policy html-json has no V4 form/);
    assert.match(dialog.detail, /Terms of payment/);
    assert.ok(!dialog.buttons.some((label) => label.startsWith('Migrate')), dialog.buttons.join());
    await workbench.screenshot('blocked');

    // Cancelled at each step: nothing changes.
    await dialog.press('Fix Blockers…');
    await workbench.quickPick('Fix blockers of billing.json');
    await workbench.press('Escape');
    await workbench.palette('v4ward: Migrate to V4…');
    dialog = await workbench.dialog('billing.json cannot be migrated yet');
    await dialog.press('Fix Blockers…');
    let pick = await workbench.quickPick('Fix blockers of billing.json');
    assert.deepStrictEqual(pick.items.map(({ label }) => label), FIXES);
    assert.match(pick.items[1].description, /line 63, policy-not-compatible/);
    await workbench.screenshot('fixes');
    await pick.choose(FIXES[1]);
    let confirm = await workbench.dialog('Change billing.json?');
    assert.match(confirm.detail, /decide whether that is right/);
    await workbench.screenshot('confirm');
    await confirm.press('Cancel');
    assert.ok(!(await workbench.dirty('billing.json')));

    // One by one; each time the rest is judged again.
    await workbench.palette('v4ward: Migrate to V4…');
    for (const [done, fix] of FIXES.entries()) {
        const left = FIXES.length - done;
        dialog = await workbench.dialog(`${left} blocker${left === 1 ? '' : 's'} left after the safe fixes:`);
        await dialog.press('Fix Blockers…');
        pick = await workbench.quickPick('Fix blockers of billing.json');
        assert.deepStrictEqual(pick.items.map(({ label }) => label), FIXES.slice(done));
        await pick.choose(fix);
        confirm = await workbench.dialog('Change billing.json?');
        await confirm.press('Make This Fix');
    }

    dialog = await workbench.dialog('Migrate billing.json to V4?');
    assert.match(dialog.detail, /After the safe fixes: fully migratable/);
    assert.match(dialog.detail, /3 safe fixes made on the way, in the V4 file only/);
    assert.match(dialog.detail, /saved/);
    await workbench.screenshot('can-be-migrated');
    assert.deepStrictEqual(snapshot(folder), before, 'the fixes are not saved');
    assert.ok(await workbench.dirty('billing.json'));
    await dialog.press('Migrate');
    await workbench.tab('billing.v4.json').waitFor();
    await workbench.notification('billing.v4.json is written');
    verify(binary, [workbench.path('billing.v4.json')]);
    const written = workbench.disk('billing.v4.json');
    assert.deepStrictEqual(snapshot(folder), { ...before, 'billing.v4.json': written }, 'the V2 file is still what it was');

    await workbench.focusEditor();
    await workbench.save();
    const fixed = workbench.disk('billing.json');
    const wanted = before['billing.json']
        .replace('"execution_mode": "v3"', '"execution_mode": "v4-emulation-engine"')
        .replace(/\{\n\s*"name": "Old statements are web pages",[\s\S]*?\n {8}\}/, '')
        .replace(/,\s*"accessControls": \[[\s\S]*?\]/, '');
    const dense = (text) => text.replaceAll(/\s/g, '');
    assert.strictEqual(dense(fixed), dense(wanted), 'the three fixes and nothing else');
    await until('the V4 file is the one of the saved text', async () => {
        await workbench.palette('v4ward: Migrate to V4…');
        const again = await workbench.dialog('The V4 file of billing.json is up to date');
        await again.press('Cancel');
        return true;
    });
}
