// A folder that is not trusted starts no program.

import assert from 'node:assert';

import { servers, verdict, waitForFindings, waitForVerdict } from '../harness/ours.mjs';
import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

export const settings = { 'security.workspace.trust.enabled': true };

export async function run({ workbench, session }) {
    const others = new Set(servers(session));
    const own = () => servers(session).filter((pid) => !others.has(pid));
    await workbench.open({ files: ['billing.json'] });
    await workbench.waitForRestrictedMode();

    await waitForVerdict(workbench, 'v4ward: restricted');
    assert.deepStrictEqual(await workbench.codeLenses(), []);
    assert.deepStrictEqual(await workbench.squiggles(), []);
    const offers = (await workbench.paletteOffers('v4ward: ')).filter((each) => each.startsWith('v4ward: '));
    // The first is VS Code's own, for the view.
    assert.deepStrictEqual(offers.sort(), ['v4ward: Focus on API Definitions View', 'v4ward: Show Log']);
    await workbench.openView('v4ward');
    const { pane } = await workbench.tree('API Definitions');
    await pane.locator('.welcome-view-content', { hasText: 'v4ward does not run in restricted mode' }).waitFor();
    await workbench.screenshot('restricted');
    assert.deepStrictEqual(own(), [], 'no program runs');

    await workbench.trust();
    await waitForVerdict(workbench, 'Not migratable');
    await workbench.waitForCodeLenses((lenses) => lenses[0] === 'Not migratable: 5 blockers');
    await until('the view lists the definitions', async () => (await pane.locator('.monaco-list-row').count()) > 0);
    await waitForFindings(workbench, (found) => found.length === 6);
    await workbench.screenshot('trusted');
    assert.strictEqual(own().length, 1, 'one server runs');
}
