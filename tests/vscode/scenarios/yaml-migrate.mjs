// A custom resource that can be migrated as it is: preview, migrate, there and back, roll back.

import assert from 'node:assert';
import fs from 'node:fs';

import { snapshot, verify } from '../harness/definitions.mjs';
import { made } from '../harness/ours.mjs';
import { comments, PARCELS } from '../harness/resources.mjs';
import { until, untilValue } from '../harness/wait.mjs';

const V2 = 'parcels.yaml';
const V4 = 'parcels.v4.yaml';

export async function run({ workbench, page, binary, folder }) {
    fs.writeFileSync(workbench.path(V2), PARCELS);
    const before = snapshot(folder);
    await workbench.open({ files: [V2] });
    await workbench.waitForCodeLenses((lenses) => lenses.join() === 'Fully migratable,Migrate to V4,Preview V4', 'the code lenses');

    await preview(workbench);
    assert.deepStrictEqual(snapshot(folder), before, 'a preview writes nothing');

    await workbench.codeLens('Migrate to V4');
    const dialog = await workbench.dialog(`Migrate ${V2} to V4?`);
    assert.match(dialog.detail, /^Fully migratable/);
    assert.match(dialog.detail, /parcels\.v4\.yaml, beside the V2 file/);
    await workbench.screenshot('summary');
    await dialog.press('Migrate');
    await workbench.tab(V4).waitFor();
    await until('two editors side by side', async () => (await workbench.tabs()).map((tabs) => tabs.join()).join('|') === `${V2}|${V4}`);
    const done = await workbench.notification(`${V4} is written`);
    await workbench.screenshot('side-by-side');

    const written = workbench.disk(V4);
    assert.deepStrictEqual(snapshot(folder), { ...before, [V4]: written }, 'one file more, the V2 file is what it was');
    verify(binary, [workbench.path(V4)]);
    assert.strictEqual(written, made(binary, folder, ['migrate'], V2, PARCELS, V4), 'what the command line writes');
    assert.match(written, /^kind: ApiV4Definition$/m);
    assert.deepStrictEqual(comments(written), comments(PARCELS), 'all comments are there');
    for (const kept of ['name: "Parcels: all of them"\n', "version: '2.3'\n", '>-\n    Register parcels\n    and print labels.\n', 'parcels" # never http\n']) {
        assert.ok(written.includes(kept), kept);
    }
    await done.press('Next Steps');
    const steps = await workbench.webview(`Next steps for ${V4}`);
    assert.match(await steps.locator('body').innerText(), /kind: ApiV4Definition/, 'those of a cluster');
    await workbench.screenshot('next-steps');

    await thereAndBack(workbench, page);

    await workbench.palette('v4ward: Roll Back V4 File…');
    await workbench.notification(`${V4} is removed`);
    await until('its tab is closed', async () => !(await workbench.tabs()).flat().includes(V4));
    assert.deepStrictEqual(snapshot(folder), before, 'everything as before');
}

/** The V4 form is YAML and follows the text as it is typed. */
async function preview(workbench) {
    await workbench.codeLens('Preview V4');
    await workbench.tab(V4).waitFor();
    await workbench.waitForText('definitionVersion: V4', 1);
    await workbench.press('Control+Digit2');
    await until('its language is YAML', async () => (await workbench.statusBar()).some(({ id, text }) => id === 'status.editor.mode' && text === 'YAML'));
    await workbench.focusEditor();
    await workbench.goToText(V2, 'all of them"');
    await workbench.type('nearly ');
    await workbench.waitForText('name: "Parcels: nearly all of them"', 1);
    await workbench.screenshot('preview');
    // Half typed: no V4 form, but the reason; and back.
    await workbench.press('End');
    await workbench.press('Backspace');
    await workbench.waitForText('# parcels.yaml cannot be shown as V4.', 1);
    await workbench.screenshot('preview-of-half-typed');
    await workbench.type('"');
    await workbench.waitForText('name: "Parcels: nearly all of them"', 1);
    await workbench.palette('File: Revert File');
    await workbench.waitForText('name: "Parcels: all of them"', 1);
    await workbench.closeTab(V4);
    await workbench.focusEditor();
}

/** From a value of V2 to where it went, and back. */
async function thereAndBack(workbench, page) {
    const active = (name) => page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await workbench.focusEditor();
    await workbench.goToText(V2, 'flow_mode');
    await workbench.goToDefinition();
    await untilValue('the place in the V4 file', () => workbench.cursor(), (cursor) => {
        const { line, column } = workbench.place(V4, 'mode: DEFAULT');
        return cursor.line === line && cursor.column === column;
    });
    await active(V4);
    await workbench.screenshot('in-v4');
    await workbench.press('F12');
    await untilValue('the place it came from', () => workbench.cursor(), (cursor) => {
        const { line, column } = workbench.place(V2, 'flow_mode');
        return cursor.line === line && cursor.column === column;
    });
    await active(V2);
    await workbench.focusEditor();
}
