import * as vscode from 'vscode';
import type { PreviewDocuments } from './documents/preview';
import type { Pages } from './documents/summary';
import { NoServer, type Server } from './server/client';
import type { DefinitionsView } from './views/definitions';

/** What the commands work with. */
export interface App {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly server: Server;
  readonly pages: Pages;
  readonly previews: PreviewDocuments;
  readonly definitions: DefinitionsView;
}

/**
 * The file that a command is about: what it was given by a menu, a lens, the tree or a test, else the active editor.
 * A preview stands for its V2 file.
 */
export function targetUri(argument: unknown, sourceOf: (uri: vscode.Uri) => vscode.Uri): vscode.Uri | undefined {
  const given = uriIn(argument) ?? vscode.window.activeTextEditor?.document.uri;
  return given === undefined ? undefined : sourceOf(given);
}

function uriIn(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) {
    return argument;
  }
  if (typeof argument === 'string' && argument !== '') {
    return vscode.Uri.parse(argument);
  }
  if (typeof argument === 'object' && argument !== null) {
    const { uri, resourceUri } = argument as { uri?: unknown; resourceUri?: unknown };
    return uriIn(uri) ?? uriIn(resourceUri);
  }
  return undefined;
}

/** Runs what a command does and tells what went wrong, once. */
export async function guarded(app: App, what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof vscode.CancellationError) {
      return;
    }
    if (error instanceof NoServer) {
      tellNoServer(app);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    app.log.error(`${what}: ${message}`);
    const answer = await vscode.window.showErrorMessage(`${what}: ${message}`, 'Show Log');
    if (answer !== undefined) {
      app.log.show();
    }
  }
}

function tellNoServer(app: App): void {
  if (app.server.state === 'restricted') {
    void vscode.window
      .showWarningMessage(
        'v4ward does not run in restricted mode. Trust this workspace to check and migrate definitions.',
        'Manage Workspace Trust',
      )
      .then((answer) => answer && vscode.commands.executeCommand('workbench.trust.manage'));
  }
  // a missing binary and a failed start have been told where they happened
}

/** Asks the server while a light progress shows in the window. */
export function quietly<T>(title: string, task: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, task);
}
