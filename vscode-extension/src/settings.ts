import * as vscode from 'vscode';
import type { InitializationOptions } from './protocol';
import { RULE_URI } from './documents/rule';

export const SECTION = 'v4ward';

/** VS Code itself has no outline of YAML. This extension does, and would show everything a second time. */
const YAML_EXTENSION = 'redhat.vscode-yaml';

/** The settings that are keys of the server; those of `v4ward.toml` and the server's own. */
const SERVER_KEYS = [
  'target-version',
  'custom-policies',
  'gateway-timeout-ms',
  'ids',
  'rules',
  'max-document-megabytes',
] as const;

/** Only what somebody has set, so that every default stays the server's. */
export function explicitSettings(scope: vscode.Uri | undefined): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope ?? null);
  const settings: Record<string, unknown> = {};
  for (const key of SERVER_KEYS) {
    const inspected = configuration.inspect<unknown>(key);
    const isSet = [inspected?.globalValue, inspected?.workspaceValue, inspected?.workspaceFolderValue].some(
      (value) => value !== undefined,
    );
    const value = configuration.get<unknown>(key);
    if (isSet && value !== null && value !== undefined) {
      settings[key] = value;
    }
  }
  return settings;
}

export function initializationOptions(): InitializationOptions {
  return {
    jsonFeatures: false,
    yamlFeatures: vscode.extensions.getExtension(YAML_EXTENSION) === undefined,
    findingsInHover: false,
    workspaceDiagnostics: vscode.workspace.getConfiguration(SECTION).get<boolean>('workspace-diagnostics', false),
    statusNotifications: true,
    ruleUri: RULE_URI,
    settings: explicitSettings(undefined),
  };
}

export function serverPath(): string {
  return vscode.workspace.getConfiguration(SECTION).get<string>('server.path', '');
}
