import * as vscode from 'vscode';
import { columnForPage } from '../columns';

const SCHEME = 'v4ward-summary';

/** Pages that the extension has made: summaries, next steps, reports. Shown as rendered Markdown, kept in memory. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** Stands before the registration: VS Code reads it there, once. */
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? 'This page is not kept between sessions. Run the command again.\n';
  }

  /** Shows a page beside the editor. A second page with the same title and key replaces the first. */
  async show(title: string, key: string, markdown: string, column?: vscode.ViewColumn): Promise<void> {
    const path = `/${title.replace(/[/\\:?#%]/g, ' ')}.md`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: key });
    this.texts.set(uri.toString(), markdown);
    this.changed.fire(uri);
    await showRendered(uri, column);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** Markdown as a page; as text where the built-in Markdown extension is switched off. */
export async function showRendered(uri: vscode.Uri, viewColumn = columnForPage()): Promise<void> {
  const options = { viewColumn, preview: true };
  try {
    await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', options);
  } catch {
    await vscode.window.showTextDocument(uri, options);
  }
}
