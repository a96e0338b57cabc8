import * as vscode from 'vscode';
import type { App } from '../app';
import { closeTabs, columnOf } from '../columns';
import type { WorkspaceDefinition } from '../protocol';
import { count } from '../text/words';
import { bulk, type Outcome } from './bulk';

/** Makes the safe fixes of many V2 files and saves those that had no other changes. */
export async function fixMany(app: App, definitions: readonly WorkspaceDefinition[]): Promise<void> {
  const fixable = definitions.filter((it) => it.error === null && it.definition === 'v2' && it.safeFixes > 0);
  if (fixable.length === 0) {
    void vscode.window.showInformationMessage('No definition has anything that can be fixed safely.');
    return;
  }
  const fixes = fixable.reduce((sum, it) => sum + it.safeFixes, 0);
  const label = `Fix ${count(fixable.length, 'File')}`;
  const answer = await vscode.window.showWarningMessage(
    `Make ${count(fixes, 'safe fix', 'safe fixes')} in ${count(fixable.length, 'V2 file')}?`,
    {
      modal: true,
      detail:
        'These V2 files are changed and saved. Only the text that a fix is about changes, and every request is ' +
        'handled as before.\n\nFiles with unsaved changes are fixed in the editor and not saved.',
    },
    label,
  );
  if (answer === undefined) {
    return;
  }
  await bulk(app, {
    title: 'Result of the fixes',
    progress: 'Making safe fixes',
    definitions: fixable,
    kinds: { fixed: 'fixed', unsaved: 'fixed, not saved', nothing: 'without fixes', failed: 'failed' },
    nextSteps: () => [],
    one: (definition, token) => fixOne(app, definition, token),
  });
}

async function fixOne(app: App, definition: WorkspaceDefinition, token: vscode.CancellationToken): Promise<Outcome> {
  const uri = vscode.Uri.parse(definition.uri);
  const result = await app.server.execute('v4ward.fixAll', { uri: definition.uri, apply: false }, token);
  if (result.edit === null) {
    return { kind: 'nothing', note: '' };
  }
  const wasOpen = columnOf(uri) !== undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  const wasDirty = document.isDirty;
  if (!(await vscode.workspace.applyEdit(await app.server.asWorkspaceEdit(result.edit)))) {
    return { kind: 'failed', note: 'The file has changed meanwhile' };
  }
  const note = result.fixes.map((it) => it.title).join('; ');
  if (wasDirty) {
    return { kind: 'unsaved', note };
  }
  if (!(await document.save())) {
    return { kind: 'failed', note: 'The file could not be saved' };
  }
  if (!wasOpen) {
    await closeTabs(uri); // VS Code opens a file that stays unsaved for longer than a moment
  }
  return { kind: 'fixed', note };
}
