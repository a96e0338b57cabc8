// A custom resource in YAML has what an export in JSON has, and a fix keeps what people wrote around it.

import assert from 'node:assert';
import fs from 'node:fs';

import { checked, made, verdict, waitForFindings, waitForRules } from '../harness/ours.mjs';
import { LEDGER } from '../harness/resources.mjs';
import { until, untilValue } from '../harness/wait.mjs';

export const settings = { 'outline.collapseItems': 'alwaysCollapse' };

const RULES = [
    'emulation-engine-required', 'endpoint-inherit-missing', 'health-check-assertions', 'missing-required',
    'policy-not-compatible', 'wrong-type',
];

export async function run({ workbench, page, binary, folder }) {
    const windows = LEDGER.replaceAll('\n', '\r\n').trimEnd();
    fs.writeFileSync(workbench.path('ledger.yaml'), LEDGER);
    fs.writeFileSync(workbench.path('windows.yml'), windows);
    fs.writeFileSync(workbench.path('on-save.yaml'), LEDGER);
    await workbench.open({ files: ['ledger.yaml'] });

    await told(workbench, checked(binary, workbench.path('ledger.yaml')));
    await understood(workbench);
    const fixed = await fixedOneByOne(workbench);
    assert.strictEqual(fixed, made(binary, folder, ['fix'], 'ledger.yaml', LEDGER), 'what `v4ward fix` makes of all three');

    // By the lens, in a file whose lines end otherwise and whose last one does not.
    await workbench.openFile('windows.yml');
    await workbench.codeLens('Fix 3 safe problems');
    await workbench.notification('3 safe fixes made in windows.yml. The file is not saved yet.');
    await workbench.waitForCodeLenses((lenses) => lenses.length === 3, 'nothing left to fix safely');
    await workbench.focusEditor();
    await workbench.save();
    assert.strictEqual(workbench.disk('windows.yml'), fixed.replaceAll('\n', '\r\n').trimEnd());
    assert.strictEqual(workbench.disk('windows.yml'), made(binary, folder, ['fix'], 'windows.yml', windows));

    // On saving. The line numbers tell when the settings have arrived.
    await workbench.openFile('on-save.yaml');
    await workbench.waitForCodeLenses((lenses) => lenses.includes('Fix 3 safe problems'));
    workbench.workspaceSettings({ 'editor.codeActionsOnSave': { 'source.fixAll.v4ward': 'explicit' }, 'editor.lineNumbers': 'off' });
    await until('the settings are there', async () => (await page.locator('.editor-group-container.active .line-numbers').count()) === 0);
    await workbench.goToText('on-save.yaml', 'and what is left');
    await workbench.type('old ones too, ');
    await workbench.save();
    const saved = made(binary, folder, ['fix'], 'on-save.yaml', LEDGER.replace('and what', 'old ones too, and what'));
    await until('the fixes are saved', () => workbench.disk('on-save.yaml') === saved).catch(() => assert.strictEqual(workbench.disk('on-save.yaml'), saved));
    assert.ok(!(await workbench.dirty('on-save.yaml')));
}

/** Squiggles, Problems panel, status bar and lens say what the command line says. */
async function told(workbench, expected) {
    assert.deepStrictEqual(expected.map(({ rule }) => rule).sort(), RULES);
    const seen = new Map();
    for (const line of [1, 45]) {
        await workbench.goTo(line);
        const near = expected.filter((each) => Math.abs(each.line - line) < 20);
        const shown = await workbench.waitForSquiggles((all) => near.every((each) => all.some((mark) => mark.line === each.line)), `squiggles near ${line}`);
        shown.forEach((mark) => seen.set(mark.line, mark));
        await workbench.screenshot(`squiggles-${line}`);
    }
    const byLine = (a, b) => a.line - b.line;
    assert.deepStrictEqual(
        [...seen.values()].sort(byLine),
        expected.map(({ severity, line, on }) => ({ severity, line, text: on })).sort(byLine),
    );
    const texts = [...seen.values()].sort(byLine).map(({ text }) => text);
    assert.deepStrictEqual(texts, ['1.0', 'v3', 'name', 'request', 'assertions', 'html-json']);

    await waitForRules(workbench, RULES);
    const rows = await workbench.problems();
    assert.deepStrictEqual(
        rows.map(({ severity, message, line, column }) => ({ severity, message, line, column })).sort(byLine),
        expected.map(({ severity, message, line, column }) => ({ severity, message, line, column })).sort(byLine),
    );
    assert.strictEqual(await verdict(workbench), 'Not migratable');
    await workbench.press('Control+KeyJ');
    await workbench.focusEditor();
    await workbench.goTo(1);
    const lenses = await workbench.waitForCodeLenses((shown) => shown.length > 0);
    assert.deepStrictEqual(lenses, ['Not migratable: 5 blockers', 'Migrate to V4', 'Preview V4', 'Fix 3 safe problems']);
}

/** Hover and outline. */
async function understood(workbench) {
    const hover = await workbench.hover('flow_mode', 'Which flows of a list run');
    await workbench.screenshot('hover');
    assert.match(hover, /In V4, when nothing blocks the migration any more: \/spec\/flowExecution\/mode/);

    // VS Code has no outline of YAML: it is ours.
    const outline = await workbench.tree('Outline');
    const top = async () => (await outline.rows()).filter(({ level }) => level === 1).map(({ label }) => label);
    await untilValue('the outline', top, (labels) => labels.join() === 'apiVersion,kind,metadata,spec');
    await outline.expand('spec');
    const below = async () => (await outline.rows()).filter(({ level }) => level === 2).map(({ label }) => label);
    await untilValue('the members of spec that are in sight', below, (labels) => labels.slice(0, 2).join() === 'name,version');
    await workbench.screenshot('outline');
    await workbench.focusEditor();
}

/** Each safe fix by Ctrl+., with the bytes around it. */
async function fixedOneByOne(workbench) {
    let text = LEDGER;
    for (const [rule, at, title, from, to] of [
        ['endpoint-inherit-missing', 'name: ledger-main', 'Write inherit: false', '# never http\n', '# never http\n        inherit: false\n'],
        ['wrong-type', '1.0', 'Put it in quotes', 'version: 1.0 #', 'version: "1.0" #'],
        [
            'health-check-assertions', 'assertions:', 'Join the assertions',
            `- '#response.status == 200'\n              - "#response.content.contains('ok')"\n`,
            `- "{(#response.status == 200) && (#response.content.contains('ok'))}"\n`,
        ],
    ]) {
        await workbench.goToText('ledger.yaml', at);
        const offered = await workbench.quickFixes(title);
        assert.deepStrictEqual(offered.slice(0, 2), [title, `Explain ${rule}`]);
        await workbench.screenshot(`quick-fix-${rule}`);
        await workbench.press('Enter');
        await until('it is changed', () => workbench.dirty('ledger.yaml'));
        assert.strictEqual(workbench.disk('ledger.yaml'), text, 'it is not saved before');
        await waitForFindings(workbench, (found) => found.length > 0 && found.every((each) => each.rule !== rule), `${rule} is gone`);
        await workbench.focusEditor();
        await workbench.save();
        assert.ok(text.includes(from), from);
        text = text.replace(from, () => to);
        assert.strictEqual(workbench.disk('ledger.yaml'), text, 'the fix and nothing else');
    }
    return text;
}
