// The page of a VS Code workbench, in words of a user. Selectors are those of Code 1.139.1.
//
// What was learned about this VS Code, which is not in any documentation:
// - Lists and editors render only what is in sight. Ask for text through the page object, which scrolls, and keep
//   workspaces small.
// - The text of an editor line has U+00A0 for spaces; `plain` undoes that.
// - Two editors side by side are two `.editor-group-container`; the active one has the class `active`.
// - Squiggles are decorations of their own, not elements around the text; their place is compared with the glyphs' places.
// - A server with the smoke-test driver shows no toasts (`CodeServer.start`).
// - A modal message is VS Code's own `.monaco-dialog-box`, not the browser's; its buttons are in another order than the
//   extension's, the primary one last.
// - Rows of lists carry what they say in `aria-label`; what is in them is cut into highlighted pieces, so exact texts
//   are compared with the label.
// - Web views and the Markdown preview come from our own server here, in a frame in a frame; nothing foreign is asked.
// - Virtual documents, quick picks, progress with Cancel, tree views and their inline buttons work as on a desktop.
// - Diagnostics can be there before the language client has registered its code actions (see `quickFix`).

import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { SETTINGS } from './server.mjs';
import { PATIENCE, retry, until, untilValue } from './wait.mjs';

const plain = (text) => text.replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
const escaped = (text) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

export class Workbench {
    /**
     * @param {import('playwright-core').Page} page
     * @param {{ folder: string, shots: string, name: string, authority: string, settingsFile: string }} about the workspace, where
     *   screenshots go, the user's settings
     */
    constructor(page, about) {
        this.page = page;
        this.folder = about.folder;
        this.shots = about.shots;
        this.name = about.name;
        this.authority = about.authority;
        this.settingsFile = about.settingsFile;
    }

    // The workbench.

    /**
     * Opens the workspace's folder; `files` are opened at once (paths in the workspace). With `workspace`, that
     * `.code-workspace` file is opened in place of the folder.
     */
    async open({ files = [], workspace } = {}) {
        const payload = [['skipWelcome', 'true'], ...files.map((file) => ['openFile', `vscode-remote://${this.authority}${this.path(file)}`])];
        const opened = workspace === undefined ? `folder=${encodeURIComponent(this.folder)}` : `workspace=${encodeURIComponent(this.path(workspace))}`;
        const query = `${opened}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
        await this.page.goto(`http://${this.authority}/?${query}`, { waitUntil: 'commit', timeout: PATIENCE });
        await this.page.locator('.monaco-workbench').waitFor({ timeout: PATIENCE });
        await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: PATIENCE });
        for (const file of files) {
            await this.tab(path.basename(file)).waitFor({ timeout: PATIENCE });
        }
        if (files.length > 0) {
            await this.editor().locator('.view-line').first().waitFor({ timeout: PATIENCE });
        }
    }

    /** The absolute path of a file of the workspace. */
    path(file) {
        return path.join(this.folder, file);
    }

    /** The bytes on disk, as text. */
    disk(file) {
        return fs.readFileSync(this.path(file), 'utf8');
    }

    exists(file) {
        return fs.existsSync(this.path(file));
    }

    /** Saves a picture into the artefacts. */
    async screenshot(name) {
        fs.mkdirSync(this.shots, { recursive: true });
        const file = path.join(this.shots, `${this.name}-${name}.png`.replaceAll(/[^\w.-]+/g, '-'));
        await this.page.screenshot({ path: file });
        return file;
    }

    /** A key or chord, as Playwright writes them: `Control+KeyS`. */
    async press(key) {
        await this.page.keyboard.press(key);
    }

    // Editors.

    /** The active editor group, or the one at `index` (from the left). */
    group(index) {
        return index === undefined
            ? this.page.locator('.editor-group-container.active')
            : this.page.locator('.editor-group-container').nth(index);
    }

    /** The text editor of a group. */
    editor(index) {
        return this.group(index).locator('.editor-instance .monaco-editor[role="code"], .editor-instance .monaco-editor').first();
    }

    /** An open tab by its file name. */
    tab(label) {
        return this.page.locator(`.tabs-container .tab[data-resource-name="${escaped(label)}"]`).first();
    }

    /** The labels of all open tabs, group by group. */
    async tabs() {
        return this.page.$$eval('.editor-group-container', (groups) =>
            groups.map((group) => [...group.querySelectorAll('.tabs-container .tab')].map((tab) => tab.getAttribute('data-resource-name'))));
    }

    /** Closes a tab that has no unsaved changes. */
    async closeTab(label) {
        await this.tab(label).click({ button: 'middle' });
        await this.tab(label).waitFor({ state: 'detached' });
    }

    /** Opens a file of the workspace by Quick Open, and waits for its text. */
    async openFile(file) {
        const base = path.basename(file);
        const input = this.page.locator('.quick-input-widget .quick-input-box input');
        await retry(
            `open ${file}`,
            async () => {
                await this.#free();
                await this.press('Control+KeyP');
                await input.waitFor({ timeout: 10_000 });
                await input.fill(file);
            },
            async () => {
                const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: base }).first();
                await row.waitFor({ timeout: 10_000 });
                await row.click();
                await this.page.locator(`.tabs-container .tab.active[data-resource-name="${escaped(base)}"]`).first().waitFor({ timeout: 10_000 });
                await this.editor().locator('.view-line').first().waitFor({ timeout: 10_000 });
            },
        );
    }

    /** Closes what lies over the workbench: menus, quick input, hovers. */
    async #free() {
        const over = this.page.locator('.quick-input-widget:visible, .context-view .monaco-menu:visible, .action-widget:visible, .suggest-widget.visible');
        for (let tries = 0; tries < 5 && (await over.count()) > 0; tries += 1) {
            await this.press('Escape');
            await until('what lies over the workbench is gone', async () => (await over.count()) === 0, { timeout: 2000 }).catch(() => {});
        }
    }

    /** The lines in sight of the active editor (or the group at `index`), as `{ number, text }`. */
    async lines(index) {
        const editor = this.editor(index);
        const found = await editor.evaluate((element) => {
            const numbers = [...element.querySelectorAll('.margin-view-overlays > div')]
                .map((row) => ({ top: row.getBoundingClientRect().top, number: Number(row.querySelector('.line-numbers')?.textContent) }));
            return [...element.querySelectorAll('.view-lines > .view-line')].map((line) => {
                const { top } = line.getBoundingClientRect();
                const number = numbers.find((row) => Math.abs(row.top - top) < 2)?.number;
                return { top, number, text: line.textContent };
            }).sort((a, b) => a.top - b.top);
        });
        return found.map(({ number, text }) => ({ number, text: plain(text) }));
    }

    /** The text in sight of the active editor (or of the group at `index`). */
    async editorText(index) {
        return (await this.lines(index)).map((line) => line.text).join('\n');
    }

    /** Waits until the editor shows a text. */
    async waitForText(text, index) {
        await untilValue(`the editor shows ${text}`, () => this.editorText(index), (shown) => shown.includes(text));
    }

    /** A line of the active editor by a text in it. */
    line(text, index) {
        return this.editor(index).locator('.view-lines > .view-line', { hasText: text }).first();
    }

    /** Scrolls to a line by the "go to line" input; the cursor is then at its column. */
    async goTo(line, column = 1) {
        const input = this.page.locator('.quick-input-widget .quick-input-box input');
        const status = this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` });
        await retry(
            `go to ${line}:${column}`,
            async () => {
                await this.#free();
                await this.press('Control+KeyG');
                await input.waitFor({ timeout: 5000 });
                await input.fill(`:${line}:${column}`);
                await this.press('Enter');
            },
            () => status.waitFor({ timeout: 5000 }),
        );
    }

    /** Line and column of the cursor, from the status bar. */
    async cursor() {
        const text = await this.page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+/ }).first().innerText();
        const [, line, column] = /Ln (\d+), Col (\d+)/.exec(text);
        return { line: Number(line), column: Number(column) };
    }

    /** The position (from 1) of the `nth` (from 0) place of `text` in the file on disk: for `goTo`. */
    place(file, text, nth = 0) {
        const all = this.disk(file);
        let at = -1;
        for (let i = 0; i <= nth; i += 1) {
            at = all.indexOf(text, at + 1);
            if (at < 0) {
                throw new Error(`${file} has no ${text} (number ${nth})`);
            }
        }
        const before = all.slice(0, at).split('\n');
        return { line: before.length, column: before.at(-1).length + 1 };
    }

    /** Puts the cursor before a text of the file on disk. */
    async goToText(file, text, nth = 0) {
        const { line, column } = this.place(file, text, nth);
        await this.goTo(line, column);
    }

    /** Types as a person does. */
    async type(text) {
        await this.page.keyboard.type(text);
    }

    /** Whether a tab has unsaved changes. */
    async dirty(label) {
        return (await this.tab(label).getAttribute('class')).split(/\s+/).includes('dirty');
    }

    /** Saves the active editor and waits until no tab is unsaved. */
    async save() {
        await retry(
            'save',
            () => this.press('Control+KeyS'),
            () => this.page.waitForFunction(() => !document.querySelector('.tabs-container .tab.active.dirty'), null, { timeout: 10_000 }),
        );
    }

    /** Undoes the last change of the active editor. */
    async undo() {
        await this.press('Control+KeyZ');
    }

    // What is said about the text.

    /**
     * The squiggles in sight: severity, line number and the exact text below which they are.
     * @returns {Promise<{ severity: 'error' | 'warning' | 'info' | 'hint', line: number, text: string }[]>}
     */
    async squiggles(index) {
        const found = await this.editor(index).evaluate((element) => {
            const lines = [...element.querySelectorAll('.view-lines > .view-line')];
            const numbers = [...element.querySelectorAll('.margin-view-overlays > div')]
                .map((row) => ({ top: row.getBoundingClientRect().top, number: Number(row.querySelector('.line-numbers')?.textContent) }));
            const marks = [...element.querySelectorAll('.view-overlays .cdr')].filter((mark) => /\bsquiggly-(error|warning|info|hint)\b/.test(mark.className));
            return marks.map((mark) => {
                const [, severity] = /\bsquiggly-(error|warning|info|hint)\b/.exec(mark.className);
                const box = mark.getBoundingClientRect();
                const middle = (box.top + box.bottom) / 2;
                const line = lines.find((each) => {
                    const { top, bottom } = each.getBoundingClientRect();
                    return middle >= top && middle <= bottom;
                });
                const lineTop = line?.getBoundingClientRect().top;
                const number = numbers.find((row) => Math.abs(row.top - lineTop) < 2)?.number;
                // The glyphs whose middle lies in the mark.
                let text = '';
                const walker = line && document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
                for (let node = walker?.nextNode(); node; node = walker.nextNode()) {
                    for (let i = 0; i < node.length; i += 1) {
                        const range = document.createRange();
                        range.setStart(node, i);
                        range.setEnd(node, i + 1);
                        const glyph = range.getBoundingClientRect();
                        const centre = (glyph.left + glyph.right) / 2;
                        if (glyph.width > 0 && centre > box.left && centre < box.right) {
                            text += node.data[i];
                        }
                    }
                }
                return { severity, line: number, left: box.left, text };
            }).sort((a, b) => a.line - b.line || a.left - b.left);
        });
        return found.map(({ severity, line, text }) => ({ severity, line, text: plain(text) }));
    }

    /** Waits until the squiggles in sight are accepted; gives them. */
    async waitForSquiggles(accept, what = 'squiggles') {
        return untilValue(what, () => this.squiggles(), accept);
    }

    /**
     * The rows of the Problems panel, which is opened. Files are rows of their own and left out.
     * @returns {Promise<{ severity: string, message: string, line: number, column: number, source: string, text: string }[]>}
     */
    async problems() {
        await this.showProblems();
        const rows = await this.#problemRows();
        const problems = [];
        for (const { label, text } of rows) {
            // "Warning: MESSAGE at line 2 and character 9. generated by SOURCE", with more behind when there is related information.
            const match = /^(Error|Warning|Info|Hint)(?:ing|rmation)?: ([\s\S]*) at line (\d+) and character (\d+)\.?(?: This problem has references to \d+ locations\.)?(?:\s*generated by ([\s\S]*))?$/.exec(label);
            if (match) {
                const [, severity, message, line, column, source = ''] = match;
                problems.push({ severity: severity.toLowerCase(), message: plain(message), line: Number(line), column: Number(column), source, text: plain(text) });
            }
        }
        return problems;
    }

    /** The rows of the panel, which has only those in the page that are in sight: it is scrolled through. */
    async #problemRows() {
        const panel = this.page.locator('.markers-panel');
        const found = new Map();
        const read = async () => {
            const seen = await panel.locator('.monaco-list-row').evaluateAll((all) => all.map((row) =>
                ({ index: Number(row.dataset.index), label: row.getAttribute('aria-label') ?? '', text: row.textContent })));
            seen.forEach((row) => found.set(row.index, row));
        };
        const list = panel.locator('.tree-container .monaco-list').first();
        const { view, content } = (await list.count()) === 0 ? { view: 0, content: 0 } : await list.evaluate((element) =>
            ({ view: element.clientHeight, content: element.querySelector('.monaco-list-rows')?.offsetHeight ?? 0 }));
        await read();
        if (view > 0 && content > view) {
            const box = await list.boundingBox();
            await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
            const place = () => list.locator('.monaco-list-rows').evaluate((element) => element.getBoundingClientRect().top);
            for (let top = 0; top + view < content; top += view / 2) {
                const before = await place();
                await this.page.mouse.wheel(0, view / 2);
                await until('the panel has scrolled', async () => (await place()) !== before, { timeout: 1000 }).catch(() => {});
                await read();
            }
            await this.page.mouse.wheel(0, -content);
        }
        return [...found.values()].sort((a, b) => a.index - b.index);
    }

    async showProblems() {
        const panel = this.page.locator('.markers-panel');
        if (!(await panel.isVisible())) {
            await retry('the Problems panel', () => this.press('Control+Shift+KeyM'), () => panel.waitFor({ timeout: 5000 }));
        }
    }

    /** Waits until the Problems panel is accepted; gives its rows. */
    async waitForProblems(accept, what = 'problems') {
        return untilValue(what, () => this.problems(), accept);
    }

    /** Back from a panel to the text. */
    async focusEditor() {
        await this.press('Control+Digit1');
    }

    // Menus of the editor.

    /**
     * Opens the quick fixes at the cursor and gives their titles. Put the cursor there first (`goTo`). The language client
     * may be late with registering them, so an empty menu is asked for again.
     */
    async quickFixes(wanted) {
        const items = this.page.locator('.action-widget .monaco-list-row.action');
        const row = wanted === undefined ? items.first() : items.filter({ hasText: wanted }).first();
        await retry(
            `a quick fix ${wanted ?? ''}`,
            async () => {
                await this.#free();
                await this.focusEditor();
                await this.editor().locator('.lightBulbWidget').first().waitFor({ timeout: 5000 }).catch(() => {});
                await this.press('Control+Period');
            },
            () => row.waitFor({ timeout: 4000 }),
        );
        return (await items.allInnerTexts()).map((text) => plain(text).trim());
    }

    /**
     * Applies the quick fix with this title at the cursor. One that asks for something opens a widget: with it the fix is
     * chosen again while that does not come, since VS Code forgets the commands of an open menu when its own next request
     * for fixes ends meanwhile ("Actual command not found" on the console).
     */
    async quickFix(title, widget) {
        const apply = async () => {
            await this.quickFixes(title);
            await this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first().click();
            await this.page.locator('.action-widget .monaco-list-row.action').first().waitFor({ state: 'hidden' });
        };
        await (widget ? retry(`what "${title}" opens`, apply, () => widget.waitFor({ timeout: 4000 })) : apply());
    }

    /**
     * VS Code's Refactor Preview, which a change that needs confirmation opens: its rows; `apply` ticks all and makes the
     * changes, `discard` leaves them.
     */
    async refactorPreview() {
        const panel = this.page.locator('.bulk-edit-panel');
        const rows = panel.locator('.monaco-list-row');
        const ticked = rows.locator('.edit-checkbox[aria-checked="true"]');
        await rows.nth(1).waitFor({ timeout: PATIENCE });
        const press = async (label) => {
            await panel.locator('.monaco-button', { hasText: label }).click();
            await panel.waitFor({ state: 'hidden', timeout: PATIENCE });
        };
        return {
            rows: (await rows.allInnerTexts()).map((each) => plain(each).trim()),
            ticked: await ticked.count(),
            apply: async () => {
                // The row of a file ticks all that is below it.
                await rows.first().locator('.edit-checkbox').click();
                await until('the change is ticked', async () => (await ticked.count()) === (await rows.count()));
                await press('Apply');
            },
            discard: () => press('Discard'),
        };
    }

    /** Closes an open menu. */
    async escape() {
        await this.#free();
    }

    /**
     * The hover at a text of a line in sight, as plain text. The mouse goes to the middle of `text`.
     * @param {string} text
     * @param {string} [expected] waits until the hover has this
     */
    async hover(text, expected = '') {
        const shown = this.page.locator('.monaco-hover:visible, .monaco-resizable-hover:visible .monaco-hover', { hasText: expected }).first();
        await retry(
            `a hover at ${text} with ${expected}`,
            async () => {
                await this.page.mouse.move(1, 1);
                const point = await this.#pointOf(text);
                await this.page.mouse.move(point.x - 1, point.y);
                await this.page.mouse.move(point.x, point.y);
            },
            () => shown.waitFor({ timeout: 6000 }),
        );
        return plain(await shown.innerText());
    }

    /** The middle of a text in the active editor, in the page's coordinates. */
    async #pointOf(text, index) {
        return until(`${text} is in sight`, () => this.editor(index).evaluate((element, wanted) => {
            for (const line of element.querySelectorAll('.view-lines > .view-line')) {
                const at = line.textContent.replaceAll('\u00a0', ' ').indexOf(wanted);
                if (at < 0) {
                    continue;
                }
                const middle = at + Math.floor(wanted.length / 2);
                const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
                let seen = 0;
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (middle < seen + node.length) {
                        const range = document.createRange();
                        range.setStart(node, middle - seen);
                        range.setEnd(node, middle - seen + 1);
                        const box = range.getBoundingClientRect();
                        return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
                    }
                    seen += node.length;
                }
            }
            return null;
        }, text));
    }

    /** Goes to the definition of what is at the cursor. */
    async goToDefinition() {
        await this.focusEditor();
        await this.press('F12');
    }

    /** The suggestions at the cursor: their labels. */
    async suggestions(wanted) {
        const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
        const row = wanted === undefined ? rows.first() : rows.filter({ hasText: wanted }).first();
        await retry(
            'suggestions',
            async (attempt) => {
                // The keys would close a list that typing has opened.
                if (attempt > 1 || !(await rows.first().isVisible())) {
                    await this.#free();
                    await this.press('Control+Space');
                }
            },
            () => row.waitFor({ timeout: 5000 }),
        );
        return (await rows.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? each.textContent))).map(plain);
    }

    /** Takes the suggestion with this label. */
    async suggest(label) {
        await this.suggestions(label);
        await this.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first().click();
    }

    /** The texts of the code lenses in sight. They are computed after the text is there: see `waitForCodeLenses`. */
    async codeLenses(index) {
        const texts = await this.editor(index).locator('.codelens-decoration').allInnerTexts();
        return texts.flatMap((text) => plain(text).split('|')).map((text) => text.trim()).filter((text) => text !== '');
    }

    /** Waits until the code lenses are accepted; gives them. */
    async waitForCodeLenses(accept, what = 'code lenses') {
        return untilValue(what, () => this.codeLenses(), accept);
    }

    /** Clicks a code lens. */
    async codeLens(text) {
        const lens = this.editor().locator('.codelens-decoration a', { hasText: text }).first();
        await lens.waitFor({ timeout: PATIENCE });
        // A lens moves while lenses are computed anew; a click that meets nothing is repeated by Playwright itself.
        await lens.click();
    }

    /** A button of the editor's title bar, by its tooltip. */
    titleButton(label) {
        return this.group().locator(`.editor-actions a.action-label[aria-label^="${escaped(label)}"]`).first();
    }

    // Commands.

    /** Runs a command by the palette, by its full title (`Category: Title`). */
    async palette(title) {
        const input = this.page.locator('.quick-input-widget .quick-input-box input');
        // The label may go on with the keys of the command.
        const row = this.page.locator(['', ', '].map((more) => `.quick-input-list .monaco-list-row[aria-label${more && '^'}="${escaped(title)}${more}"]`).join(', ')).first();
        await retry(
            `the command ${title}`,
            async () => {
                await this.#free();
                await this.press('F1');
                await input.waitFor({ timeout: 5000 });
                await input.fill(`>${title}`);
            },
            async () => {
                await row.waitFor({ timeout: 8000 });
                await row.click();
            },
        );
    }

    /** The titles that the palette offers for a text. */
    async paletteOffers(text) {
        const input = this.page.locator('.quick-input-widget .quick-input-box input');
        await this.#free();
        await this.press('F1');
        await input.waitFor({ timeout: PATIENCE });
        await input.fill(`>${text}`);
        await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor({ timeout: PATIENCE });
        const offers = await this.page.locator('.quick-input-list .monaco-list-row').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
        await this.#free();
        return offers.map(plain);
    }

    /** Changes the user's settings as a user does, in the editor of settings.json: the common ones and `more`. */
    async userSettings(more) {
        await this.palette('Preferences: Open User Settings (JSON)');
        const modal = this.page.locator('.monaco-modal-editor-block');
        await modal.locator('.monaco-editor .view-line').first().click();
        const settings = { ...SETTINGS, ...more };
        await this.page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(settings, null, 2));
        await this.press('Control+KeyA');
        await this.press('Control+KeyV');
        await modal.locator('.view-line', { hasText: Object.keys(settings).at(-1) }).first().waitFor({ timeout: PATIENCE });
        await this.press('Control+KeyS');
        await until('the settings are saved', () => isDeepStrictEqual(JSON.parse(fs.readFileSync(this.settingsFile, 'utf8')), settings));
        await retry(
            'close the settings',
            async () => {
                // The file is written a moment before its editor knows that it is saved.
                await this.page.locator('.activitybar a[aria-label*="unsaved file"]').waitFor({ state: 'hidden', timeout: 3000 }).catch(() => {});
                const save = this.page.locator('.monaco-dialog-box .monaco-button', { hasText: /^Save$/ });
                if (await save.isVisible()) {
                    await save.click();
                } else if (await modal.isVisible()) {
                    await modal.locator('.codicon-close:visible').last().click({ timeout: 3000 });
                }
            },
            () => modal.waitFor({ state: 'hidden', timeout: 3000 }),
        );
    }

    /** Writes the workspace's settings. An open page takes them over. */
    workspaceSettings(settings) {
        fs.mkdirSync(this.path('.vscode'), { recursive: true });
        fs.writeFileSync(this.path('.vscode/settings.json'), JSON.stringify(settings, null, 2));
    }

    // What asks and tells.

    /**
     * A modal dialog: waits for it, gives its words and buttons; `press` clicks one.
     * @returns {Promise<{ message: string, detail: string, buttons: string[], press: (label: string) => Promise<void> }>}
     */
    async dialog(expected = '') {
        const box = this.page.locator('.monaco-dialog-box', { hasText: expected }).first();
        await box.waitFor({ timeout: PATIENCE });
        const text = async (selector) => ((await box.locator(selector).count()) > 0 ? plain(await box.locator(selector).first().innerText()).trim() : '');
        const buttons = box.locator('.dialog-buttons-row .monaco-button');
        return {
            message: await text('.dialog-message-text'),
            detail: await text('.dialog-message-detail'),
            buttons: (await buttons.allInnerTexts()).map((each) => plain(each).trim()),
            press: async (label) => {
                await buttons.filter({ hasText: label }).first().click();
                await box.waitFor({ state: 'hidden', timeout: PATIENCE });
            },
        };
    }

    /** Fails when a modal dialog is open. */
    async noDialog() {
        const open = await this.page.locator('.monaco-dialog-box').allInnerTexts();
        if (open.length > 0) {
            throw new Error(`there is a dialog: ${open.join(' / ')}`);
        }
    }

    /**
     * A notification with this text: waits for it, gives its text and buttons; `press` clicks one, `close` dismisses it.
     * One that shows progress has the button Cancel, when it can be cancelled, and its message ends with the latest step.
     * Notifications without buttons hide after some seconds; the list of the notification centre still has them, so it
     * is opened when the toast is not seen.
     */
    async notification(expected) {
        const toast = this.page.locator('.notification-toast .notification-list-item, .notifications-center.visible .notification-list-item', { hasText: expected }).first();
        await retry(
            `a notification "${expected}"`,
            async (attempt) => {
                if (attempt > 1) {
                    await this.palette('Notifications: Show Notifications');
                }
            },
            () => toast.waitFor({ timeout: 12_000 }),
            4,
        );
        const message = plain(await toast.locator('.notification-list-item-message').first().innerText());
        const buttons = toast.locator('.notification-list-item-buttons-container .monaco-button');
        return {
            message,
            buttons: (await buttons.allInnerTexts()).map((each) => plain(each).trim()),
            press: (label) => buttons.filter({ hasText: label }).first().click(),
            close: async () => {
                await toast.hover();
                await toast.locator('.notification-list-item-toolbar-container .codicon-notifications-clear').first().click();
            },
        };
    }

    /** Dismisses all notifications. */
    async clearNotifications() {
        await this.palette('Notifications: Clear All Notifications');
    }

    /** The items of an open quick pick: `{ label, description, detail }`; `choose` takes one, `check` ticks several. */
    async quickPick(expected = '') {
        const widget = this.page.locator('.quick-input-widget:visible', { hasText: expected }).first();
        await widget.waitFor({ timeout: PATIENCE });
        const rows = widget.locator('.quick-input-list .monaco-list-row');
        await rows.first().waitFor({ timeout: PATIENCE });
        const part = async (row, selector) => ((await row.locator(selector).count()) > 0 ? plain(await row.locator(selector).first().innerText()).trim() : '');
        const items = [];
        for (const row of await rows.all()) {
            items.push({
                label: await part(row, '.label-name'),
                description: await part(row, '.label-description'),
                detail: await part(row, '.quick-input-list-label-meta'),
            });
        }
        return {
            title: (await widget.locator('.quick-input-title').first().innerText().catch(() => '')).trim(),
            items,
            choose: async (label) => {
                await rows.filter({ hasText: label }).first().click();
                await widget.waitFor({ state: 'hidden', timeout: PATIENCE });
            },
            /** Ticks exactly these of a pick that takes several, and confirms. */
            check: async (labels) => {
                for (const row of await rows.all()) {
                    const label = await part(row, '.label-name');
                    const box = row.locator('.monaco-checkbox').first();
                    const ticked = (await box.getAttribute('aria-checked')) === 'true';
                    if (ticked !== labels.includes(label)) {
                        await box.click();
                    }
                }
                await widget.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).first().click();
                await widget.waitFor({ state: 'hidden', timeout: PATIENCE });
            },
        };
    }

    /** An open input box: fills and confirms it. */
    async inputBox(text, expected = '') {
        const widget = this.page.locator('.quick-input-widget:visible', { hasText: expected }).first();
        await widget.waitFor({ timeout: PATIENCE });
        await widget.locator('.quick-input-box input').fill(text);
        await this.press('Enter');
        await widget.waitFor({ state: 'hidden', timeout: PATIENCE });
    }

    /** The texts of the status bar. */
    async statusBar() {
        const texts = await this.page.locator('.statusbar-item:visible').evaluateAll((all) =>
            all.map((each) => ({ id: each.id, text: each.textContent.trim(), label: each.getAttribute('aria-label') ?? '' })));
        return texts.map(({ id, text, label }) => ({ id, text: plain(text), label: plain(label) }));
    }

    /** A status bar item by its text. */
    statusItem(text) {
        return this.page.locator('.statusbar-item', { hasText: text }).first();
    }

    // Workspace trust: with the setting `security.workspace.trust.enabled`, an unknown folder opens in restricted mode.

    /** Waits for restricted mode. */
    async waitForRestrictedMode() {
        await this.statusItem('Restricted Mode').waitFor({ timeout: PATIENCE });
    }

    /** Trusts the workspace; its editor is a modal one, which Escape does not close. */
    async trust() {
        await this.statusItem('Restricted Mode').click();
        const editor = this.page.locator('.workspace-trust-editor');
        await editor.waitFor({ timeout: PATIENCE });
        await editor.getByRole('button', { name: 'Trust', exact: true }).first().click();
        const modal = this.page.locator('.monaco-modal-editor-block');
        if ((await modal.count()) > 0) {
            await modal.locator('.codicon-close:visible').last().click();
            await modal.waitFor({ state: 'hidden', timeout: PATIENCE });
        }
        await this.statusItem('Restricted Mode').waitFor({ state: 'hidden', timeout: PATIENCE });
    }

    // Views.

    /** Opens a container of the activity bar by its title. */
    async openView(title) {
        const button = this.page.locator(`.activitybar .action-item a.action-label[aria-label^="${escaped(title)}"]`).first();
        const shown = this.page.locator('.activitybar .action-item.checked', { has: this.page.locator(`a.action-label[aria-label^="${escaped(title)}"]`) }).first();
        await retry(`the view ${title}`, async () => {
            // A click on the one that is open would close the side bar.
            if (!(await shown.isVisible())) {
                await button.click();
            }
        }, () => shown.waitFor({ timeout: 5000 }));
    }

    /** The tree view with this title: its section is expanded when it is collapsed. */
    async tree(view) {
        const pane = this.page.locator('.split-view-view .pane').filter({ has: this.page.locator(`.pane-header[aria-label^="${escaped(view)}"]`) }).first();
        await pane.waitFor({ timeout: PATIENCE });
        const header = pane.locator('.pane-header').first();
        if ((await header.getAttribute('aria-expanded')) === 'false') {
            await header.click();
        }
        const row = (text) => pane.locator('.monaco-list-row', { hasText: text }).first();
        return {
            pane,
            row,
            /** The rows in sight: `{ label, description, level, expanded }`. */
            rows: async () => pane.locator('.monaco-list-row').evaluateAll((all) => all
                .sort((a, b) => a.offsetTop - b.offsetTop)
                .map((each) => ({
                    label: each.querySelector('.label-name')?.textContent ?? '',
                    description: each.querySelector('.label-description')?.textContent ?? '',
                    level: Number(each.getAttribute('aria-level')),
                    expanded: each.getAttribute('aria-expanded'),
                    aria: each.getAttribute('aria-label') ?? '',
                }))),
            expand: async (text) => {
                await row(text).waitFor({ timeout: PATIENCE });
                if ((await row(text).getAttribute('aria-expanded')) === 'false') {
                    await row(text).locator('.monaco-tl-twistie').click();
                }
            },
            collapse: async (text) => {
                if ((await row(text).getAttribute('aria-expanded')) === 'true') {
                    await row(text).locator('.monaco-tl-twistie').click();
                }
            },
            click: async (text) => {
                await row(text).locator('.label-name').click();
            },
            /** A button at the right of a row, by its tooltip. */
            action: async (text, label) => {
                await row(text).hover();
                await row(text).locator(`.actions a.action-label[aria-label^="${escaped(label)}"]`).first().click();
            },
            /** A button of the view's title, by its tooltip. */
            titleAction: async (label) => {
                // The only view of a container has no header: its buttons are those of the side bar.
                const bar = (await header.isVisible()) ? header : this.page.locator('.part.sidebar > .composite.title');
                await bar.hover();
                await bar.locator(`a.action-label[aria-label^="${escaped(label)}"]`).first().click();
            },
            /** An item of a row's context menu. */
            menu: async (text, label) => {
                await row(text).click({ button: 'right' });
                await this.menuItem(label);
            },
        };
    }

    /** Clicks an item of the open context menu. It lives in a shadow root, which Playwright's selectors pierce. */
    async menuItem(label) {
        const item = this.page.locator('.monaco-menu .action-menu-item', { hasText: label }).first();
        await item.waitFor({ timeout: PATIENCE });
        await item.click();
    }

    /** An item of a file's context menu in the Explorer. */
    async explorerMenu(file, label) {
        const row = this.explorerRow(file);
        await row.waitFor({ timeout: PATIENCE });
        await row.click({ button: 'right' });
        await this.menuItem(label);
    }

    /** A file in the Explorer by its name. */
    explorerRow(name) {
        return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${escaped(name)}"]`).first();
    }

    // Web views.

    /**
     * The document inside a web view, a frame in a frame: Markdown previews and extensions' own pages. With `expected`,
     * the one that shows this text.
     * @returns {Promise<import('playwright-core').Frame>}
     */
    async webview(expected = '') {
        return until(`a web view with ${expected}`, async () => {
            for (const frame of this.page.frames()) {
                if (frame.name() === 'active-frame' || (frame.parentFrame()?.url().includes('/webview/browser/pre/') ?? false)) {
                    const text = await frame.locator('body').innerText({ timeout: 1000 }).catch(() => null);
                    if (text !== null && text.includes(expected) && text.trim() !== '') {
                        return frame;
                    }
                }
            }
            return null;
        });
    }
}
