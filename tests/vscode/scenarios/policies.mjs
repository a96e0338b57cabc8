// The configuration of a policy: what it may hold is offered and explained, and what V4 would refuse is told.

import assert from 'node:assert';
import fs from 'node:fs';

import { waitForRules, waitForVerdict } from '../harness/ours.mjs';

export const workspace = 'examples';

const RATE = '"rate": { "limit": 10, "periodTime": 1, "periodTimeUnit": "MINUTES" }';
const TYPED = '"rate": { "limit": "10", "periodTime": 1 }';

export async function run({ workbench }) {
    const text = workbench.disk('parcels.json');
    assert.ok(text.includes(RATE), 'the example has another text now');
    fs.writeFileSync(workbench.path('parcels.json'), text.replace(RATE, TYPED));
    await workbench.open({ files: ['parcels.json'] });

    // A number in quotes, which only V2 takes.
    const [wrong] = await waitForRules(workbench, ['policy-configuration-invalid']);
    assert.strictEqual(wrong.severity, 'error');
    await waitForVerdict(workbench, 'Migratable, but V4 would refuse it');
    await workbench.focusEditor();
    await workbench.goToText('parcels.json', '"10"');
    const squiggles = await workbench.waitForSquiggles((all) => all.length > 0);
    assert.deepStrictEqual(squiggles, [{ severity: 'error', line: wrong.line, text: '"10"' }]);
    assert.deepStrictEqual((await workbench.quickFixes('Take the quotes away')).slice(0, 2), ['Take the quotes away', 'Explain policy-configuration-invalid']);
    await workbench.screenshot('wrong-type');
    await workbench.press('Enter');
    await workbench.waitForText('"limit": 10,');
    await waitForRules(workbench, [], 'the finding is gone');
    await waitForVerdict(workbench, 'Fully migratable');

    // What else the policy takes here, and which values.
    await workbench.focusEditor();
    const { line, column } = workbench.place('parcels.json', TYPED);
    await workbench.goTo(line, column + TYPED.length - 2 - '"'.length * 2);
    await workbench.type(', "per');
    const keys = await workbench.suggestions('periodTimeUnit');
    assert.ok(!keys.some((label) => /^"?periodTime"?,/.test(label) || label.startsWith('limit')), `what is there already is not offered: ${keys}`);
    await workbench.screenshot('complete-key');
    await workbench.press('Enter');
    await workbench.waitForText('"periodTimeUnit": "SECONDS"');
    await workbench.type('MIN');
    await workbench.suggestions('MINUTES');
    await workbench.screenshot('complete-value');
    await workbench.press('Enter');
    await workbench.waitForText(RATE);

    const hover = await workbench.hover('"periodTimeUnit"', 'Unit of the period');
    assert.match(hover, /Default: "SECONDS"/);
    await workbench.screenshot('hover');
    await workbench.focusEditor();
    await workbench.save();
    assert.strictEqual(workbench.disk('parcels.json'), text, 'as it was');
    await waitForRules(workbench, []);
}
