import * as vscode from 'vscode';
import type { App } from '../app';
import { ruleUri } from '../documents/rule';
import { showRendered } from '../documents/summary';
import { NoServer } from '../server/client';

interface RuleSchema {
  readonly description?: string;
}

/** The page of a rule; without one, a list to choose from. */
export async function explainRule(app: App, argument: unknown): Promise<void> {
  const rule = ruleIn(argument) ?? (await pick(app));
  if (rule === undefined) {
    return;
  }
  if (!(await app.server.start())) {
    throw new NoServer('v4ward is not running.');
  }
  await showRendered(ruleUri(rule));
}

function ruleIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') {
    return argument;
  }
  const rule = (argument as { rule?: unknown } | undefined)?.rule;
  return typeof rule === 'string' ? rule : undefined;
}

async function pick(app: App): Promise<string | undefined> {
  const rules = Object.entries(ruleSchemas(app)).map(([label, schema]) => ({ label, detail: schema.description ?? '' }));
  const picked = await vscode.window.showQuickPick(rules, {
    title: 'Explain a rule',
    placeHolder: 'A rule of v4ward',
    matchOnDetail: true,
  });
  return picked?.label;
}

/** The rules as the manifest lists them for the setting `v4ward.rules`. */
function ruleSchemas(app: App): Record<string, RuleSchema> {
  const manifest = app.context.extension.packageJSON as {
    contributes: { configuration: { properties: Record<string, { properties?: Record<string, RuleSchema> }> }[] };
  };
  const properties = manifest.contributes.configuration.flatMap((it) => Object.entries(it.properties));
  return properties.find(([key]) => key === 'v4ward.rules')?.[1].properties ?? {};
}
