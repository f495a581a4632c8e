import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";

import type { Properties } from "./account";
import type { AccountStore } from "./accountStore";
import { KeyAccess } from "./keyAccess";
import type { MemberAccounts } from "./memberAccounts";
import { type Recorded, SimulatedAws } from "./simulatedAws";

/**
 * The engine's plugin protocol over the simulated account.
 *
 * `@pulumi/pulumi/provider` has a server too, but it hides from the provider whether the engine is
 * only previewing, and what the inputs were before. With it a preview would not know the ARN of a
 * resource that is about to change, and would plan to replace everything that uses it.
 */
export class ProviderService {
  private readonly unconfigured: SimulatedAws;

  /** Where each provider of an engine works, by where the engine asks from: one that stays serves many. */
  private readonly configured = new Map<string, SimulatedAws>();

  /**
   * @param account The account of the credentials.
   * @param members The accounts that a role can be assumed in.
   * @param version What the plugin calls itself; the version of the SDK it stands in for.
   * @param caller Name of the role that the credentials are of, where no other one is assumed.
   */
  constructor(
    private readonly account: AccountStore,
    private readonly members: MemberAccounts,
    private readonly version: string,
    private readonly caller?: string,
  ) {
    this.unconfigured = this.awsOf(account, caller);
  }

  /** Starts to listen. @returns the port, which the engine reads from the plugin's output; and what ends it. */
  async listen(): Promise<{ readonly port: number; readonly end: () => void }> {
    const server = new Server({ "grpc.max_receive_message_length": 64 * 1024 * 1024 });
    server.addService(ResourceProviderService, this.handlers());
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve({ port, end: () => server.forceShutdown() }) : reject(error),
      );
    });
  }

  private handlers(): UntypedServiceImplementation {
    const answer = answering((peer) => this.configured.get(peer) ?? this.unconfigured);
    return {
      getPluginInfo: answer<Empty, plugin.PluginInfo>(() =>
        new plugin.PluginInfo().setVersion(this.version),
      ),
      attach: answer(() => new Empty()),
      cancel: answer(() => new Empty()),
      getSchema: answer(() => new provider.GetSchemaResponse().setSchema("{}")),
      checkConfig: answer((request: provider.CheckRequest) =>
        new provider.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: answer(() =>
        new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
      ),
      configure: answer((request: provider.ConfigureRequest, _, peer) => {
        this.configured.set(peer, this.configure(request));
        // Without "accepts secrets" the engine unwraps them for us and marks the answers again.
        return new provider.ConfigureResponse().setSupportspreview(true);
      }),
      check: answer((request: provider.CheckRequest, aws) =>
        new provider.CheckResponse().setInputs(
          struct(
            aws.check(
              typeOf(request.getUrn()),
              nameOf(request.getUrn()),
              properties(request.getOlds()),
              properties(request.getNews()),
            ),
          ),
        ),
      ),
      diff: answer(difference),
      create: answer(async (request: provider.CreateRequest, aws) => {
        const inputs = properties(request.getProperties());
        if (request.getPreview()) {
          return new provider.CreateResponse().setProperties(struct(inputs));
        }
        await aws.authenticate();
        const made = await aws.create(typeOf(request.getUrn()), request.getUrn(), inputs);
        return new provider.CreateResponse().setId(made.id).setProperties(outputs(made));
      }),
      update: answer(async (request: provider.UpdateRequest, aws) => {
        const inputs = properties(request.getNews());
        if (request.getPreview()) {
          const expected = { ...properties(request.getOlds()), ...inputs };
          return new provider.UpdateResponse().setProperties(struct(expected));
        }
        await aws.authenticate();
        const changed = await aws.update(
          typeOf(request.getUrn()),
          request.getId(),
          properties(request.getOldInputs()),
          inputs,
        );
        return new provider.UpdateResponse().setProperties(outputs(changed));
      }),
      read: answer((request: provider.ReadRequest, aws) => {
        const found = aws.read(typeOf(request.getUrn()), request.getId());
        return found === undefined
          ? new provider.ReadResponse()
          : new provider.ReadResponse()
              .setId(found.id)
              .setProperties(outputs(found))
              .setInputs(struct(found.inputs));
      }),
      delete: answer(async (request: provider.DeleteRequest, aws) => {
        await aws.authenticate();
        await aws.delete(typeOf(request.getUrn()), request.getId());
        return new Empty();
      }),
      invoke: answer(async (request: provider.InvokeRequest, aws) => {
        await aws.authenticate();
        const [token, args] = [request.getTok(), properties(request.getArgs())];
        await aws.requireToAsk(token, args);
        return new provider.InvokeResponse().setReturn(struct(aws.invoke(token, args)));
      }),
    };
  }

  /** The account, for a role of its own: who may do what with its keys, the policies say. */
  private awsOf(account: AccountStore, caller: string | undefined): SimulatedAws {
    const access =
      caller === undefined
        ? undefined
        : new KeyAccess(account, `arn:aws:iam::${account.read().id}:role/${caller}`);
    return new SimulatedAws(account, this.members, caller, access);
  }

  /** The account that a provider is configured for. */
  private configure(request: provider.ConfigureRequest): SimulatedAws {
    const variables = request.getVariablesMap();
    const roles = variables.get("aws:config:assumeRoles");
    // Each is assumed by the one before it: the last one works.
    const role = (JSON.parse(roles ?? "[]") as { roleArn: string }[]).at(-1);
    const account = role === undefined ? this.account : this.members.assume(role.roleArn);
    const { id } = account.read();
    const allowed = variables.get("aws:config:allowedAccountIds");
    if (allowed !== undefined && !(JSON.parse(allowed) as string[]).includes(id)) {
      throw new Error(`AWS account ID not allowed: ${id}`);
    }
    return role === undefined
      ? this.awsOf(account, this.caller)
      : new SimulatedAws(account, this.members, role.roleArn.split("/").at(-1));
  }
}

function difference(request: provider.DiffRequest, aws: SimulatedAws): provider.DiffResponse {
  const { changed, replaces, deleteBeforeReplace } = aws.diff(
    typeOf(request.getUrn()),
    properties(request.getOldInputs()),
    properties(request.getNews()),
  );
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace);
}

/**
 * Makes handlers that answer with what `work` returns and refuse with what it throws.
 *
 * @param awsOf The account that is asked, by where the engine asks from.
 */
function answering(awsOf: (peer: string) => SimulatedAws) {
  return <Request, Response>(
      work: (request: Request, aws: SimulatedAws, peer: string) => Response | Promise<Response>,
    ) =>
    (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const peer = call.getPeer();
      // Asynchronous, so that a throw becomes a rejection.
      (async () => work(call.request, awsOf(peer), peer))().then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({
            code: status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
    };
}

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>` → the type. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function properties(value: Struct | undefined): Properties {
  return value === undefined ? {} : value.toJavaScript();
}

/** As with the bridged provider, what is told of a resource has its id among it. */
function outputs({ id, properties }: Recorded): Struct {
  return struct({ ...properties, id });
}

function struct(value: Properties): Struct {
  // JSON leaves out what is undefined, which the protocol cannot carry.
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(value)) as Record<string, JavaScriptValue>,
  );
}
