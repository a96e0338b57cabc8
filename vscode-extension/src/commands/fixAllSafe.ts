import * as vscode from 'vscode';
import { type App, quietly } from '../app';
import { count, fileName } from '../text/words';

/** All safe fixes of one definition, as one edit that is not saved. */
export async function fixAllSafe(app: App, uri: vscode.Uri): Promise<void> {
  const result = await quietly('v4ward: safe fixes', () =>
    app.server.execute('v4ward.fixAll', { uri: uri.toString(), apply: false }),
  );
  const name = fileName(uri.path);
  if (result.edit === null) {
    void vscode.window.showInformationMessage(`${name} has nothing that can be fixed safely.`);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
  if (await vscode.workspace.applyEdit(await app.server.asWorkspaceEdit(result.edit))) {
    const fixes = count(result.fixes.length, 'safe fix', 'safe fixes');
    void vscode.window.showInformationMessage(`${fixes} made in ${name}. The file is not saved yet.`);
  } else {
    void vscode.window.showWarningMessage(`${name} has changed meanwhile. Nothing was fixed; try again.`);
  }
}
