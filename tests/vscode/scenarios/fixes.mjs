// Fixes change what they say and nothing else: one by one, all at once, on saving.

import assert from 'node:assert';
import fs from 'node:fs';

import { findings, made, waitForFindings, waitForRules } from '../harness/ours.mjs';
import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

export async function run({ workbench, page, binary, folder, root }) {
    const billing = workbench.disk('billing.json');
    const write = (name, text) => fs.writeFileSync(workbench.path(name), text);
    const windows = billing.replaceAll('\n', '\r\n').replaceAll('  ', '\t').trimEnd();
    write('by-lens.json', windows);
    write('on-save.json', billing);
    await workbench.open({ files: ['billing.json'] });

    // The safe fix stands first and has the focus: Ctrl+. and Enter.
    await workbench.goToText('billing.json', '{ "name": "ledger-main"');
    const offered = await workbench.quickFixes('Write "inherit": false');
    assert.deepStrictEqual(offered, [
        'Write "inherit": false', 'Explain endpoint-inherit-missing',
        'Suppress endpoint-inherit-missing here, in v4ward.toml', 'Fix all 3 safe problems in this file',
    ]);
    await workbench.screenshot('quick-fix');
    await workbench.press('Enter');
    await workbench.waitForText('.example", "inherit": false },');
    assert.strictEqual(workbench.disk('billing.json'), billing, 'it is not saved before');
    await waitForFindings(workbench, (found) => found.length === 5 && found.every(({ rule }) => rule !== 'endpoint-inherit-missing'), 'the finding is gone');
    await workbench.focusEditor();
    await workbench.save();
    const first = billing.replace('ledger.kestrel-parcels.example" },', 'ledger.kestrel-parcels.example", "inherit": false },');
    assert.strictEqual(workbench.disk('billing.json'), first, 'the rest is what it was');

    // An unsafe fix says so, and VS Code asks before it is made.
    await workbench.goToText('billing.json', '"v3"');
    assert.deepStrictEqual(await workbench.quickFixes('Set the emulation engine'), [
        'Set the emulation engine (unsafe)', 'Explain emulation-engine-required', 'Fix all 2 safe problems in this file',
    ]);
    await workbench.quickFix('Set the emulation engine');
    const preview = await workbench.refactorPreview();
    await workbench.screenshot('unsafe-fix-asks');
    assert.strictEqual(preview.ticked, 0, 'nothing is chosen yet');
    assert.match(preview.rows.join('\n'), /billing\.json[\s\S]*"v4-emulation-engine"/);
    assert.ok(!(await workbench.dirty('billing.json')), 'nothing is made before the answer');
    await preview.apply();
    await workbench.waitForText('"execution_mode": "v4-emulation-engine",');
    await workbench.focusEditor();
    await workbench.save();
    assert.strictEqual(workbench.disk('billing.json'), first.replace('"v3"', '"v4-emulation-engine"'));
    await waitForFindings(workbench, (found) => found.length === 4 && found.every(({ rule }) => rule !== 'emulation-engine-required'), 'the blocker is gone');

    // All safe ones, by the command.
    await workbench.palette('v4ward: Make All Safe Fixes in This File');
    const told = await workbench.notification('safe fixes made');
    assert.strictEqual(told.message, '2 safe fixes made in billing.json. The file is not saved yet.');
    await workbench.screenshot('fix-all-command');
    await workbench.focusEditor();
    await workbench.save();
    const all = made(binary, folder, ['fix'], 'billing.json', first.replace('"v3"', '"v4-emulation-engine"'));
    assert.strictEqual(workbench.disk('billing.json'), all, 'what `v4ward fix` makes');
    await waitForRules(workbench, ['page-access-control', 'policy-not-compatible']);

    // By the lens, in a file with other line ends and indentation.
    await workbench.openFile('by-lens.json');
    await workbench.codeLens('Fix 3 safe problems');
    await until('it is changed', () => workbench.dirty('by-lens.json'));
    await workbench.waitForCodeLenses((lenses) => lenses.length === 3, 'nothing left to fix safely');
    await workbench.focusEditor();
    await workbench.save();
    assert.strictEqual(workbench.disk('by-lens.json'), made(binary, folder, ['fix'], 'by-lens.json', windows));

    // On saving. The line numbers tell when the settings have arrived.
    await workbench.openFile('on-save.json');
    await waitForLenses(workbench);
    workbench.workspaceSettings({ 'editor.codeActionsOnSave': { 'source.fixAll.v4ward': 'explicit' }, 'editor.lineNumbers': 'off' });
    await until('the settings are there', async () => (await page.locator('.editor-group-container.active .line-numbers').count()) === 0);
    await workbench.goTo(workbench.place('on-save.json', '"4.0"').line, '  "version": "4'.length + 1);
    await workbench.type('2');
    await workbench.save();
    const saved = made(binary, folder, ['fix'], 'on-save.json', billing.replace('"4.0"', '"42.0"'));
    await until('the fixes are saved', () => workbench.disk('on-save.json') === saved).catch(() => assert.strictEqual(workbench.disk('on-save.json'), saved));
    assert.ok(!(await workbench.dirty('on-save.json')));
    assert.ok((await findings(workbench)).every(({ rule }) => rule !== 'endpoint-inherit-missing'));
    await workbench.screenshot('fixed-on-save');

    // The page of a rule.
    await workbench.goToText('on-save.json', '"html-json"');
    await workbench.quickFix('Explain policy-not-compatible');
    const [title] = fs.readFileSync(`${root}/docs/rules/policy-not-compatible.md`, 'utf8').split('\n');
    const explained = await workbench.webview(title.replace(/^#+ /, ''));
    assert.ok((await explained.locator('h1').count()) > 0, 'it is rendered');
    await workbench.screenshot('explain');
}

async function waitForLenses(workbench) {
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Fix 3 safe problems')));
}
