import * as vscode from 'vscode';
import { NoServer, type Server } from '../server/client';

const SCHEME = 'v4ward-rule';

/** The address of a rule's page, with the server's placeholder. Findings link to it. */
export const RULE_URI = `${SCHEME}:/{rule}.md`;

export function ruleUri(rule: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
}

/** The pages of the rules, as the server knows them. */
export function registerRulePages(server: Server): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri, token) {
      const rule = uri.path.replace(/^.*\//, '').replace(/\.md$/, '');
      try {
        return (await server.execute('v4ward.explain', { rule }, token)).markdown;
      } catch (error) {
        const why = error instanceof NoServer || error instanceof Error ? error.message : String(error);
        return `# ${rule}\n\nThis page cannot be shown: ${why}\n`;
      }
    },
  });
}
