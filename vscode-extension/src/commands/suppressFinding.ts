import * as vscode from 'vscode';
import { type App, quietly } from '../app';

interface Finding {
  readonly uri: string;
  readonly rule: string;
  readonly pointer?: string | null;
}

/** Accepts a finding: asks for the reason, and shows the entry in `v4ward.toml`, which the user saves. */
export async function suppressFinding(app: App, argument: unknown): Promise<void> {
  if (!isFinding(argument)) {
    return;
  }
  const reason = await vscode.window.showInputBox({
    title: `Suppress ${argument.rule}`,
    prompt: 'Why is this accepted? The reason is kept in v4ward.toml.',
    placeHolder: 'For example: the backend treats // as /',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A reason is needed.' : undefined),
  });
  if (reason === undefined) {
    return;
  }
  const { uri, rule, pointer } = argument;
  const result = await quietly('v4ward: suppress', () =>
    app.server.execute('v4ward.suppress', { uri, rule, pointer: pointer ?? null, reason: reason.trim(), apply: false }),
  );
  if (result.edit === null) {
    void vscode.window.showWarningMessage('v4ward.toml cannot be changed: it lies outside the workspace, or has to be mended first.');
    return;
  }
  const edit = await app.server.asWorkspaceEdit(result.edit);
  if (await vscode.workspace.applyEdit(edit)) {
    for (const [file] of edit.entries()) {
      await vscode.window.showTextDocument(file, { preview: false });
    }
  }
}

function isFinding(argument: unknown): argument is Finding {
  const { uri, rule } = (argument ?? {}) as Partial<Finding>;
  return typeof uri === 'string' && typeof rule === 'string';
}
