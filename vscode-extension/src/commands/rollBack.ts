import * as vscode from 'vscode';
import { type App, quietly } from '../app';
import { closeTabs } from '../columns';
import type { Rollback } from '../protocol';
import { fileName, sentence } from '../text/words';

/** Removes the V4 file of a V2 file, or the given V4 file. Asks when somebody has changed it. */
export async function rollBack(app: App, uri: vscode.Uri): Promise<void> {
  const argument = { uri: uri.toString() };
  let result = await quietly('v4ward: roll back', () => app.server.execute('v4ward.rollback', argument));
  if (result.status === 'changed') {
    const answer = await vscode.window.showWarningMessage(
      `Delete ${nameOf(result, uri)} although it was changed?`,
      {
        modal: true,
        detail: `${sentence(result.message ?? 'it is not what v4ward would write today')}\n\nv4ward cannot restore it.`,
      },
      'Delete Anyway',
    );
    if (answer === undefined) {
      return;
    }
    result = await app.server.execute('v4ward.rollback', { ...argument, force: true });
  }
  app.definitions.refreshSoon();
  if (result.status === 'removed' && result.output !== null) {
    await closeTabs(vscode.Uri.parse(result.output));
  }
  tell(result, uri);
}

function tell(result: Rollback, uri: vscode.Uri): void {
  const name = nameOf(result, uri);
  switch (result.status) {
    case 'removed':
      void vscode.window.showInformationMessage(`${name} is removed.`);
      break;
    case 'absent':
      void vscode.window.showInformationMessage(`${fileName(uri.path)} has no V4 file: there is nothing to roll back.`);
      break;
    case 'changed':
    case 'refused':
    case 'failed':
      void vscode.window.showWarningMessage(sentence(result.message ?? `${name} was not removed.`));
      break;
  }
}

function nameOf(result: Rollback, uri: vscode.Uri): string {
  return fileName(result.output ?? uri.path);
}
