import * as vscode from 'vscode';
import type { App } from './app';
import { registerCommands } from './commands';
import { PreviewDocuments } from './documents/preview';
import { registerRulePages } from './documents/rule';
import { Pages } from './documents/summary';
import type { Status } from './protocol';
import { Server } from './server/client';
import { isCandidate, StatusBar } from './status';
import { DefinitionsView } from './views/definitions';

/** What `activate` gives to tests and to other extensions. */
export interface Api {
  /** Starts the server unless it runs, and waits for it. Fails when it cannot run. */
  ready(): Promise<void>;
  /** What the server has last said of an open document. */
  status(uri: vscode.Uri): Status | undefined;
}

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('v4ward', { log: true });
  const running = new Server(context, log);
  server = running;
  const pages = new Pages();
  const previews = new PreviewDocuments(running);
  const definitions = new DefinitionsView(running, log);
  const app: App = { context, log, server: running, pages, previews, definitions };
  context.subscriptions.push(
    log,
    pages,
    previews,
    definitions,
    new StatusBar(running),
    registerRulePages(running),
    ...registerCommands(app),
    ...startWhenNeeded(running, definitions),
  );
  return {
    ready: async () => {
      if (!(await running.start())) {
        throw new Error(`v4ward is not running: ${running.state}`);
      }
    },
    status: (uri) => running.status(uri),
  };
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}

/** The server runs from the first document on that looks like a definition. */
function startWhenNeeded(running: Server, definitions: DefinitionsView): vscode.Disposable[] {
  const look = (document: vscode.TextDocument) => {
    if (running.state === 'idle' && isCandidate(document)) {
      void running.start();
    }
  };
  const lookAtAll = () => vscode.workspace.textDocuments.forEach(look);
  lookAtAll();
  return [
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      await running.stop();
      lookAtAll();
      definitions.refreshIfVisible();
    }),
  ];
}
