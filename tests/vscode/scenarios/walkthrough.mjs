// The walkthrough of the welcome page: each step has words, a picture and a button that does what it says.

import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';

import { until } from '../harness/wait.mjs';

export const workspace = 'examples';

export async function run({ workbench, page, root }) {
    const { contributes } = JSON.parse(fs.readFileSync(path.join(root, 'vscode-extension', 'package.json'), 'utf8'));
    const [{ title, steps }] = contributes.walkthroughs;
    await workbench.open();
    await workbench.palette('Welcome: Open Walkthrough...');
    const pick = await workbench.quickPick(title);
    await pick.choose(title);
    const shown = page.locator('.gettingStartedContainer');
    await shown.locator('.category-title', { hasText: title }).first().waitFor();
    assert.deepStrictEqual(await shown.locator('.getting-started-step .step-title').allInnerTexts(), steps.map((step) => step.title));
    for (const step of steps) {
        const row = shown.locator('.getting-started-step', { hasText: step.title }).first();
        if (!(await row.getAttribute('class')).includes('expanded')) {
            await row.locator('.step-title').click();
        }
        const words = step.description.split('\n')[0].slice(0, 40);
        await row.locator('.step-description-container', { hasText: words }).first().waitFor();
        await until(`the picture of ${step.title}`, async () => {
            const frame = await workbench.webview();
            return (await frame.locator('svg text, svg rect').count()) > 0;
        });
        await workbench.screenshot(step.id);
    }
    const last = shown.locator('.getting-started-step.expanded .monaco-button', { hasText: 'Show API Definitions' });
    await last.click();
    await (await workbench.tree('API Definitions')).row('Billing').waitFor();
}
