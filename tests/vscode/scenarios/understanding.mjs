// What a definition means and where it goes: hover, jump, completion.

import assert from 'node:assert';

import { commandLine, waitForVerdict } from '../harness/ours.mjs';
import { untilValue } from '../harness/wait.mjs';

export const workspace = 'examples';

const count = (text, part) => text.split(part).length - 1;

export async function run({ workbench, binary }) {
    commandLine(binary, 'migrate', workbench.path('parcels.json'));
    await workbench.open({ files: ['billing.json'] });
    await workbench.waitForSquiggles((all) => all.length > 1);

    // VS Code shows the finding, once; we tell what the property is and where it goes.
    const blocked = await workbench.hover('"v3"', 'The engine that runs the API');
    await workbench.screenshot('hover-finding');
    assert.strictEqual(count(blocked, 'the API runs on the legacy engine'), 1, blocked);
    assert.match(blocked, /"v3": The old engine\. Must be left before a migration\./);
    // Where a blocker goes is no question.
    assert.doesNotMatch(blocked, /In V4/);

    await workbench.openFile('parcels.json');
    await workbench.waitForCodeLenses((lenses) => lenses[0] === 'Fully migratable');
    const hover = await workbench.hover('"flow_mode"', 'In V4: ');
    await workbench.screenshot('hover-place');
    assert.match(hover, /^flow_mode\n+Which flows of a list run for a request\./);
    assert.match(hover, /In V4: .*flowExecution.*mode/);

    // There and back.
    await workbench.goToText('parcels.json', '"flow_mode"');
    await workbench.goToDefinition();
    await active(workbench, 'parcels.v4.json');
    const v4 = workbench.disk('parcels.v4.json').split('\n');
    const there = v4.findIndex((line) => line.includes('"flowExecution"')) + 2;
    assert.match(v4[there - 1], /^ *"mode": "DEFAULT"/);
    await untilValue('the place in the V4 file', () => workbench.cursor(), ({ line, column }) => line === there && column === v4[there - 1].indexOf('"') + 1);
    await workbench.screenshot('in-v4');
    await workbench.goToDefinition();
    await active(workbench, 'parcels.json');
    await untilValue('the place it came from', () => workbench.cursor(), ({ line, column }) => {
        const from = workbench.place('parcels.json', '"flow_mode"');
        return line === from.line && column === from.column;
    });

    // A key and one of its values by the keyboard, in text that is not finished.
    const text = workbench.disk('parcels.json');
    const after = '  "version": "2.3",';
    await workbench.goTo(workbench.place('parcels.json', after).line, after.length + 1);
    await workbench.press('Enter');
    await workbench.type('"life');
    await workbench.suggestions('lifecycle_state');
    await workbench.screenshot('complete-key');
    await workbench.press('Enter');
    // A value stands there, selected: typing replaces it.
    await workbench.waitForText('"lifecycle_state": "CREATED",');
    await workbench.type('UNP');
    await workbench.suggestions('UNPUBLISHED');
    await workbench.screenshot('complete-value');
    await workbench.press('Enter');
    await workbench.waitForText('"lifecycle_state": "UNPUBLISHED",');
    await workbench.focusEditor();
    await workbench.save();
    const expected = text.replace(after, `${after}\n  "lifecycle_state": "UNPUBLISHED",`);
    assert.strictEqual(workbench.disk('parcels.json'), expected);
    JSON.parse(expected);
    await waitForVerdict(workbench, 'Fully migratable');
}

async function active(workbench, name) {
    await workbench.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
}
