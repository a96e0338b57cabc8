import * as vscode from 'vscode';
import { type App, quietly } from '../app';
import { columnOf } from '../columns';
import { PreviewDocuments } from '../documents/preview';
import type { DryRun, Migrate, MigrateResult } from '../protocol';
import { type Choice, nextStepsPage, question } from '../text/summary';
import { fileName, sentence } from '../text/words';
import { pointLabel, subscriptionCount } from '../text/rollout';
import { fixBlockers } from './fixBlockers';
import { pointSubscriptions } from './pointSubscriptions';
import { rollBack } from './rollBack';
import { openSummary } from './showSummary';

/** The whole way of one definition: dry run, summary, confirmation, progress, result, what to do next. */
export async function migrate(app: App, uri: vscode.Uri): Promise<void> {
  for (;;) {
    const dryRun = await quietly('v4ward: dry run', () => app.server.execute('v4ward.dryRun', { uri: uri.toString() }));
    if (dryRun.definition !== 'v2' || dryRun.refusal === 'not-v2') {
      void vscode.window.showInformationMessage(sentence(dryRun.message ?? `${fileName(dryRun.uri)} is no V2 definition.`));
      return;
    }
    if (dryRun.refusal === 'bug') {
      const answer = await vscode.window.showErrorMessage(sentence(dryRun.message ?? dryRun.headline), 'Show Log');
      if (answer !== undefined) {
        app.log.show();
      }
      return;
    }
    const choice = await ask(app, dryRun);
    switch (choice) {
      case undefined:
      case 'summary':
        return;
      case 'compare':
        await compare(dryRun);
        return;
      case 'open':
        await openSideBySide(uri, vscode.Uri.parse(dryRun.output?.uri ?? ''));
        return;
      case 'fix':
        if (!(await fixBlockers(app, uri, dryRun))) {
          return;
        }
        break; // judge again
      case 'migrate':
      case 'force':
        if (await run(app, uri, dryRun, choice === 'force')) {
          return;
        }
        break; // something has changed since: judge again
    }
  }
}

/** The dialog. The full summary is a page; since it cannot have buttons, a notification asks again. */
async function ask(app: App, dryRun: DryRun): Promise<Choice | undefined> {
  const { severity, title, detail, buttons } = question(dryRun);
  const show = severity === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const labels = buttons.map((it) => it.label);
  const answer = await show<string>(title, { modal: true, detail }, ...labels);
  const choice = buttons.find((it) => it.label === answer)?.choice;
  if (choice !== 'summary') {
    return choice;
  }
  await openSummary(app, dryRun);
  const rest = buttons.filter((it) => it.choice !== 'summary');
  if (rest.length === 0) {
    return undefined;
  }
  const again = await show<string>(title, ...rest.map((it) => it.label), 'Cancel');
  return rest.find((it) => it.label === again)?.choice;
}

/** Writes the V4 file. Whether the matter is settled; otherwise it should be judged again. */
async function run(app: App, uri: vscode.Uri, dryRun: DryRun, force: boolean): Promise<boolean> {
  const state = dryRun.output?.state;
  const answer = await vscode.window.withProgress<Migrate>(
    { location: vscode.ProgressLocation.Notification, title: `Migrating ${fileName(dryRun.uri)} to V4`, cancellable: true },
    (_progress, token) =>
      app.server.execute(
        'v4ward.migrate',
        {
          uri: uri.toString(),
          ...(force ? { force } : {}),
          ...(state === 'different' || state === 'generated' ? { overwrite: true } : {}),
          ...(dryRun.source === 'buffer' && dryRun.version !== null ? { version: dryRun.version } : {}),
        },
        token,
      ),
  );
  app.definitions.refreshSoon();
  const result = onlyResult(answer);
  if ((result.status === 'written' || result.status === 'up-to-date') && result.output !== null) {
    const output = vscode.Uri.parse(result.output);
    await openSideBySide(uri, output);
    void tellDone(app, uri, output, result, answer.nextSteps);
    return true;
  }
  return !(await tellRefused(result));
}

/** What came of the one file that was asked for. A migration that was cancelled before it has none. */
export function onlyResult(answer: Migrate): MigrateResult {
  const result = answer.results[0];
  if (result !== undefined) {
    return result; // also when it was cancelled: what was written is told
  }
  throw answer.cancelled ? new vscode.CancellationError() : new Error('the server gave no result');
}

async function tellDone(
  app: App,
  uri: vscode.Uri,
  output: vscode.Uri,
  result: MigrateResult,
  nextSteps: readonly string[],
): Promise<void> {
  const name = fileName(output.path);
  const message =
    result.status === 'written'
      ? `${name} is written. ${fileName(uri.path)} stays as it is.`
      : `${name} was up to date, nothing was written.`;
  const subscriptions = subscriptionCount(result.rollout);
  const point = pointLabel(subscriptions);
  const buttons = ['Next Steps', ...(subscriptions > 0 ? [point] : []), 'Roll Back'];
  const answer = await vscode.window.showInformationMessage(message, ...buttons);
  if (answer === point) {
    await pointSubscriptions(app, uri);
  } else if (answer === 'Next Steps') {
    const page = nextStepsPage(nextSteps, name, result.rollout);
    await app.pages.show(`Next steps for ${name}`, output.toString(), page, columnOf(output));
  } else if (answer === 'Roll Back') {
    await rollBack(app, uri);
  }
}

/** Whether to start over. */
async function tellRefused(result: MigrateResult): Promise<boolean> {
  const message = sentence(result.message ?? 'nothing was written');
  const answer = await vscode.window.showWarningMessage(`${fileName(result.uri)}: ${message}`, 'Check Again');
  return answer !== undefined;
}

/** The file that is there against what would be written. */
async function compare(dryRun: DryRun): Promise<void> {
  const existing = vscode.Uri.parse(dryRun.output?.uri ?? '');
  const preview = PreviewDocuments.uriOf(vscode.Uri.parse(dryRun.uri));
  const name = fileName(existing.path);
  await vscode.commands.executeCommand('vscode.diff', existing, preview, `${name}: as it is ↔ as v4ward would write it`);
}

async function openSideBySide(v2: vscode.Uri, v4: vscode.Uri): Promise<void> {
  const column = columnOf(v2) ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(v2, { viewColumn: column, preview: false });
  await vscode.window.showTextDocument(v4, { viewColumn: columnOf(v4) ?? column + 1, preview: false });
}
