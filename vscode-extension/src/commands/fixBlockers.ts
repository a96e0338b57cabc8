import * as vscode from 'vscode';
import type { App } from '../app';
import type { DryRun } from '../protocol';
import { type BlockerFix, blockerFixes, sameTitle } from '../text/blockers';
import { fileName } from '../text/words';

interface FixItem extends vscode.QuickPickItem {
  readonly fix: BlockerFix;
}

/** Offers the fixes of the blockers one by one. Whether one was made. */
export async function fixBlockers(app: App, uri: vscode.Uri, dryRun: DryRun): Promise<boolean> {
  const items: FixItem[] = blockerFixes(dryRun).map((fix) => ({
    label: `$(wrench) ${fix.label}`,
    description: fix.description,
    detail: fix.detail,
    fix,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Fix blockers of ${fileName(dryRun.uri)}`,
    placeHolder: 'Choose one fix. It changes the V2 file in the editor; then the file is checked again.',
    matchOnDetail: true,
    matchOnDescription: true,
  });
  if (picked === undefined || !(await confirm(picked.fix, dryRun))) {
    return false;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
  if (await apply(app, uri, picked.fix)) {
    return true;
  }
  void vscode.window.showWarningMessage('This fix cannot be made any more: the file has changed. Nothing was done.');
  return false;
}

async function confirm({ fix, finding }: BlockerFix, dryRun: DryRun): Promise<boolean> {
  const where = fix.action === 'settings' ? 'the settings' : fileName(dryRun.uri);
  const warning =
    fix.applicability === 'unsafe' ? 'Requests may be handled differently afterwards: decide whether that is right. ' : '';
  const detail = [fix.title, `${warning}The change is not saved and can be undone.`];
  if (finding.help !== null && finding.help !== '') {
    detail.push(`Advice: ${finding.help}`);
  }
  const answer = await vscode.window.showWarningMessage(
    `Change ${where}?`,
    { modal: true, detail: detail.join('\n\n') },
    'Make This Fix',
  );
  return answer !== undefined;
}

/** Through the code action at the place of the finding; the bulk fix of the rule where there is none. */
async function apply(app: App, uri: vscode.Uri, { finding, fix, index }: BlockerFix): Promise<boolean> {
  if (finding.range !== null) {
    const { start, end } = finding.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    const actions = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
      50,
    );
    const candidates = actions.filter((it): it is vscode.CodeAction => 'edit' in it && it.edit !== undefined);
    const action =
      candidates.find((it) => it.title === fix.title) ?? candidates.find((it) => sameTitle(it.title, fix.title));
    if (action?.edit !== undefined) {
      return vscode.workspace.applyEdit(action.edit);
    }
  }
  if (index !== 0 || fix.action !== 'edit') {
    return false;
  }
  const result = await app.server.execute('v4ward.fixAll', {
    uri: uri.toString(),
    rules: [finding.rule],
    unsafe: true,
    apply: false,
  });
  return result.edit !== null && vscode.workspace.applyEdit(await app.server.asWorkspaceEdit(result.edit));
}
