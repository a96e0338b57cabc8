// A finding that people accept: the reason is asked for and kept in v4ward.toml, and the squiggle goes.

import assert from 'node:assert';
import fs from 'node:fs';

import { checked, commandLine, waitForFindings, waitForRules } from '../harness/ours.mjs';
import { PATIENCE, until } from '../harness/wait.mjs';

export const workspace = 'examples';

const RULE = 'target-double-slash';
const V4_RULE = 'v4-unknown-property';
const TITLE = `Suppress ${RULE} here, in v4ward.toml`;
const REASON = 'the sorting centre reads "//" as "/"';

export async function run({ workbench, page, binary }) {
    const twice = (text, place) => text.replace(`${place}.kestrel-parcels.example/parcels"`, `${place}.kestrel-parcels.example/parcels/"`);
    fs.writeFileSync(workbench.path('parcels.json'), twice(twice(workbench.disk('parcels.json'), 'north'), 'south'));
    await workbench.open({ files: ['parcels.json'] });
    await waitForRules(workbench, [RULE, RULE]);

    // Without a reason there is no entry: not for an empty one, nor for one of spaces.
    await workbench.goToText('parcels.json', '/parcels/"');
    await workbench.press('ArrowRight');
    for (let i = 0; i < '/parcels'.length - 1; i += 1) {
        await workbench.press('ArrowRight');
    }
    const box = page.locator('.quick-input-widget:visible', { hasText: `Suppress ${RULE}` });
    await workbench.quickFix(TITLE, box);
    for (const text of ['', '   ']) {
        await box.locator('.quick-input-box input').fill(text);
        await workbench.press('Enter');
        await box.locator('.quick-input-message', { hasText: 'A reason is needed.' }).waitFor({ timeout: PATIENCE });
    }
    await workbench.screenshot('reason-needed');
    await workbench.press('Escape');
    await box.waitFor({ state: 'hidden', timeout: PATIENCE });
    assert.ok(!workbench.exists('v4ward.toml'));

    // With one, the entry is shown before it counts: the user saves it.
    await workbench.focusEditor();
    await workbench.quickFix(TITLE, box);
    await workbench.inputBox(`  ${REASON} `, `Suppress ${RULE}`);
    await workbench.tab('v4ward.toml').waitFor({ timeout: PATIENCE });
    await workbench.waitForText('[[suppress]]');
    await workbench.screenshot('entry');
    await workbench.focusEditor();
    await workbench.save();
    await until('the entry is on disk', () => workbench.exists('v4ward.toml') && workbench.disk('v4ward.toml') !== '');
    assert.strictEqual(workbench.disk('v4ward.toml'), [
        '[[suppress]]',
        `rule = "${RULE}"`,
        'path = "parcels.json"',
        'pointer = "/proxy/groups/0/endpoints/0/target"',
        'reason = "the sorting centre reads \\"//\\" as \\"/\\""',
        '',
    ].join('\n'));

    // The other one is still there, here and on the command line.
    const [left] = await waitForRules(workbench, [RULE], 'one is accepted');
    assert.strictEqual(left.line, workbench.place('parcels.json', 'south.').line);
    await workbench.openFile('parcels.json');
    await workbench.goToText('parcels.json', 'south.');
    await workbench.waitForSquiggles((all) => all.length === 1 && all[0].line === left.line);
    await workbench.screenshot('accepted');
    assert.deepStrictEqual(checked(binary, workbench.path('parcels.json')).map(({ rule, line }) => ({ rule, line })), [{ rule: RULE, line: left.line }]);

    // Without the entry the finding is back.
    fs.rmSync(workbench.path('v4ward.toml'));
    await waitForRules(workbench, [RULE, RULE], 'both are back');

    // An error in a V4 file can be accepted too; `verify` agrees.
    const file = 'parcels.v4.json';
    commandLine(binary, 'migrate', workbench.path('parcels.json'));
    fs.writeFileSync(workbench.path(file), workbench.disk(file).replace('"visibility"', '"visibilty"'));
    const told = (found) => found.some(({ rule, severity }) => rule === V4_RULE && severity === 'error');
    await workbench.openFile(file);
    await waitForFindings(workbench, told, 'the misspelt member');
    await workbench.goToText(file, 'visibilty');
    const question = page.locator('.quick-input-widget:visible', { hasText: `Suppress ${V4_RULE}` });
    await workbench.quickFix(`Suppress ${V4_RULE} here, in v4ward.toml`, question);
    await workbench.inputBox('a member of ours', `Suppress ${V4_RULE}`);
    await workbench.waitForText('[[suppress]]');
    await workbench.focusEditor();
    await workbench.save();
    await waitForFindings(workbench, (found) => found.length > 0 && !told(found), 'the error is accepted');
    const { summary } = JSON.parse(commandLine(binary, 'verify', '--format', 'json', workbench.path(file)));
    assert.deepStrictEqual([summary.valid, summary.suppressed], [1, 1]);
    assert.match(workbench.disk('v4ward.toml'), /rule = "v4-unknown-property"\npath = "parcels\.v4\.json"\npointer = "\/api\/visibilty"\n/);
}
