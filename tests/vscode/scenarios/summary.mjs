// The summary of a migration, before anything is written: what V4 does otherwise than the legacy engine, and which values
// stand in the V4 file in another form.

import assert from 'node:assert';
import fs from 'node:fs';

import { snapshot } from '../harness/definitions.mjs';
import { waitForRules, waitForVerdict } from '../harness/ours.mjs';

export const workspace = 'examples';

/** A step that works on the body, listed before one that does not. */
const FIRST = `"pre": [
        {
          "name": "To JSON",
          "policy": "xml-json",
          "enabled": true,
          "configuration": { "scope": "REQUEST" }
        },
        {
          "name": "Tell the centre who asks",`;

export async function run({ workbench, folder }) {
    const modern = workbench.disk('parcels.json').replace(/"pre": \[\s*\{\s*"name": "Tell the centre who asks",/, () => FIRST);
    assert.ok(modern.includes(FIRST), 'the example has another text now');
    fs.writeFileSync(workbench.path('parcels.json'), modern.replace('"v4-emulation-engine"', '"v3"'));
    const before = snapshot(folder);
    await workbench.open({ files: ['parcels.json'] });
    const found = await waitForRules(workbench, ['emulation-engine-required', 'legacy-plan-selection', 'legacy-policy-order']);
    assert.deepStrictEqual(found.map(({ severity }) => severity), ['error', 'warning', 'warning']);
    assert.strictEqual(found[1].line, workbench.place('parcels.json', '"xml-json"').line);

    await workbench.focusEditor();
    await workbench.palette('v4ward: Show Migration Summary');
    let page = await workbench.webview('Migration of Parcels');
    await workbench.screenshot('legacy');
    assert.deepStrictEqual(await page.locator('h2').allInnerTexts(), ['Blockers', 'Requests handled differently', 'Safe fixes', 'Notices', 'After the migration']);
    const items = await page.locator('h2', { hasText: 'Requests handled differently' }).locator('xpath=following-sibling::ul[1]/li').allInnerTexts();
    assert.strictEqual(items.length, 1, items.join('\n'));
    assert.match(items[0], /legacy-plan-selection at \/plans\/0\/security/);
    // The order is settled by a safe fix.
    assert.match(await page.locator('body').innerText(), /List the steps in the order of the legacy engine at/);

    // On the other engine nothing blocks, and the V4 file can be told of.
    await workbench.focusEditor();
    await workbench.goToText('parcels.json', '"v3"');
    await workbench.quickFix('Set the emulation engine');
    await (await workbench.refactorPreview()).apply();
    await workbench.waitForText('"v4-emulation-engine"');
    await waitForVerdict(workbench, 'Fully migratable');
    await workbench.focusEditor();
    await workbench.palette('v4ward: Show Migration Summary');
    page = await workbench.webview('Fully migratable');
    const titles = await page.locator('h2').allInnerTexts();
    await workbench.screenshot('converted');
    assert.ok(titles.includes('Converted') && !titles.includes('Requests handled differently'), titles.join());
    const rows = await page.locator('h2', { hasText: 'Converted' }).locator('xpath=following-sibling::table[1]/tbody/tr').allInnerTexts();
    const path = rows.find((row) => row.includes('/proxy/virtual_hosts/0/path'));
    assert.match(path ?? rows.join('\n'), /\/api\/listeners\/0\/paths\/0\/path/);
    assert.deepStrictEqual(snapshot(folder), before, 'nothing is written');
}
