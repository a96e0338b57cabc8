import * as vscode from 'vscode';
import type { App } from '../app';
import type { WorkspaceDefinition } from '../protocol';
import { type Report, reportLine, reportPage } from '../text/report';

export interface Outcome {
  /** One of the kinds that `bulk` was given. */
  readonly kind: string;
  readonly note: string;
}

export interface Bulk {
  readonly title: string;
  readonly progress: string;
  readonly definitions: readonly WorkspaceDefinition[];
  /** What can come of one, with the words for it, in the order they are told. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly nextSteps: () => readonly string[];
  /** One that was cancelled and did nothing ends with `vscode.CancellationError`; what was done counts. */
  readonly one: (definition: WorkspaceDefinition, token: vscode.CancellationToken) => Promise<Outcome>;
}

/** File by file, with progress and cancel; ends with a report. */
export async function bulk(app: App, task: Bulk): Promise<void> {
  const outcomes: { readonly path: string; readonly outcome: Outcome }[] = [];
  const total = task.definitions.length;
  let cancelled = false;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: task.progress, cancellable: true },
    async (progress, token) => {
      for (const definition of task.definitions) {
        if (token.isCancellationRequested) {
          cancelled = true;
          return;
        }
        progress.report({ message: `${outcomes.length + 1} of ${total}: ${definition.path}`, increment: 100 / total });
        try {
          outcomes.push({ path: definition.path, outcome: await task.one(definition, token) });
        } catch (error) {
          if (error instanceof vscode.CancellationError) {
            cancelled = true;
            return;
          }
          const note = error instanceof Error ? error.message : String(error);
          outcomes.push({ path: definition.path, outcome: { kind: 'failed', note } });
        }
      }
    },
  );
  app.definitions.refreshSoon();
  const report: Report = {
    title: task.title,
    counts: Object.entries(task.kinds).map(([kind, words]) => ({
      n: outcomes.filter((it) => it.outcome.kind === kind).length,
      words,
    })),
    lines: outcomes.map(({ path, outcome }) => ({
      path,
      outcome: task.kinds[outcome.kind] ?? outcome.kind,
      note: outcome.note,
    })),
    cancelled,
    left: total - outcomes.length,
    nextSteps: task.nextSteps(),
  };
  await tell(app, report);
}

async function tell(app: App, report: Report): Promise<void> {
  await app.pages.show(report.title, 'report', reportPage(report));
  const bad = report.lines.length > 0 && report.counts.some((it) => it.n > 0 && /refused|failed/.test(it.words));
  const show = bad ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void show(`${report.title}: ${reportLine(report)}.`);
}
