// A V4 file: what the import would refuse or pass over is told in it, and how it stands to the V2 file beside it.

import assert from 'node:assert';
import fs from 'node:fs';

import { commandLine, waitForFindings, waitForRules } from '../harness/ours.mjs';

export const workspace = 'examples';

const TEMPLATES = '"response_templates": { "API_KEY_MISSING": { "*/*": { "status": 401, "body": "Which shop?" } } },';
const WRONG = 'v4-response-template-status';
const SAME = 'Everything transferred from parcels.json';

export async function run({ workbench, page, binary }) {
    const v2 = workbench.disk('parcels.json').replace('  "path_mappings"', () => `  ${TEMPLATES}\n  "path_mappings"`);
    fs.writeFileSync(workbench.path('parcels.json'), v2);
    commandLine(binary, 'migrate', workbench.path('parcels.json'));
    const migrated = workbench.disk('parcels.v4.json');
    await workbench.open({ files: ['parcels.v4.json'] });
    await lens(workbench, SAME);
    await workbench.showProblems();
    await waitForRules(workbench, []);
    await workbench.screenshot('transferred');

    // A property under the name that it has in the other form: an error with a safe fix.
    await workbench.focusEditor();
    await select(workbench, 'parcels.v4.json', 'statusCode');
    await workbench.type('status');
    const found = await waitForFindings(workbench, (all) => all.some(({ rule }) => rule === WRONG) && all.length === 3, 'the wrong name');
    const wrong = found.find(({ rule }) => rule === WRONG);
    assert.deepStrictEqual(found.filter((each) => each !== wrong).map(({ rule, severity }) => `${rule} ${severity}`), ['v4-changed info', 'v4-changed info']);
    assert.strictEqual(wrong.severity, 'error');
    assert.match(wrong.message, /^status is called statusCode in an import file: the gateway would answer with status 0/);
    const status = workbench.place('parcels.v4.json', '"statusCode"');
    assert.deepStrictEqual([wrong.line, wrong.column], [status.line, status.column]);
    await workbench.focusEditor();
    const squiggles = await workbench.waitForSquiggles((all) => all.length === 3);
    const { line } = status;
    assert.deepStrictEqual(squiggles.toSorted((one, other) => one.severity.localeCompare(other.severity)), [
        { severity: 'error', line, text: '"status"' },
        { severity: 'info', line: line - 1, text: '"*/*"' },
        { severity: 'info', line, text: '"status"' },
    ]);
    await workbench.goTo(status.line, status.column + 1);
    const offered = await workbench.quickFixes('Rename status to statusCode');
    assert.deepStrictEqual(offered.slice(0, 2), ['Rename status to statusCode', 'Explain v4-response-template-status']);
    await workbench.screenshot('wrong-status');
    await workbench.press('Enter');
    await waitForRules(workbench, [], 'the finding is gone');
    await workbench.focusEditor();
    await workbench.save();
    assert.strictEqual(workbench.disk('parcels.v4.json'), migrated, 'the fix, and nothing else');

    // The same path once more, as the server sees it.
    const path = workbench.place('parcels.v4.json', '"path": "/parcels');
    const before = migrated.split('\n')[path.line - 1].slice(0, path.column - 1);
    await workbench.goTo(path.line, path.column);
    await page.evaluate((text) => navigator.clipboard.writeText(text), `"path": "/parcels/"\n${before.slice(0, -2)}},\n${before.slice(0, -2)}{\n${before}`);
    await workbench.press('Control+KeyV');
    const [twice] = await waitForFindings(workbench, (found) => found.some(({ rule }) => rule === 'v4-path-repeated'), 'the second path');
    assert.strictEqual(twice.line, path.line + 3);
    await workbench.focusEditor();
    await workbench.screenshot('path-twice');
    await workbench.save();
    await workbench.goTo(1);
    await lens(workbench, '1 place differs from what parcels.json becomes');
    await workbench.screenshot('differs');
}

/** The lens above the first line says this. */
async function lens(workbench, text) {
    await workbench.waitForCodeLenses((shown) => shown.length === 1 && shown[0] === text, text);
}

/** Selects a text of the file on disk, which is in one line. */
async function select(workbench, file, text) {
    await workbench.goToText(file, text);
    for (let i = 0; i < text.length; i += 1) {
        await workbench.press('Shift+ArrowRight');
    }
}
