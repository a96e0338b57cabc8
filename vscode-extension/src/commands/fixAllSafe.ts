import * as vscode from 'vscode';
import { type App, quietly } from '../app';
import { count, fileName } from '../text/words';

/**
 * All safe fixes of one file, as one edit that is not saved. A lens names the document of the file, which can hold
 * several definitions.
 */
export async function fixAllSafe(app: App, uri: vscode.Uri, argument?: unknown): Promise<void> {
  const document = documentIn(argument);
  const result = await quietly('v4ward: safe fixes', () =>
    app.server.execute('v4ward.fixAll', { uri: uri.toString(), apply: false, ...(document === undefined ? {} : { document }) }),
  );
  const name = fileName(uri.path);
  if (result.edit === null) {
    void vscode.window.showInformationMessage(`${name} has nothing that can be fixed safely.`);
    return;
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  if (await vscode.workspace.applyEdit(await app.server.asWorkspaceEdit(result.edit))) {
    const fixes = count(result.fixes.length, 'safe fix', 'safe fixes');
    void vscode.window.showInformationMessage(`${fixes} made in ${name}. The file is not saved yet.`);
  } else {
    void vscode.window.showWarningMessage(`${name} has changed meanwhile. Nothing was fixed; try again.`);
  }
}

function documentIn(argument: unknown): number | undefined {
  const document = (argument as { document?: unknown } | null | undefined)?.document;
  return typeof document === 'number' ? document : undefined;
}
