import * as vscode from 'vscode';
import { LANGUAGES, LOOK_AT, looksLikeDefinition } from './looksLikeDefinition';
import type { Status } from './protocol';
import type { Server, ServerState } from './server/client';
import { DEFINITION_WORDS, REFUSED_ICON, REFUSED_WORDS, VERDICT_ICONS, VERDICT_WORDS } from './text/words';

/** The verdict of the active file in the status bar, and the context keys of its menus. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('v4ward.verdict', vscode.StatusBarAlignment.Right, 100);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.item.name = 'v4ward: verdict of the active file';
    this.subscriptions = [
      this.item,
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
      server.onDidChangeState(() => this.update()),
      server.onDidChangeStatus((status) => {
        const active = vscode.window.activeTextEditor?.document.uri.toString();
        if (active === vscode.Uri.parse(status.uri).toString()) {
          this.update();
        }
      }),
    ];
    this.update();
  }

  update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const status = document && this.server.status(document.uri);
    const set = (key: string, value: string | undefined) =>
      void vscode.commands.executeCommand('setContext', key, value);
    set('v4ward.definition', status?.definition);
    set('v4ward.verdict', status?.verdict ?? undefined);
    if (status !== undefined && status.definition !== 'unknown') {
      this.showVerdict(status);
    } else if (document !== undefined && isCandidate(document)) {
      this.showState(this.server.state);
    } else {
      this.item.hide();
    }
  }

  dispose(): void {
    this.subscriptions.forEach((it) => it.dispose());
  }

  private showVerdict(status: Status): void {
    const { verdict, definition, headline, refusedByV4 = false } = status;
    const name = status.name === null ? '' : `${status.name}: `;
    if (verdict === null) {
      this.show(`$(symbol-misc) ${DEFINITION_WORDS[definition]}`, `${name}${headline}`, undefined);
      return;
    }
    const command = { command: 'v4ward.showSummary', title: 'Show Migration Summary' };
    // The headline tells the number of problems too; here there is little room.
    const { icon } = refusedByV4 ? REFUSED_ICON : VERDICT_ICONS[verdict];
    this.show(
      `$(${icon}) ${refusedByV4 ? REFUSED_WORDS : VERDICT_WORDS[verdict]}`,
      `${name}${headline}\n\nClick to show the migration summary.`,
      command,
    );
  }

  private showState(state: ServerState): void {
    switch (state) {
      case 'restricted':
        this.show(
          '$(shield) v4ward: restricted',
          'v4ward does not run in restricted mode, since it would start a program. Click to manage workspace trust.',
          { command: 'workbench.trust.manage', title: 'Manage Workspace Trust' },
        );
        break;
      case 'starting':
        this.show('$(loading~spin) v4ward', 'v4ward is starting.', undefined);
        break;
      case 'missing':
        this.show('$(error) v4ward: not found', 'There is no v4ward to start. Click to try again.', RESTART);
        break;
      case 'failed':
        this.show('$(error) v4ward: stopped', 'v4ward is not running. Click to restart it.', RESTART);
        break;
      case 'idle':
      case 'running':
        this.item.hide();
        break;
    }
  }

  private show(text: string, tooltip: string, command: vscode.Command | undefined): void {
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command;
    this.item.accessibilityInformation = {
      label: `v4ward: ${text.replace(/\$\([^)]*\) ?/g, '').replace(/^v4ward: /, '')}. ${tooltip}`,
      ...(command === undefined ? {} : { role: 'button' }),
    };
    this.item.show();
  }
}

const RESTART: vscode.Command = { command: 'v4ward.restartServer', title: 'Restart' };

/** Whether the server should be asked about a document: one of its languages, and something in it that speaks for it. */
export function isCandidate(document: vscode.TextDocument): boolean {
  return (
    document.uri.scheme === 'file' &&
    (LANGUAGES as readonly string[]).includes(document.languageId) &&
    looksLikeDefinition(
      document.getText(new vscode.Range(document.positionAt(0), document.positionAt(LOOK_AT))),
      document.languageId,
    )
  );
}
