import * as vscode from 'vscode';
import type { App } from '../app';
import type { WorkspaceDefinition } from '../protocol';
import { bulkDetail, bulkPlan } from '../text/groups';
import { sentence } from '../text/words';
import { bulk, type Outcome } from './bulk';
import { onlyResult } from './migrate';

/** Asks once for all, then migrates them file by file. */
export async function migrateMany(app: App, definitions: readonly WorkspaceDefinition[]): Promise<void> {
  const plan = bulkPlan(definitions);
  const { ready, force } = plan;
  if (ready.length + force.length === 0) {
    void vscode.window.showInformationMessage(
      plan.blocked.length === 0
        ? 'There is no V2 definition to migrate.'
        : 'No definition can be migrated as it is. Open one to see its blockers.',
    );
    return;
  }
  const migrate = `Migrate ${ready.length}`;
  const forced = `Migrate ${ready.length + force.length} (Force ${force.length})`;
  const buttons = [...(ready.length > 0 ? [migrate] : []), ...(force.length > 0 ? [forced] : [])];
  const answer = await vscode.window.showInformationMessage(
    'Migrate definitions to V4?',
    { modal: true, detail: bulkDetail(plan) },
    ...buttons,
  );
  if (answer === undefined) {
    return;
  }
  const needForce = new Set(force);
  let nextSteps: readonly string[] = [];
  await bulk(app, {
    title: 'Result of the migration',
    progress: 'Migrating to V4',
    definitions: answer === forced ? definitions.filter((it) => ready.includes(it) || needForce.has(it)) : ready,
    kinds: { written: 'written', 'up-to-date': 'up to date', refused: 'refused', failed: 'failed' },
    nextSteps: () => nextSteps,
    one: async (definition, token): Promise<Outcome> => {
      const argument = { uri: definition.uri, ...(needForce.has(definition) ? { force: true } : {}) };
      const answer = await app.server.execute('v4ward.migrate', argument, token);
      const result = onlyResult(answer);
      if (answer.nextSteps.length > 0) {
        nextSteps = answer.nextSteps;
      }
      return { kind: result.status, note: sentence(result.message ?? '') };
    },
  });
}
