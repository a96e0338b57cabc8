import * as vscode from 'vscode';
import type { Status, WorkspaceDefinition } from '../protocol';
import type { Server } from '../server/client';
import {
  definitionDescription,
  definitionFacts,
  definitionLabel,
  type Group,
  groupOf,
  groups,
} from '../text/groups';
import { count } from '../text/words';

export type Node =
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'definition'; readonly definition: WorkspaceDefinition; readonly uri: vscode.Uri };

const VIEW = 'v4ward.definitions';
const DELAY = 500;

/** The tree "API definitions": the dry run of the whole workspace, by verdict. */
export class DefinitionsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Node>;
  private readonly subscriptions: vscode.Disposable[];
  private definitions: readonly WorkspaceDefinition[] | undefined;
  private stale = true;
  private loading: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.view = vscode.window.createTreeView<Node>(VIEW, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    const watcher = vscode.workspace.createFileSystemWatcher('**/{*.json,*.yaml,*.yml,v4ward.toml}');
    const touched = (uri: vscode.Uri) => {
      if (!/\/(node_modules|\.git)\//.test(uri.path)) {
        this.refreshSoon();
      }
    };
    this.subscriptions = [
      this.changed,
      this.view,
      watcher,
      watcher.onDidCreate(touched),
      watcher.onDidChange(touched),
      watcher.onDidDelete(touched),
      this.view.onDidChangeVisibility(({ visible }) => visible && this.stale && void this.refresh()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refreshSoon()),
      server.onDidChangeStatus((status) => this.statusChanged(status)),
      server.onDidChangeState((state) => {
        if (state === 'running') {
          this.refreshSoon();
        } else if (state === 'failed' || state === 'missing' || state === 'restricted') {
          this.set(undefined);
        }
      }),
    ];
    this.refreshIfVisible();
  }

  refreshIfVisible(): void {
    if (this.view.visible) {
      void this.refresh();
    }
  }

  get all(): readonly WorkspaceDefinition[] {
    return this.definitions ?? [];
  }

  get selection(): readonly Node[] {
    return this.view.selection;
  }

  /** After something has changed; many changes are one refresh. A view that nobody sees waits until it is seen. */
  refreshSoon(): void {
    this.stale = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.view.visible && this.server.state === 'running') {
        void this.refresh();
      }
    }, DELAY);
  }

  /** Asks the server again. Calls while it is asked wait for the same answer. */
  async refresh(): Promise<void> {
    this.loading ??= this.load().finally(() => (this.loading = undefined));
    await this.loading;
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      return groups(this.all).map((group) => ({ kind: 'group', group }));
    }
    return node.kind === 'group'
      ? node.group.definitions.map((definition) => ({
          kind: 'definition',
          definition,
          uri: vscode.Uri.parse(definition.uri),
        }))
      : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'group' ? groupItem(node.group) : definitionItem(node.definition, node.uri);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.forEach((it) => it.dispose());
  }

  private async load(): Promise<void> {
    if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
      this.set([]);
      return;
    }
    await vscode.window.withProgress({ location: { viewId: VIEW } }, async () => {
      if (!(await this.server.start())) {
        return;
      }
      this.stale = false;
      clearTimeout(this.timer);
      try {
        const { definitions } = await this.server.executeWorkspaceDryRun();
        this.set(definitions.map(toldApart));
      } catch (error) {
        this.stale = true;
        if (!(error instanceof vscode.CancellationError)) {
          this.log.error(`The definitions of the workspace: ${String(error)}`);
        }
      }
    });
  }

  private set(definitions: readonly WorkspaceDefinition[] | undefined): void {
    this.definitions = definitions;
    const blocked = this.all.filter((it) => groupOf(it) === 'not-migratable').length;
    this.view.badge =
      blocked === 0 ? undefined : { value: blocked, tooltip: `${count(blocked, 'definition')} not migratable` };
    void vscode.commands.executeCommand('setContext', 'v4ward.definitionCount', definitions?.length);
    this.changed.fire();
  }

  /** Typing changes the tree only where it changes what the tree shows. */
  private statusChanged(status: Status): void {
    const uri = vscode.Uri.parse(status.uri).toString();
    const known = this.all.find((it) => vscode.Uri.parse(it.uri).toString() === uri);
    const same =
      known === undefined
        ? status.definition === 'unknown'
        : known.definition === status.definition &&
          known.verdict === status.verdict &&
          known.name === status.name &&
          JSON.stringify(known.counts) === JSON.stringify(status.counts);
    if (!same) {
      this.refreshSoon();
    }
  }
}

/** In a workspace of several folders a path alone does not say which file it is. */
function toldApart(definition: WorkspaceDefinition): WorkspaceDefinition {
  const several = (vscode.workspace.workspaceFolders ?? []).length > 1;
  return several ? { ...definition, path: vscode.workspace.asRelativePath(vscode.Uri.parse(definition.uri), true) } : definition;
}

function icon(group: Pick<Group, 'icon' | 'color'>): vscode.ThemeIcon {
  return new vscode.ThemeIcon(group.icon, group.color === undefined ? undefined : new vscode.ThemeColor(group.color));
}

function groupItem(group: Group): vscode.TreeItem {
  const urgent = group.id !== 'v4' && group.id !== 'other';
  const item = new vscode.TreeItem(
    group.label,
    urgent ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  const n = group.definitions.length;
  item.id = `group:${group.id}`;
  item.description = String(n);
  item.iconPath = icon(group);
  item.contextValue = `group.${group.id}`;
  item.accessibilityInformation = { label: `${group.label}, ${count(n, 'definition')}` };
  return item;
}

function definitionItem(definition: WorkspaceDefinition, uri: vscode.Uri): vscode.TreeItem {
  const label = definitionLabel(definition);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  const facts = definitionFacts(definition);
  const [group] = groups([definition]);
  item.id = definition.uri;
  item.description = definitionDescription(definition);
  item.tooltip = [label, ...facts].join('\n');
  item.accessibilityInformation = { label: [label, ...facts].join(', ') };
  item.contextValue = contextValue(definition);
  if (group !== undefined) {
    item.iconPath = icon(group);
  }
  item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
  return item;
}

/** For the menus: `v2`, `v2.output` where a V4 file exists, `v4`, `other`. */
function contextValue(definition: WorkspaceDefinition): string {
  const group = groupOf(definition);
  if (group === 'v4' || group === 'other') {
    return group;
  }
  return definition.output?.exists === true ? 'v2.output' : 'v2';
}
