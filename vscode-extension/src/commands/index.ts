import * as vscode from 'vscode';
import { type App, guarded, targetUri } from '../app';
import { PreviewDocuments } from '../documents/preview';
import type { WorkspaceDefinition } from '../protocol';
import type { Node } from '../views/definitions';
import { explainRule } from './explainRule';
import { fixAllSafe } from './fixAllSafe';
import { fixMany } from './fixMany';
import { migrate } from './migrate';
import { migrateMany } from './migrateMany';
import { pointSubscriptions } from './pointSubscriptions';
import { previewV4 } from './previewV4';
import { rollBack } from './rollBack';
import { showSummary } from './showSummary';
import { suppressFinding } from './suppressFinding';

type FileCommand = (app: App, uri: vscode.Uri, argument: unknown) => Promise<void>;

/** The extension's own commands. They are there from activation on, with or without a server. */
export function registerCommands(app: App): vscode.Disposable[] {
  const register = (id: string, what: string, run: (...args: readonly unknown[]) => Promise<void>) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) => guarded(app, what, () => run(...args)));
  const file = (id: string, what: string, run: FileCommand) =>
    register(id, what, async (argument) => {
      const uri = target(argument);
      if (uri !== undefined) {
        await run(app, uri, argument);
      }
    });
  return [
    register('v4ward.migrateToV4', 'Migrate to V4', async (argument, others) => {
      const uris = manyUris(others);
      if (uris.length > 1) {
        await migrateMany(app, await definitionsOf(app, uris));
        return;
      }
      const uri = target(argument);
      if (uri !== undefined) {
        await migrate(app, uri);
      }
    }),
    file('v4ward.previewV4', 'Preview V4', previewV4),
    file('v4ward.rollBackV4', 'Roll back', rollBack),
    file('v4ward.fixAllSafe', 'Safe fixes', fixAllSafe),
    file('v4ward.pointSubscriptions', 'Point subscriptions', pointSubscriptions),
    file('v4ward.showSummary', 'Migration summary', showSummary),
    register('v4ward.explainRule', 'Explain a rule', (argument) => explainRule(app, argument)),
    register('v4ward.suppressFinding', 'Suppress a finding', (argument) => suppressFinding(app, argument)),
    register('v4ward.refreshDefinitions', 'Refresh', () => app.definitions.refresh()),
    register('v4ward.migrateSelected', 'Migrate selected', (node, nodes) =>
      migrateMany(app, selected(app, node as Node | undefined, nodes as readonly Node[] | undefined)),
    ),
    register('v4ward.migrateAll', 'Migrate all', async () => migrateMany(app, await all(app))),
    register('v4ward.fixAllDefinitions', 'Fix all', async () => fixMany(app, await all(app))),
    register('v4ward.restartServer', 'Restart', async () => {
      await app.server.restart();
    }),
    register('v4ward.showLog', 'Show log', async () => app.log.show()),
  ];
}

function target(argument: unknown): vscode.Uri | undefined {
  const uri = targetUri(argument, (it) => (PreviewDocuments.isPreview(it) ? PreviewDocuments.sourceOf(it) : it));
  if (uri?.scheme !== 'file') {
    void vscode.window.showInformationMessage('Open an API definition first: a JSON or YAML file on disk.');
    return undefined;
  }
  return uri;
}

/** The second argument of a menu of the explorer: all that is selected. */
function manyUris(argument: unknown): vscode.Uri[] {
  return Array.isArray(argument) ? argument.filter((it): it is vscode.Uri => it instanceof vscode.Uri) : [];
}

async function all(app: App): Promise<readonly WorkspaceDefinition[]> {
  await app.definitions.refresh();
  return app.definitions.all;
}

async function definitionsOf(app: App, uris: readonly vscode.Uri[]): Promise<WorkspaceDefinition[]> {
  const wanted = new Set(uris.map((it) => it.toString()));
  return (await all(app)).filter((it) => wanted.has(vscode.Uri.parse(it.uri).toString()));
}

/** What is selected in the tree; groups stand for all they hold. */
function selected(app: App, node: Node | undefined, nodes: readonly Node[] | undefined): WorkspaceDefinition[] {
  const chosen = nodes ?? (node === undefined ? app.definitions.selection : [node]);
  const definitions = chosen.flatMap((it) => (it.kind === 'group' ? it.group.definitions : [it.definition]));
  return [...new Set(definitions)];
}
