import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { isYaml } from '../looksLikeDefinition';
import { ownCommand } from '../protocol';
import { explicitSettings, SECTION } from '../settings';

/**
 * Outline, folding and selection of JSON are the editor's own; only those of YAML are asked for. Lenses and actions of the server name the server's commands. In this editor they run the extension's own, which have
 * the dialogs. Settings that nobody has set are not sent.
 */
export function middleware(onConfigurationRegistered: () => void): Middleware {
  return {
    provideDocumentSymbols: (document, token, next) => (isYaml(document.languageId) ? next(document, token) : undefined),
    provideFoldingRanges: (document, context, token, next) =>
      isYaml(document.languageId) ? next(document, context, token) : undefined,
    provideSelectionRanges: (document, positions, token, next) =>
      isYaml(document.languageId) ? next(document, positions, token) : undefined,
    provideCodeLenses: async (document, token, next) => {
      const lenses = await next(document, token);
      lenses?.forEach(adoptLens);
      return lenses;
    },
    resolveCodeLens: async (lens, token, next) => adoptLens(await next(lens, token)),
    provideCodeActions: async (document, range, context, token, next) => {
      const actions = await next(document, range, context, token);
      return actions?.map(adoptAction) ?? actions;
    },
    resolveCodeAction: async (action, token, next) => {
      const resolved = await next(action, token);
      return resolved ? adoptAction(resolved) : resolved;
    },
    workspace: {
      configuration: async (params, token, next) => {
        const answers = await next(params, token);
        if (!Array.isArray(answers)) {
          return answers;
        }
        return params.items.map((item, index) =>
          item.section === SECTION
            ? explicitSettings(item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined)
            : (answers[index] as unknown),
        );
      },
    },
    handleRegisterCapability: async (params, next) => {
      if (params.registrations.some((it) => it.method === 'workspace/didChangeConfiguration')) {
        onConfigurationRegistered();
      }
      await next(params, new vscode.CancellationTokenSource().token);
    },
  };
}

function adoptCommand(command: vscode.Command): vscode.Command {
  return { ...command, command: ownCommand(command.command) };
}

function adoptLens<T extends vscode.CodeLens | null | undefined>(lens: T): T {
  if (lens?.command) {
    lens.command = adoptCommand(lens.command);
  }
  return lens;
}

function adoptAction<T extends vscode.Command | vscode.CodeAction>(action: T): T {
  if (typeof action.command === 'string') {
    return adoptCommand(action as vscode.Command) as T;
  }
  if (action.command) {
    action.command = adoptCommand(action.command);
  }
  return action;
}
