// The pictures of the extension's README. Only with --pictures, since it tests nothing that others do not.

import fs from 'node:fs';
import path from 'node:path';

import { fixableApi, parcelsApi } from '../harness/definitions.mjs';
import { LEDGER } from '../harness/resources.mjs';
import { until } from '../harness/wait.mjs';

export const workspace = 'examples';
export const only = 'pictures';

export const settings = {
    'workbench.colorTheme': 'Default Dark Modern',
    'editor.fontSize': 14,
    'breadcrumbs.enabled': false,
    'editor.renderLineHighlight': 'none',
    'editor.guides.indentation': false,
    'workbench.statusBar.visible': true,
    'window.commandCenter': false,
    'workbench.layoutControl.enabled': false,
};

/** Smaller than the pictures: 1280 by 800 pixels, with everything a quarter larger than it is on a plain screen. */
const SCALE = 1.25;
export const viewport = { width: 1280 / SCALE, height: 800 / SCALE };

export async function run({ workbench, page, folder, pictures }) {
    fs.mkdirSync(pictures, { recursive: true });
    // Names for the tree.
    fs.mkdirSync(path.join(folder, 'partners'));
    for (const [index, [file, name, make]] of [
        ['customs', 'Customs', fixableApi], ['pickup-points', 'Pick-up points', parcelsApi], ['rates', 'Rates', parcelsApi],
    ].entries()) {
        fs.writeFileSync(path.join(folder, 'partners', `${file}.json`), make(index + 1).replace(/"name": "Parcels \d+"/, `"name": "${name}"`));
    }
    fs.rmSync(path.join(folder, 'README.md'));
    const browser = await page.context().newCDPSession(page);
    await browser.send('Emulation.setDeviceMetricsOverride', { ...viewport, deviceScaleFactor: SCALE, mobile: false });
    const picture = async (name) => {
        // Neither a blinking cursor nor a mouse that lights something up.
        await page.addStyleTag({ content: '.monaco-editor .cursor { visibility: hidden !important; }' });
        const { data } = await browser.send('Page.captureScreenshot', { format: 'png' });
        fs.writeFileSync(path.join(pictures, `${name}.png`), Buffer.from(data, 'base64'));
    };

    await workbench.open({ files: ['billing.json'] });
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Not migratable')), 'the verdict');
    await workbench.press('Control+KeyB');
    await workbench.goToText('billing.json', '"html-json"');
    await workbench.showProblems();
    await workbench.waitForProblems((problems) => problems.length > 3);
    await workbench.focusEditor();
    await workbench.waitForSquiggles((squiggles) => squiggles.length > 1);
    await picture('squiggles');
    await workbench.press('Control+KeyJ');

    await workbench.goToText('billing.json', '"configuration"');
    await workbench.quickFixes('Keep the one script');
    await picture('quick-fix');
    await workbench.escape();

    await workbench.openFile('tracking.json');
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Partially migratable')), 'the verdict');
    await workbench.codeLens('Migrate to V4');
    const summary = await workbench.dialog('Migrate tracking.json to V4?');
    await picture('summary');
    await summary.press('Cancel');

    await workbench.openFile('parcels.json');
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Preview V4')), 'the verdict');
    await workbench.closeTab('billing.json');
    await workbench.closeTab('tracking.json');
    await workbench.codeLens('Preview V4');
    await workbench.waitForText('"definitionVersion": "V4"', 1);
    await until('the message in the status bar is gone', async () => !(await workbench.statusBar()).some(({ text }) => text.includes('V4 preview of')));
    await picture('preview');
    await workbench.closeTab('parcels.v4.json');

    await workbench.focusEditor();
    await workbench.codeLens('Migrate to V4');
    await (await workbench.dialog('Migrate parcels.json to V4?')).press('Migrate');
    await workbench.notification('parcels.v4.json is written');
    await workbench.waitForText('"definitionVersion": "V4"', 1);
    await picture('side-by-side');

    await workbench.clearNotifications();
    await workbench.closeTab('parcels.v4.json');
    await workbench.press('Control+KeyB');
    await workbench.openView('v4ward');
    const tree = await workbench.tree('API Definitions');
    await tree.row('Fully migratable').waitFor();
    await tree.click('Tracking');
    await workbench.tab('tracking.json').waitFor();
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Partially migratable')), 'the verdict');
    await picture('tree');

    // The last one, so that no other has its file.
    fs.writeFileSync(path.join(folder, 'ledger.yaml'), LEDGER);
    await workbench.openFile('ledger.yaml');
    await workbench.press('Control+KeyB');
    await workbench.closeTab('tracking.json');
    await workbench.closeTab('parcels.json');
    // Away from the tabs, which tell more about the file.
    await page.mouse.move(viewport.width / 2, viewport.height / 2);
    await page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
    await workbench.goToText('ledger.yaml', '# Kept by hand');
    await workbench.waitForCodeLenses((lenses) => lenses.some((lens) => lens.includes('Fix 3 safe problems')), 'the verdict');
    await workbench.waitForSquiggles((squiggles) => squiggles.length > 2);
    await picture('yaml');
}
