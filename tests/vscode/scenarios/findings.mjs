// What is wrong stands where it is wrong, while typing too.

import assert from 'node:assert';

import { checked, verdict, waitForFindings, waitForRules, waitForVerdict } from '../harness/ours.mjs';
import { until, untilValue } from '../harness/wait.mjs';

export const workspace = 'examples';

const RULES = [
    'emulation-engine-required', 'endpoint-inherit-missing', 'groovy-multiple-scripts', 'health-check-assertions',
    'page-access-control', 'policy-not-compatible',
];

export async function run({ workbench, binary }) {
    const expected = checked(binary, workbench.path('billing.json'));
    assert.deepStrictEqual(expected.map(({ rule }) => rule).sort(), RULES);
    await workbench.open({ files: ['billing.json'] });

    // Each has its squiggle, on the place that the command line names.
    const seen = new Map();
    for (const line of [1, 63, 102]) {
        await workbench.goTo(line);
        const near = expected.filter((each) => Math.abs(each.line - line) < 20);
        const shown = await workbench.waitForSquiggles((all) => near.every((each) => all.some((mark) => mark.line === each.line)), `squiggles near ${line}`);
        shown.forEach((mark) => seen.set(mark.line, mark));
        if (line === 1) {
            await workbench.screenshot('squiggles');
        }
    }
    assert.deepStrictEqual(
        [...seen.values()].sort((a, b) => a.line - b.line),
        expected.map(({ severity, line, on }) => ({ severity, line, text: on })).sort((a, b) => a.line - b.line),
    );
    assert.deepStrictEqual(seen.get(6), { severity: 'error', line: 6, text: '"v3"' });

    // The Problems panel has the same, and nothing else has found anything.
    await waitForRules(workbench, RULES);
    const rows = await workbench.problems();
    const byLine = (a, b) => a.line - b.line;
    assert.deepStrictEqual(
        rows.map(({ severity, message, line, column }) => ({ severity, message, line, column })).sort(byLine),
        expected.map(({ severity, message, line, column }) => ({ severity, message, line, column })).sort(byLine),
    );
    await workbench.screenshot('problems');
    assert.strictEqual(await verdict(workbench), 'Not migratable');
    await workbench.focusEditor();
    await workbench.goTo(1);
    const lenses = await workbench.waitForCodeLenses((shown) => shown.length > 0);
    assert.deepStrictEqual(lenses, ['Not migratable: 5 blockers', 'Migrate to V4', 'Preview V4', 'Fix 3 safe problems']);

    // Half-typed text: what is wrong with it comes first, and all the rest is still known, one line further down.
    await workbench.focusEditor();
    const { line } = workbench.place('billing.json', '"version"');
    await workbench.goTo(line, '  "version": "4.0",'.length + 1);
    await workbench.press('Enter');
    await workbench.type('"tags": ');
    const broken = await waitForFindings(workbench, (found) => found.some(({ rule }) => rule === 'syntax-error') && found.length > RULES.length, 'the syntax error');
    await workbench.screenshot('half-typed');
    assert.strictEqual(broken[0].rule, 'syntax-error');
    assert.strictEqual(broken[0].line, line + 1);
    const rest = broken.filter(({ rule }) => rule !== 'syntax-error');
    assert.deepStrictEqual(
        rest.map(({ rule, line, column }) => ({ rule, line, column })).sort(byLine),
        expected.map(({ rule, line, column }) => ({ rule, line: line + 1, column })).sort(byLine),
    );
    await undoAll(workbench, 'billing.json');
    const again = await waitForFindings(workbench, (found) => found.length === RULES.length && found.every(({ rule }) => rule !== 'syntax-error'), 'as before');
    assert.deepStrictEqual(again.map(({ line }) => line).sort(), expected.map(({ line }) => line).sort());

    // Verdict and lens follow the text, saved or not.
    await workbench.openFile('parcels.json');
    await waitForVerdict(workbench, 'Fully migratable');
    await workbench.goToText('parcels.json', '"v4-emulation-engine"');
    await workbench.press('Shift+End');
    await workbench.press('Delete');
    await workbench.type('"v3",');
    await waitForVerdict(workbench, 'Not migratable');
    await workbench.waitForCodeLenses((lenses) => lenses[0] === 'Not migratable: 1 blocker', 'the lens follows');
    await workbench.screenshot('verdict-follows');
    await undoAll(workbench, 'parcels.json');
    await waitForVerdict(workbench, 'Fully migratable');
    await workbench.waitForCodeLenses((lenses) => lenses[0] === 'Fully migratable', 'the lens follows back');

    // The outline is VS Code's own; ours beside it would show each key twice, below the names of the two.
    const outline = await workbench.tree('Outline');
    const keys = Object.keys(JSON.parse(workbench.disk('parcels.json')));
    const labels = (await untilValue('the outline', () => outline.rows(), (rows) => rows.length > 3)).map(({ label }) => label);
    await workbench.screenshot('outline');
    assert.deepStrictEqual(labels, keys.slice(0, labels.length), 'the first keys, which are in sight');
}

/** Undoes until the text is that of the disk again. */
async function undoAll(workbench, file) {
    await workbench.focusEditor();
    await until('all is undone', async () => {
        if (!(await workbench.dirty(file))) {
            return true;
        }
        await workbench.undo();
        return false;
    });
}
