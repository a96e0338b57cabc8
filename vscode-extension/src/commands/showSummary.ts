import type * as vscode from 'vscode';
import { type App, quietly } from '../app';
import type { DryRun } from '../protocol';
import { summaryPage } from '../text/summary';
import { fileName } from '../text/words';

/** The dry run of one definition as a page; nothing is written. */
export async function showSummary(app: App, uri: vscode.Uri): Promise<void> {
  const dryRun = await quietly('v4ward: dry run', () => app.server.execute('v4ward.dryRun', { uri: uri.toString() }));
  await openSummary(app, dryRun);
}

export async function openSummary(app: App, dryRun: DryRun): Promise<void> {
  await app.pages.show(`Migration of ${fileName(dryRun.uri)}`, dryRun.uri, summaryPage(dryRun));
}
