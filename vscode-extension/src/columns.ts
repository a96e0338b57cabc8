import * as vscode from 'vscode';

/** The column where a file has a tab, seen or not. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const wanted = uri.toString();
  const group = vscode.window.tabGroups.all.find((it) =>
    it.tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === wanted),
  );
  return group?.viewColumn;
}

/** Beside the first column, without a new column for everything that is shown. */
export function besideColumn(): vscode.ViewColumn {
  const groups = vscode.window.tabGroups;
  return groups.all.length > 1 && groups.activeTabGroup.viewColumn !== vscode.ViewColumn.One
    ? groups.activeTabGroup.viewColumn
    : vscode.ViewColumn.Two;
}
