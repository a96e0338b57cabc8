import * as vscode from 'vscode';

/** The column where a file has a tab, seen or not. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const wanted = uri.toString();
  const group = vscode.window.tabGroups.all.find((it) =>
    it.tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === wanted),
  );
  return group?.viewColumn;
}

/** Closes the tabs of a file, unless they hold changes of somebody. */
export async function closeTabs(uri: vscode.Uri): Promise<void> {
  const wanted = uri.toString();
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const clean = tabs.filter((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === wanted && !tab.isDirty);
  await vscode.window.tabGroups.close(clean, true);
}

/** The column to show something beside a file, or beside what is active; never a third one for it. */
export function columnBeside(uri?: vscode.Uri): vscode.ViewColumn {
  const column = (uri && columnOf(uri)) ?? vscode.window.tabGroups.activeTabGroup.viewColumn;
  return column === vscode.ViewColumn.One ? vscode.ViewColumn.Two : column - 1;
}

/** The column for a page: where a page is shown already, else beside the file that is active. */
export function columnForPage(): vscode.ViewColumn {
  const group = vscode.window.tabGroups.activeTabGroup;
  const input = group.activeTab?.input;
  const isPage = input instanceof vscode.TabInputCustom && input.uri.scheme.startsWith('v4ward-');
  return group.activeTab === undefined || isPage ? group.viewColumn : columnBeside();
}
