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
  private aws: SimulatedAws;

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
    this.aws = this.awsOf(account, caller);
  }

  /** Starts to listen. @returns the port, which the engine reads from the plugin's output. */
  async listen(): Promise<number> {
    const server = new Server({ "grpc.max_receive_message_length": 64 * 1024 * 1024 });
    server.addService(ResourceProviderService, this.handlers());
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }

  private handlers(): UntypedServiceImplementation {
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
      configure: answer((request: provider.ConfigureRequest) => this.configure(request)),
      check: answer((request: provider.CheckRequest) =>
        new provider.CheckResponse().setInputs(
          struct(
            this.aws.check(
              typeOf(request.getUrn()),
              nameOf(request.getUrn()),
              properties(request.getOlds()),
              properties(request.getNews()),
            ),
          ),
        ),
      ),
      diff: answer((request: provider.DiffRequest) => this.diff(request)),
      create: answer(async (request: provider.CreateRequest) => {
        const inputs = properties(request.getProperties());
        if (request.getPreview()) {
          return new provider.CreateResponse().setProperties(struct(inputs));
        }
        await this.aws.authenticate();
        const made = await this.aws.create(typeOf(request.getUrn()), request.getUrn(), inputs);
        return new provider.CreateResponse().setId(made.id).setProperties(outputs(made));
      }),
      update: answer(async (request: provider.UpdateRequest) => {
        const inputs = properties(request.getNews());
        if (request.getPreview()) {
          const expected = { ...properties(request.getOlds()), ...inputs };
          return new provider.UpdateResponse().setProperties(struct(expected));
        }
        await this.aws.authenticate();
        const changed = await this.aws.update(
          typeOf(request.getUrn()),
          request.getId(),
          properties(request.getOldInputs()),
          inputs,
        );
        return new provider.UpdateResponse().setProperties(outputs(changed));
      }),
      read: answer((request: provider.ReadRequest) => {
        const found = this.aws.read(typeOf(request.getUrn()), request.getId());
        return found === undefined
          ? new provider.ReadResponse()
          : new provider.ReadResponse()
              .setId(found.id)
              .setProperties(outputs(found))
              .setInputs(struct(found.inputs));
      }),
      delete: answer(async (request: provider.DeleteRequest) => {
        await this.aws.authenticate();
        await this.aws.delete(typeOf(request.getUrn()), request.getId());
        return new Empty();
      }),
      invoke: answer(async (request: provider.InvokeRequest) => {
        await this.aws.authenticate();
        const [token, args] = [request.getTok(), properties(request.getArgs())];
        await this.aws.requireToAsk(token, args);
        return new provider.InvokeResponse().setReturn(struct(this.aws.invoke(token, args)));
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

  private configure(request: provider.ConfigureRequest): provider.ConfigureResponse {
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
    this.aws =
      role === undefined
        ? this.awsOf(account, this.caller)
        : new SimulatedAws(account, this.members, role.roleArn.split("/").at(-1));
    // Without "accepts secrets" the engine unwraps them for us and marks the answers again.
    return new provider.ConfigureResponse().setSupportspreview(true);
  }

  private diff(request: provider.DiffRequest): provider.DiffResponse {
    const { changed, replaces, deleteBeforeReplace } = this.aws.diff(
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
}

/** A handler that answers with what `work` returns and refuses with what it throws. */
function answer<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    // Asynchronous, so that a throw becomes a rejection.
    (async () => work(call.request))().then(
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
