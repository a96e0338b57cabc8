import * as vscode from 'vscode';
import { type App, quietly } from '../app';
import { count, fileName, sentence } from '../text/words';

/**
 * Lets the subscriptions of a V2 resource name the V4 one. The edit asks to be confirmed, so the editor shows its Refactor
 * Preview; nothing is saved.
 */
export async function pointSubscriptions(app: App, uri: vscode.Uri): Promise<void> {
  const result = await quietly('v4ward: subscriptions', () =>
    app.server.execute('v4ward.repoint', { uri: uri.toString(), apply: false }),
  );
  const [skipped] = result.skipped;
  if (skipped !== undefined) {
    const more = result.skipped.length > 1 ? ` The same goes for ${count(result.skipped.length - 1, 'more file')}.` : '';
    void vscode.window.showWarningMessage(`${fileName(skipped.uri)} has to be edited by hand: ${sentence(skipped.reason)}.${more}`);
  }
  if (result.edit !== null) {
    await vscode.workspace.applyEdit(await app.server.asWorkspaceEdit(result.edit), { isRefactoring: true });
  } else if (skipped === undefined) {
    void vscode.window.showInformationMessage(`No subscription of the workspace names what ${fileName(uri.path)} holds.`);
  }
}
