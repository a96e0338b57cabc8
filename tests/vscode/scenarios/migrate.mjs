// A definition that can be migrated as it is: preview, migrate, next steps, once more, roll back.

import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { snapshot, verify } from '../harness/definitions.mjs';
import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

export async function run({ workbench, binary, session, folder }) {
    const before = snapshot(folder);
    await workbench.open({ files: ['parcels.json'] });
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Migrate to V4')), 'the code lens');

    await preview(workbench);
    assert.deepStrictEqual(snapshot(folder), before, 'a preview writes nothing');

    await workbench.codeLens('Migrate to V4');
    const dialog = await workbench.dialog('Migrate parcels.json to V4?');
    assert.match(dialog.detail, /^Fully migratable/);
    assert.match(dialog.detail, /parcels\.v4\.json, beside the V2 file/);
    assert.match(dialog.detail, /The V2 file stays as it is/);
    assert.match(dialog.detail, /history of analytics does not follow .* before APIM 4\.12/);
    await workbench.screenshot('summary');
    assert.deepStrictEqual(snapshot(folder), before, 'nothing is written before the answer');
    await dialog.press('Migrate');

    await workbench.tab('parcels.v4.json').waitFor();
    await until('two editors side by side', async () => (await workbench.tabs()).map((tabs) => tabs.join()).join('|') === 'parcels.json|parcels.v4.json');
    const done = await workbench.notification('parcels.v4.json is written');
    assert.match(done.message, /parcels\.json stays as it is/);
    assert.deepStrictEqual(done.buttons.toSorted(), ['Next Steps', 'Roll Back']);
    await workbench.screenshot('side-by-side');
    const written = workbench.disk('parcels.v4.json');
    assert.deepStrictEqual(snapshot(folder), { ...before, 'parcels.v4.json': written }, 'one file more, the V2 file is what it was');
    verify(binary, [workbench.path('parcels.v4.json')]);
    if (binary) {
        const other = session.workspace('migrate-by-command-line', 'examples');
        execFileSync(binary, ['migrate', path.join(other, 'parcels.json')], { stdio: 'ignore' });
        assert.strictEqual(written, fs.readFileSync(path.join(other, 'parcels.v4.json'), 'utf8'), 'what the command line writes');
    }

    await done.press('Next Steps');
    const page = await workbench.webview('Next steps for parcels.v4.json');
    const steps = await page.locator('ol > li').allInnerTexts();
    for (const word of [/subscriptions/, /import the V4 file/i, /synced/, /test traffic/, /roll ?back/i]) {
        assert.ok(steps.some((step) => word.test(step)), `${word} is among the next steps: ${steps.join('\n')}`);
    }
    await workbench.screenshot('next-steps');

    await workbench.focusEditor();
    await workbench.palette('v4ward: Migrate to V4…');
    const again = await workbench.dialog('The V4 file of parcels.json is up to date');
    assert.match(again.detail, /parcels\.v4\.json holds what would be written/);
    assert.ok(!again.buttons.includes('Migrate') && again.buttons.includes('Open Side by Side'), again.buttons.join());
    await again.press('Cancel');

    await workbench.focusEditor();
    await workbench.palette('v4ward: Roll Back V4 File…');
    await workbench.notification('parcels.v4.json is removed');
    await until('its tab is closed', async () => !(await workbench.tabs()).flat().includes('parcels.v4.json'));
    assert.deepStrictEqual(snapshot(folder), before, 'everything as before');
    await workbench.focusEditor();
    await workbench.palette('v4ward: Roll Back V4 File…');
    await workbench.notification('parcels.json has no V4 file');
}

/** The V4 form follows the text as it is typed. */
async function preview(workbench) {
    await workbench.codeLens('Preview V4');
    await workbench.tab('parcels.v4.json').waitFor();
    await workbench.waitForText('"definitionVersion": "V4"', 1);
    await workbench.waitForText('"name": "Parcels"', 1);
    await workbench.focusEditor();
    const { line, column } = workbench.place('parcels.json', 'Parcels"');
    await workbench.goTo(line, column);
    await workbench.type('All ');
    await workbench.waitForText('"name": "All Parcels"', 1);
    await workbench.screenshot('preview');
    // Half typed: no V4 form, but the reason; and back.
    await workbench.press('End');
    await workbench.press('Backspace');
    await workbench.press('Backspace');
    await workbench.waitForText('cannot be shown as V4', 1);
    await workbench.screenshot('preview-of-half-typed');
    await workbench.type('",');
    await workbench.waitForText('"name": "All Parcels"', 1);
    await workbench.palette('File: Revert File');
    await workbench.waitForText('"name": "Parcels"', 1);
    await workbench.closeTab('parcels.v4.json');
    await workbench.focusEditor();
}
