import type * as vscode from 'vscode';
import { type App } from '../app';
import { NoServer } from '../server/client';

export async function previewV4(app: App, uri: vscode.Uri): Promise<void> {
  if (!(await app.server.start())) {
    throw new NoServer('v4ward is not running.');
  }
  await app.previews.show(uri);
}
