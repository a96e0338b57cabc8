import * as os from 'node:os';
import * as vscode from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  type ErrorHandler,
  ExecuteCommandRequest,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  State as ClientState,
  type WorkspaceEdit,
} from 'vscode-languageclient/node';
import { LANGUAGES } from '../looksLikeDefinition';
import { type Commands, type ServerCommand, type Status, STATUS_NOTIFICATION, type WorkspaceDryRun } from '../protocol';
import { explicitSettings, initializationOptions, SECTION, serverPath } from '../settings';
import { findBinary, type Binary } from './binary';
import { middleware } from './middleware';

export type ServerState =
  | 'idle' // nothing has asked for it yet
  | 'restricted' // the workspace is not trusted
  | 'missing' // no binary
  | 'starting'
  | 'running'
  | 'failed';

/** Thrown by `execute` when no server can answer; the user has been told why. */
export class NoServer extends Error {}

/** The language server: found, started, watched, asked. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private configurationRegistered = false;
  private current: ServerState = 'idle';
  private readonly statuses = new Map<string, Status>();
  private readonly stateEmitter = new vscode.EventEmitter<ServerState>();
  private readonly statusEmitter = new vscode.EventEmitter<Status>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChangeState = this.stateEmitter.event;
  readonly onDidChangeStatus = this.statusEmitter.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      this.stateEmitter,
      this.statusEmitter,
      vscode.workspace.onDidChangeConfiguration((event) => this.configurationChanged(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.statuses.delete(document.uri.toString())),
    ];
    if (!vscode.workspace.isTrusted) {
      this.setState('restricted');
    }
  }

  get state(): ServerState {
    return this.current;
  }

  get version(): string | undefined {
    return this.client?.initializeResult?.serverInfo?.version;
  }

  status(uri: vscode.Uri): Status | undefined {
    return this.statuses.get(uri.toString());
  }

  /** Starts the server unless it runs. Says why not when it cannot. */
  async start(): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      this.setState('restricted');
      return false;
    }
    if (this.current === 'running') {
      return true;
    }
    if (this.current === 'starting' && this.starting === undefined && this.client !== undefined) {
      this.starting = this.client.start().catch(() => undefined).finally(() => (this.starting = undefined)); // after a crash
    }
    this.starting ??= this.launch().finally(() => (this.starting = undefined));
    await this.starting;
    // `launch` has changed it, which the compiler cannot see
    return (this.current as ServerState) === 'running';
  }

  async restart(): Promise<boolean> {
    await this.starting;
    await this.stop();
    return this.start();
  }

  /**
   * Runs a command of the server. A cancelled one ends with `vscode.CancellationError`, but for `v4ward.migrate`: its answer
   * tells what was written until then.
   */
  async execute<C extends ServerCommand>(
    command: C,
    argument: Commands[C]['argument'],
    token?: vscode.CancellationToken,
  ): Promise<Commands[C]['result']> {
    return this.request<Commands[C]['result']>(command, argument, token);
  }

  /** The dry run of all definitions of the workspace. */
  async executeWorkspaceDryRun(token?: vscode.CancellationToken): Promise<WorkspaceDryRun> {
    return this.request<WorkspaceDryRun>('v4ward.dryRun', {}, token);
  }

  private async request<R>(command: ServerCommand, argument: object, token?: vscode.CancellationToken): Promise<R> {
    if (!(await this.start()) || this.client === undefined) {
      throw new NoServer(this.current === 'restricted' ? 'The workspace is not trusted.' : 'v4ward is not running.');
    }
    try {
      const params = { command, arguments: [argument] };
      return (await this.client.sendRequest(ExecuteCommandRequest.type, params, token)) as R;
    } catch (error) {
      if (error instanceof ResponseError && isCancellation(error.code)) {
        throw new vscode.CancellationError();
      }
      throw error;
    }
  }

  async asWorkspaceEdit(edit: WorkspaceEdit): Promise<vscode.WorkspaceEdit> {
    if (this.client === undefined) {
      throw new NoServer('v4ward is not running.');
    }
    return this.client.protocol2CodeConverter.asWorkspaceEdit(edit);
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.statuses.clear();
    if (client !== undefined) {
      try {
        await client.dispose(2000);
      } catch (error) {
        this.log.warn(`Stopping the server: ${String(error)}`);
      }
    }
    this.setState(vscode.workspace.isTrusted ? 'idle' : 'restricted');
  }

  async dispose(): Promise<void> {
    this.subscriptions.forEach((it) => it.dispose());
    await this.client?.dispose(2000);
  }

  private async launch(): Promise<void> {
    const binary = this.locate();
    if (binary.kind !== 'found') {
      this.setState('missing');
      this.log.error(`No server to start: ${JSON.stringify(binary)}`);
      tellMissing(binary);
      return;
    }
    this.log.info(`Server: ${binary.path} (${binary.source})`);
    this.setState('starting');
    await this.client?.dispose(2000).catch(() => undefined);
    const client = this.createClient(binary.path);
    this.client = client;
    try {
      await client.start();
      this.setState('running');
      this.compareVersions();
    } catch (error) {
      this.log.error(`The server did not start: ${String(error)}`);
      this.setState('failed');
      void this.tellFailure(`v4ward could not start ${binary.path}.`);
    }
  }

  private locate(): Binary {
    return findBinary({
      setting: serverPath(),
      extensionPath: this.context.extensionPath,
      pathVariable: process.env['PATH'] ?? '',
      platform: process.platform,
      home: os.homedir(),
      workspaceFolder: vscode.workspace.workspaceFolders?.find((it) => it.uri.scheme === 'file')?.uri.fsPath,
    });
  }

  private createClient(command: string): LanguageClient {
    this.configurationRegistered = false;
    const client: LanguageClient = new LanguageClient(
      SECTION,
      'v4ward',
      { command, args: ['lsp'], options: { cwd: os.homedir() } },
      {
        documentSelector: [
          ...LANGUAGES.map((language) => ({ scheme: 'file', language })),
          { scheme: 'file', pattern: '**/v4ward.toml' }, // a policy is declared in the text that is open
        ],
        outputChannel: this.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions,
        initializationFailedHandler: () => false,
        errorHandler: this.errorHandler(() => client),
        middleware: middleware(() => (this.configurationRegistered = true)),
      },
    );
    client.onNotification(STATUS_NOTIFICATION, (status: Status) => this.receive(status));
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) {
        return;
      }
      if (newState === ClientState.Starting) {
        this.setState('starting'); // also the client's own restarts after a crash
      } else if (newState === ClientState.Running) {
        this.setState('running');
      } else {
        this.statuses.clear();
        if (newState === ClientState.StartFailed) {
          this.setState('failed');
        }
      }
    });
    return client;
  }

  private errorHandler(client: () => LanguageClient): ErrorHandler {
    let standard: ErrorHandler | undefined;
    const get = () => (standard ??= client().createDefaultErrorHandler());
    return {
      error: (error, message, count) => get().error(error, message, count),
      closed: async () => {
        const result = await get().closed();
        if (result.action === CloseAction.DoNotRestart) {
          this.setState('failed');
          void this.tellFailure('v4ward stopped unexpectedly several times and is not started again.');
        }
        return { ...result, handled: true };
      },
    };
  }

  private async tellFailure(message: string): Promise<void> {
    const answer = await vscode.window.showErrorMessage(message, 'Restart', 'Show Log');
    if (answer === 'Restart') {
      await this.restart();
    } else if (answer === 'Show Log') {
      this.log.show();
    }
  }

  private compareVersions(): void {
    const own = String((this.context.extension.packageJSON as { version: unknown }).version);
    const server = this.version;
    if (server !== undefined && server.split('.')[0] !== own.split('.')[0]) {
      void vscode.window.showWarningMessage(
        `This extension is version ${own}, the v4ward it runs is ${server}. Some of it may not work.`,
      );
    }
  }

  private receive(status: Status): void {
    const uri = vscode.Uri.parse(status.uri).toString();
    this.statuses.set(uri, status);
    this.statusEmitter.fire(status);
  }

  private configurationChanged(event: vscode.ConfigurationChangeEvent): void {
    if (!event.affectsConfiguration(SECTION)) {
      return;
    }
    const startsAnew = ['server.path', 'workspace-diagnostics'].some((key) =>
      event.affectsConfiguration(`${SECTION}.${key}`),
    );
    if (startsAnew) {
      if (this.current !== 'idle' && this.current !== 'restricted') {
        void this.restart();
      }
    } else if (this.current === 'running' && !this.configurationRegistered) {
      void this.client?.sendNotification(DidChangeConfigurationNotification.type, {
        settings: { [SECTION]: explicitSettings(undefined) },
      });
    }
  }

  private setState(state: ServerState): void {
    if (this.current === state) {
      return;
    }
    this.current = state;
    void vscode.commands.executeCommand('setContext', 'v4ward.state', state);
    this.stateEmitter.fire(state);
  }
}

function isCancellation(code: number): boolean {
  return code === LSPErrorCodes.RequestCancelled || code === LSPErrorCodes.ServerCancelled;
}

function tellMissing(binary: Exclude<Binary, { kind: 'found' }>): void {
  const message =
    binary.kind === 'bad-setting'
      ? `v4ward cannot be started: the setting v4ward.server.path names ${binary.path}, and ${binary.reason}.`
      : 'v4ward is not in this package and not on your PATH. Set the path of its executable.';
  const action = binary.kind === 'bad-setting' ? 'Open Setting' : 'Set Path';
  void vscode.window.showErrorMessage(message, action).then((answer) => {
    if (answer !== undefined) {
      void vscode.commands.executeCommand('workbench.action.openSettings', 'v4ward.server.path');
    }
  });
}
