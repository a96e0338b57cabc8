// What v4ward shows in the workbench, and what its command line says of the same file.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { untilValue } from './wait.mjs';

/**
 * Our rows of the Problems panel, in its order.
 * @returns {Promise<{ rule: string, severity: string, message: string, line: number, column: number }[]>}
 */
export async function findings(workbench) {
    const rows = (await workbench.problems()).filter(({ source }) => source === 'v4ward');
    return rows.map(({ severity, message, line, column, text }) => {
        const rule = /v4ward\(?([a-z0-9-]+)\)?\[Ln/.exec(text)?.[1] ?? '';
        return { rule, severity, message, line, column };
    });
}

export async function waitForFindings(workbench, accept, what = 'findings') {
    return untilValue(what, () => findings(workbench), accept);
}

/** The rules of the findings are these, in any order. */
export async function waitForRules(workbench, rules, what = `findings of ${rules}`) {
    const wanted = [...rules].sort().join();
    return waitForFindings(workbench, (found) => found.map(({ rule }) => rule).sort().join() === wanted, what);
}

/** What the status bar says of the active file; null when it says nothing. */
export async function verdict(workbench) {
    return (await workbench.statusBar()).find(({ id }) => id.endsWith('v4ward.verdict'))?.text ?? null;
}

export async function waitForVerdict(workbench, text) {
    return untilValue(`the status bar says ${text}`, () => verdict(workbench), (shown) => shown === text);
}

/** The process ids of the language servers that run. One of the page before may still be ending. */
export function servers(session) {
    return session.server.processes().filter(({ command }) => /\/v4ward lsp$/.test(command)).map(({ pid }) => pid);
}

/** Runs the command line; gives what it says. Exit code 1 is no error: something was found. */
export function commandLine(binary, ...words) {
    const done = spawnSync(binary, words, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    if (done.status !== 0 && done.status !== 1) {
        throw new Error(`v4ward ${words.join(' ')} ended with ${done.status ?? done.error ?? done.signal}:\n${done.stdout}${done.stderr}`);
    }
    return done.stdout;
}

/** The findings of `v4ward check`, as `findings` gives them and with the text that they stand on. */
export function checked(binary, file) {
    const [{ findings: found }] = JSON.parse(commandLine(binary, 'check', '--format', 'json', '--fail-on', 'never', file)).files;
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    return found.map(({ rule, severity, message, help, range: { start, end } }) => ({
        rule,
        severity,
        message: help ? `${message}\nhelp: ${help}` : message,
        line: start.line + 1,
        column: start.character + 1,
        on: lines[start.line].slice(start.character, start.line === end.line ? end.character : undefined),
    }));
}

/** What `v4ward WORDS FILE` makes of a text: the file, or the one named `result`, afterwards. */
export function made(binary, folder, words, name, text, result = name) {
    const own = fs.mkdtempSync(path.join(path.dirname(folder), 'command-line-'));
    fs.writeFileSync(path.join(own, name), text);
    commandLine(binary, ...words, path.join(own, name));
    return fs.readFileSync(path.join(own, result), 'utf8');
}
