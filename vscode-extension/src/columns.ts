import * as vscode from 'vscode';

/** The column where a file has a tab, seen or not. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const wanted = uri.toString();
  const group = vscode.window.tabGroups.all.find((it) =>
    it.tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === wanted),
  );
  return group?.viewColumn;
}

/** The column to show something beside a file, or beside what is active; never a third one for it. */
export function columnBeside(uri?: vscode.Uri): vscode.ViewColumn {
  const column = (uri && columnOf(uri)) ?? vscode.window.tabGroups.activeTabGroup.viewColumn;
  return column === vscode.ViewColumn.One ? vscode.ViewColumn.Two : column - 1;
}
