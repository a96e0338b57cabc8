// The workbench comes up and shows a definition.

import assert from 'node:assert';

export const workspace = 'examples';

export async function run({ workbench }) {
    await workbench.open();
    await workbench.openFile('billing.json');
    await workbench.waitForText('"name"');
    assert.deepStrictEqual(await workbench.tabs(), [['billing.json']]);
    await workbench.screenshot('open');
}
