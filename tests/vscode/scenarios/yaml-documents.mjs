// Several documents in a file, templates, and YAML that is none of ours.

import assert from 'node:assert';
import fs from 'node:fs';

import { snapshot, verify } from '../harness/definitions.mjs';
import { made, verdict, waitForFindings, waitForRules, waitForVerdict } from '../harness/ours.mjs';
import { comments, LABELS, PAGES, PARCELS, SUBSCRIPTION, TEMPLATE } from '../harness/resources.mjs';
import { retry, until, untilValue } from '../harness/wait.mjs';

/** Both definitions of the file are in sight at once. */
export const viewport = { width: 1400, height: 1700 };
export const settings = { 'outline.collapseItems': 'alwaysCollapse' };

const SHOP = [PARCELS, PAGES, LABELS, SUBSCRIPTION].join('---\n');
const COMPOSE = 'services:\n  gateway:\n    image: "graviteeio/apim-gateway:4"\n    version: 1.0\n    ports:\n    - "8082:8082"\n';

const LENS = ['Migrate to V4', 'Preview V4'];

export async function run({ workbench, binary, folder }) {
    fs.writeFileSync(workbench.path('shop.yaml'), SHOP);
    fs.mkdirSync(workbench.path('chart/templates'), { recursive: true });
    fs.writeFileSync(workbench.path('chart/templates/rates.yaml'), TEMPLATE);
    fs.writeFileSync(workbench.path('docker-compose.yaml'), COMPOSE);
    const before = snapshot(folder);
    await workbench.open({ files: ['shop.yaml'] });

    await eachItsOwn(workbench);
    await workbench.openView('v4ward');
    const tree = await workbench.tree('API Definitions');
    await listed(tree, { 'Not migratable': [['rates.yaml', 'chart/templates/rates.yaml'], ['Parcels: all of them and 1 more', 'shop.yaml']] });
    await workbench.screenshot('tree');

    // The lens of the second one fixes the second one.
    await workbench.goTo(1);
    await workbench.codeLens('Fix 2 safe problems');
    await workbench.notification('2 safe fixes made in shop.yaml. The file is not saved yet.');
    await waitForVerdict(workbench, 'Fully migratable');
    await workbench.waitForCodeLenses((lenses) => lenses.join() === ['Fully migratable', ...LENS, 'Fully migratable', ...LENS].join(), 'both are fully migratable');
    await workbench.focusEditor();
    await workbench.save();
    const fixed = workbench.disk('shop.yaml');
    assert.strictEqual(fixed, made(binary, folder, ['fix'], 'shop.yaml', SHOP));
    assert.ok(fixed.startsWith(`${PARCELS}---\n${PAGES}---\n`) && fixed.endsWith(`---\n${SUBSCRIPTION}`), 'the other documents are what they were');

    // One V4 file for all of them, without what is no definition.
    await workbench.codeLens('Migrate to V4');
    const dialog = await workbench.dialog('Migrate shop.yaml to V4?');
    assert.match(dialog.detail, /^Fully migratable/);
    await workbench.screenshot('summary');
    await dialog.press('Migrate');
    await workbench.tab('shop.v4.yaml').waitFor();
    await workbench.notification('shop.v4.yaml is written');
    await workbench.screenshot('migrated');
    const written = workbench.disk('shop.v4.yaml');
    assert.deepStrictEqual(snapshot(folder), { ...before, 'shop.yaml': fixed, 'shop.v4.yaml': written });
    assert.strictEqual(written, made(binary, folder, ['migrate'], 'shop.yaml', fixed, 'shop.v4.yaml'), 'what the command line writes');
    verify(binary, [workbench.path('shop.v4.yaml')]);
    assert.deepStrictEqual(written.match(/^(---|kind: .*)$/gm), ['kind: ApiV4Definition', '---', 'kind: ApiV4Definition']);
    assert.deepStrictEqual(comments(written), [...comments(PARCELS), ...comments(LABELS)]);
    await tree.expand('V4 definitions');
    await listed(tree, {
        'Not migratable': [['rates.yaml', 'chart/templates/rates.yaml']],
        'Fully migratable': [['Parcels: all of them and 1 more', 'shop.yaml · V4 file exists']],
        'V4 definitions': [['Parcels: all of them and 1 more', 'shop.v4.yaml']],
    });
    await workbench.screenshot('tree-migrated');
    await workbench.closeTab('shop.v4.yaml');

    await template(workbench, folder);
    await foreign(workbench);
}

/** A lens for each definition, and nothing at the other resources. */
async function eachItsOwn(workbench) {
    const lenses = await workbench.waitForCodeLenses((shown) => shown.length === 7, 'the lenses of two definitions');
    assert.deepStrictEqual(lenses, ['Fully migratable', ...LENS, 'Not migratable: 1 blocker', ...LENS, 'Fix 2 safe problems']);
    await waitForVerdict(workbench, 'Not migratable');
    await workbench.screenshot('lenses');
    const found = await waitForRules(workbench, ['endpoint-inherit-missing', 'resource-has-subscriptions', 'wrong-type']);
    const first = SHOP.split('\n').indexOf('---') + 1;
    const labels = workbench.place('shop.yaml', '# Labels').line;
    const last = workbench.place('shop.yaml', 'kind: Subscription').line;
    for (const { rule, line } of found) {
        assert.ok(rule === 'resource-has-subscriptions' ? line < first : line > labels && line < last, `${rule} at ${line}`);
    }
    const panel = workbench.page.locator('.markers-panel');
    await retry('close the panel', async () => (await panel.isVisible()) && workbench.press('Control+KeyJ'), () => panel.waitFor({ state: 'hidden', timeout: 5000 }));
    await workbench.focusEditor();
    const outline = await workbench.tree('Outline');
    const top = async () => (await outline.rows()).filter(({ level }) => level === 1).map(({ label }) => label);
    await untilValue('the documents in the outline', top, (rows) => rows.join() === 'ApiDefinition/parcels,ConfigMap/pages,ApiDefinition/labels,Subscription/acme');
}

/** The tree is this: each group with the labels and descriptions of its files. */
async function listed(tree, wanted) {
    const read = async () => {
        const groups = {};
        let group;
        for (const { label, description, level } of await tree.rows()) {
            if (level === 1) {
                group = [];
                groups[label] = group;
            } else {
                group.push([label, description]);
            }
        }
        return groups;
    };
    await untilValue(`the tree ${JSON.stringify(wanted)}`, read, (seen) => JSON.stringify(seen) === JSON.stringify(wanted));
}

/** What Helm fills in is told; the rest is checked, and nothing is changed across it. */
async function template(workbench, folder) {
    const file = 'chart/templates/rates.yaml';
    const before = snapshot(folder);
    await workbench.openFile(file);
    const lenses = await workbench.waitForCodeLenses((shown) => shown.length > 3);
    assert.deepStrictEqual(lenses, ['Not migratable: 3 blockers', ...LENS, 'Fix 1 safe problem']);
    const found = await waitForFindings(workbench, (all) => all.filter(({ rule }) => rule === 'template-not-rendered').length === 1, 'the template');
    assert.ok(found.every(({ rule }) => rule !== 'syntax-error'), JSON.stringify(found));
    await workbench.focusEditor();
    const shown = await workbench.waitForSquiggles((all) => all.length === 3);
    assert.deepStrictEqual(shown.map(({ text }) => text), ['{{ .Release.Name }}', '1.0', 'assertions']);

    // What blocks cannot be accepted away.
    await workbench.goToText(file, '{{ .Release.Name');
    assert.deepStrictEqual(await workbench.quickFixes('Explain'), ['Explain template-not-rendered']);
    await workbench.escape();
    await workbench.goToText(file, 'assertions:');
    assert.deepStrictEqual(await workbench.quickFixes('Explain'), ['Explain health-check-assertions']);
    await workbench.screenshot('template');
    await workbench.escape();

    // The lens is in sight again.
    await workbench.goTo(1);
    await workbench.codeLens('Migrate to V4');
    const dialog = await workbench.dialog('rates.yaml cannot be migrated yet');
    assert.match(dialog.detail, /template engine/);
    assert.ok(!dialog.buttons.some((label) => label.startsWith('Migrate')), dialog.buttons.join());
    await workbench.screenshot('template-refused');
    await dialog.press('Cancel');

    await workbench.codeLens('Fix 1 safe problem');
    await until('it is changed', () => workbench.dirty('rates.yaml'));
    await workbench.focusEditor();
    await workbench.save();
    assert.deepStrictEqual(snapshot(folder), { ...before, [file]: TEMPLATE.replace('version: 1.0', 'version: "1.0"') }, 'the one that is not across a template');
}

/** Other YAML gets nothing. */
async function foreign(workbench) {
    await workbench.openFile('docker-compose.yaml');
    await waitForVerdict(workbench, null);
    await until('the button is gone', async () => (await workbench.titleButton('Migrate to V4').count()) === 0);
    // The other file's findings stay in the panel as long as it is open.
    await workbench.goToText('docker-compose.yaml', 'version');
    await workbench.type('# ');
    await until('it is changed', () => workbench.dirty('docker-compose.yaml'));
    await workbench.save();
    assert.deepStrictEqual(await workbench.codeLenses(), []);
    assert.deepStrictEqual(await workbench.squiggles(), []);
    assert.strictEqual(await verdict(workbench), null);
    await workbench.screenshot('foreign');
}
