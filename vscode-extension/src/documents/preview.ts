import * as vscode from 'vscode';
import { columnBeside, columnOf } from '../columns';
import type { DryRun } from '../protocol';
import type { Server } from '../server/client';
import { fileName, isYamlName, v4Name } from '../text/words';
import { noPreview } from '../text/previewText';

const SCHEME = 'v4ward-preview';
const DELAY = 300;

/** The V4 text of a V2 file as a document that is nowhere on disk and follows the V2 file. */
export class PreviewDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    const watcher = vscode.workspace.createFileSystemWatcher('**/{*.json,*.yaml,*.yml,v4ward.toml}');
    this.subscriptions = [
      this.changed,
      watcher,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.refresh(document.uri)),
      server.onDidChangeStatus((status) => this.refresh(vscode.Uri.parse(status.uri))),
      watcher.onDidChange((uri) => this.refresh(uri.path.endsWith('.toml') ? undefined : uri)),
    ];
  }

  /** The address of the preview of a V2 file. */
  static uriOf(v2: vscode.Uri): vscode.Uri {
    const path = v4Name(v2.path);
    return vscode.Uri.from({ scheme: SCHEME, path, query: v2.toString() });
  }

  static isPreview(uri: vscode.Uri): boolean {
    return uri.scheme === SCHEME;
  }

  /** The V2 file that a preview shows. */
  static sourceOf(preview: vscode.Uri): vscode.Uri {
    return vscode.Uri.parse(preview.query);
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const v2 = PreviewDocuments.sourceOf(uri).toString();
    try {
      const preview = await this.server.execute('v4ward.preview', { uri: v2 }, token);
      if (preview.text !== null) {
        void speak(uri, languages(uri).text);
        return preview.text;
      }
      void speak(uri, languages(uri).comment);
      return noPreview(preview, await this.dryRun(v2, token), isYamlName(uri.path));
    } catch (error) {
      void speak(uri, languages(uri).comment);
      const message = error instanceof Error ? error.message : String(error);
      return noPreview({ uri: v2, message }, undefined, isYamlName(uri.path));
    }
  }

  async show(v2: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(PreviewDocuments.uriOf(v2));
    await vscode.window.showTextDocument(document, {
      viewColumn: columnOf(document.uri) ?? columnBeside(v2),
      preserveFocus: true,
      preview: true,
    });
    vscode.window.setStatusBarMessage(`$(open-preview) V4 preview of ${fileName(v2.path)}`, 4000);
  }

  dispose(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    this.subscriptions.forEach((it) => it.dispose());
  }

  private refresh(v2: vscode.Uri | undefined): void {
    if (v2 !== undefined && v2.scheme !== 'file') {
      return;
    }
    for (const document of vscode.workspace.textDocuments) {
      const uri = document.uri;
      if (uri.scheme !== SCHEME || (v2 !== undefined && uri.query !== v2.toString())) {
        continue;
      }
      const key = uri.toString();
      clearTimeout(this.timers.get(key));
      this.timers.set(
        key,
        setTimeout(() => {
          this.timers.delete(key);
          this.changed.fire(uri);
        }, DELAY),
      );
    }
  }

  private async dryRun(uri: string, token: vscode.CancellationToken): Promise<DryRun | undefined> {
    try {
      return await this.server.execute('v4ward.dryRun', { uri }, token);
    } catch {
      return undefined;
    }
  }
}

/** JSON has no comments: a text that says why there is no V4 form is shown as JSON with comments. */
function languages(preview: vscode.Uri): { readonly text: string; readonly comment: string } {
  return isYamlName(preview.path) ? { text: 'yaml', comment: 'yaml' } : { text: 'json', comment: 'jsonc' };
}

async function speak(uri: vscode.Uri, language: string): Promise<void> {
  const document = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString());
  if (document === undefined) {
    // being opened: the language can be set once it is there
    const opened = vscode.workspace.onDidOpenTextDocument((it) => {
      if (it.uri.toString() === uri.toString()) {
        opened.dispose();
        if (it.languageId !== language) {
          void vscode.languages.setTextDocumentLanguage(it, language);
        }
      }
    });
    setTimeout(() => opened.dispose(), 10_000);
  } else if (document.languageId !== language) {
    await vscode.languages.setTextDocumentLanguage(document, language);
  }
}
