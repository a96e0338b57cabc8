// Settings and v4ward.toml apply while one works.

import assert from 'node:assert';
import fs from 'node:fs';

import { waitForFindings, waitForRules, waitForVerdict } from '../harness/ours.mjs';
import { untilValue } from '../harness/wait.mjs';

export const workspace = 'examples';

const OFF = { 'v4ward.rules': { 'members-not-portable': 'off' } };

export async function run({ workbench }) {
    // More than a megabyte, in one text.
    const large = JSON.parse(workbench.disk('parcels.json'));
    large.description = 'x'.repeat(1_100_000);
    fs.writeFileSync(workbench.path('large.json'), JSON.stringify(large, null, 2));
    const toml = (text) => fs.writeFileSync(workbench.path('v4ward.toml'), text);

    await workbench.open({ files: ['legacy.json'] });
    await waitForRules(workbench, ['members-not-portable']);

    // The user's settings.
    await workbench.userSettings(OFF);
    await waitForRules(workbench, [], 'the rule is off');
    await workbench.screenshot('rule-off');

    // The file counts more, as on the command line.
    toml('[rules]\nmembers-not-portable = "error"\n');
    const [louder] = await waitForFindings(workbench, (found) => found.length === 1);
    assert.deepStrictEqual([louder.rule, louder.severity], ['members-not-portable', 'error']);
    await workbench.screenshot('toml');
    toml('[rules]\nmembers-not-portable = "information"\n');
    await waitForFindings(workbench, (found) => found.length === 1 && found[0].severity === 'info');

    // What is wrong in it stands in it.
    toml('ids = "keep"\n[rules]\nmembers-not-portable = "loud"\n');
    const [wrong] = await workbench.waitForProblems((all) => all.length === 1 && all[0].severity === 'error');
    await workbench.screenshot('toml-wrong');
    assert.deepStrictEqual([wrong.line, wrong.column], [3, 24]);
    assert.match(wrong.message, /^"loud" is no severity/);
    await workbench.page.locator('.markers-panel .monaco-list-row[aria-label*="v4ward.toml"]').waitFor();
    fs.rmSync(workbench.path('v4ward.toml'));
    await waitForRules(workbench, [], 'without the file the setting counts again');

    await workbench.userSettings({});
    await waitForRules(workbench, ['members-not-portable'], 'as before');

    // Too large to be checked while one types.
    workbench.workspaceSettings({ 'v4ward.max-document-megabytes': 1 });
    await workbench.openFile('large.json');
    const found = await waitForFindings(workbench, (all) => all.some(({ rule }) => rule === 'document-too-large'));
    await workbench.screenshot('too-large');
    assert.deepStrictEqual(found.filter(({ rule }) => rule !== 'members-not-portable').map(({ rule, severity, line }) => ({ rule, severity, line })), [
        { rule: 'document-too-large', severity: 'info', line: 1 },
    ]);
    workbench.workspaceSettings({});
    await waitForRules(workbench, ['members-not-portable'], 'it is checked again');
    await waitForVerdict(workbench, 'Fully migratable');

    // A fix that is a setting: VS Code writes the file, and it counts.
    await workbench.openFile('tracking.json');
    await waitForFindings(workbench, (all) => all.some(({ rule }) => rule === 'policy-not-gravitee'));
    await workbench.goToText('tracking.json', '"acme-address-normaliser"');
    await workbench.quickFix('Declare acme-address-normaliser in v4ward.toml');
    await waitForFindings(workbench, (all) => all.every(({ rule }) => rule !== 'policy-not-gravitee'), 'the finding is gone');
    assert.strictEqual(workbench.disk('v4ward.toml'), 'custom-policies = ["acme-address-normaliser"]\n');
    await workbench.screenshot('declared');
}
