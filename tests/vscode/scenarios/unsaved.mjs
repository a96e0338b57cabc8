// The text in the editor counts, saved or not: for findings, after a crash of the server, and for the migration.

import assert from 'node:assert';
import fs from 'node:fs';

import { made, servers, waitForFindings, waitForRules, waitForVerdict } from '../harness/ours.mjs';
import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

export async function run({ workbench, session, binary, folder }) {
    const saved = workbench.disk('parcels.json').replace('"v4-emulation-engine"', '"v3"');
    fs.writeFileSync(workbench.path('parcels.json'), saved);
    const others = new Set(servers(session));
    const own = () => servers(session).filter((pid) => !others.has(pid));
    await workbench.open({ files: ['parcels.json'] });
    await waitForVerdict(workbench, 'Not migratable');
    await waitForRules(workbench, ['emulation-engine-required', 'legacy-plan-selection']);

    // Unsaved text, then the server dies.
    const { line, column } = workbench.place('parcels.json', '"v3"');
    await workbench.focusEditor();
    await workbench.goTo(line, column + 3);
    await workbench.press('Backspace');
    await workbench.type('4-emulation-engine');
    await waitForVerdict(workbench, 'Fully migratable');
    await waitForRules(workbench, []);
    await workbench.focusEditor();
    const [pid] = own();
    process.kill(pid, 'SIGKILL');
    await until('another server runs', () => own().length === 1 && own()[0] !== pid);
    await waitForVerdict(workbench, 'Fully migratable');
    await workbench.waitForCodeLenses((lenses) => lenses[0] === 'Fully migratable');
    // What is typed now is seen, on top of what was typed before.
    const mode = workbench.place('parcels.json', '"DEFAULT"');
    await workbench.goTo(mode.line, mode.column + '"DEFAUL'.length);
    await workbench.type('X');
    const [typed] = await waitForFindings(workbench, (found) => found.length > 0, 'what is wrong now');
    await workbench.screenshot('after-crash');
    assert.strictEqual(typed.line, mode.line);
    await workbench.focusEditor();
    await workbench.press('Backspace');
    await waitForRules(workbench, []);
    assert.strictEqual(own().length, 1);

    // The migration takes the text of the editor and says so.
    await workbench.focusEditor();
    await workbench.goTo(1);
    assert.ok(await workbench.dirty('parcels.json'));
    await workbench.codeLens('Migrate to V4');
    const dialog = await workbench.dialog('parcels.json');
    await workbench.screenshot('migrate-unsaved');
    assert.strictEqual(dialog.message, 'Migrate parcels.json to V4?');
    assert.match(dialog.detail, /^Fully migratable\n/);
    assert.match(dialog.detail, /The text in the editor is not saved; it is what is migrated\./);
    await dialog.press('Migrate');
    await workbench.tab('parcels.v4.json').waitFor();
    assert.strictEqual(workbench.disk('parcels.json'), saved, 'the V2 file on disk is what it was');
    assert.ok(await workbench.dirty('parcels.json'), 'and is not saved now');
    const text = saved.replace('"v3"', '"v4-emulation-engine"');
    assert.strictEqual(workbench.disk('parcels.v4.json'), made(binary, folder, ['migrate'], 'parcels.json', text, 'parcels.v4.json'));
    await workbench.screenshot('migrated-unsaved');
}
