import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import {
  credentials,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServiceError,
} from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import ts from "typescript";

import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";

import { type ProviderType, resourceTypes } from "./resourceTypes";

// Which properties make another resource is for the provider to say: `npm run provider-types` asks it, the plugin
// `pulumi-resource-aws` on PATH, what it would do if one of them had another value, and writes what it says to
// providerTypes.json. The properties and their forms are those of the installed SDK. No account is asked for anything.

const LIST = join(__dirname, "providerTypes.json");
const SDK = dirname(require.resolve("@pulumi/aws/package.json"));

/** Deeper than this nothing is tried. */
const DEPTH = 2;

/** Two values of a property that differ in one place, and where. */
interface Change {
  readonly path: string;
  readonly before: JavaScriptValue;
  readonly after: JavaScriptValue;
}

/**
 * The changes that a property may be tried with, by its declared type. What lies beside the changed place is the same
 * before and after, as the provider fills in what is left out.
 */
function changesOf(checker: ts.TypeChecker, declared: ts.Type, path: string, depth = 0): Change[] {
  const type = plainType(declared);
  const at = (before: JavaScriptValue, after: JavaScriptValue) => [{ path, before, after }];
  if (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.EnumLike)) {
    return at("a", "b");
  }
  if (type.flags & ts.TypeFlags.NumberLike) {
    return at(1, 2);
  }
  if (type.flags & ts.TypeFlags.BooleanLike) {
    return at(false, true);
  }
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    const changes = element === undefined ? [] : changesOf(checker, element, path, depth);
    return changes.map(({ before, after }) => ({ path, before: [before], after: [after] }));
  }
  if (checker.getIndexTypeOfType(type, ts.IndexKind.String) !== undefined) {
    return at({ name: "a" }, { name: "b" });
  }
  const fields = (depth < DEPTH ? checker.getPropertiesOfType(type) : []).map((field) => ({
    field: field.name,
    changes: changesOf(checker, checker.getTypeOfSymbol(field), `${path}.${field.name}`, depth + 1),
  }));
  const whole = Object.fromEntries(
    fields.flatMap(({ field, changes: [first] }) =>
      first === undefined ? [] : [[field, first.before] as const],
    ),
  );
  return fields.flatMap(({ field, changes }) =>
    changes.map(({ path: inner, before, after }) => ({
      path: inner,
      before: { ...whole, [field]: before },
      after: { ...whole, [field]: after },
    })),
  );
}

/** What an input is when it is known: neither promised nor an output. */
function plainType(type: ts.Type): ts.Type {
  if (!type.isUnion()) {
    return type;
  }
  const known = type.types.filter(
    (each) =>
      !(each.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) &&
      !["Promise", "OutputInstance"].includes(each.getSymbol()?.name ?? ""),
  );
  return known.find((each) => each.flags & ts.TypeFlags.StringLike) ?? known[0] ?? type;
}

/** The plugin, which answers what it would do. */
class Plugin {
  private constructor(
    private readonly client: ResourceProviderClient,
    /** Ends it. */
    public readonly end: () => void,
  ) {}

  public static async start(): Promise<Plugin> {
    // It tells the engine what it does.
    const engine = new Server();
    engine.addService(EngineService, {
      log: (_: unknown, callback: sendUnaryData<Empty>) => callback(null, new Empty()),
    });
    const enginePort = await new Promise<number>((resolve, reject) =>
      engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const process = spawn("pulumi-resource-aws", [`127.0.0.1:${enginePort}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(process.stdout, "data")) as [Buffer];
    const address = `127.0.0.1:${port.toString().trim()}`;
    const client = new ResourceProviderClient(address, credentials.createInsecure());
    const plugin = new Plugin(client, () => {
      process.kill();
      engine.forceShutdown();
    });
    const settings = {
      region: "us-east-1",
      accessKey: "nobody",
      secretKey: "nobody",
      skipCredentialsValidation: "true",
      skipRequestingAccountId: "true",
      skipMetadataApiCheck: "true",
    };
    const request = new provider.ConfigureRequest()
      .setArgs(Struct.fromJavaScript(settings))
      .setAcceptsecrets(true);
    Object.entries(settings).forEach(([name, value]) =>
      request.getVariablesMap().set(`aws:config:${name}`, value),
    );
    await plugin.ask((done) => client.configure(request, done));
    return plugin;
  }

  /** Whether this change of one property makes another resource. @throws what the plugin has against the question */
  public async replaces(
    type: string,
    name: string,
    change: Change,
    version: string,
  ): Promise<boolean> {
    const { before, after } = change;
    const urn = `urn:pulumi:none::none::${type}::none`;
    const [old, now] = [before, after].map((value) => Struct.fromJavaScript({ [name]: value }));
    const request = new provider.DiffRequest()
      .setUrn(urn)
      .setType(type)
      .setId("none")
      .setOlds(
        Struct.fromJavaScript({
          [name]: before,
          id: "none",
          __meta: JSON.stringify({ schema_version: version }),
        }),
      )
      .setOldInputs(old)
      .setNews(now);
    const response = await this.ask<provider.DiffResponse>((done) =>
      this.client.diff(request, done),
    );
    return response.getReplacesList().includes(name);
  }

  /** The version of a type's state: whoever shows one that is newer is told. */
  public async versionOf(type: string): Promise<string> {
    const change = { path: "region", before: "us-east-1", after: "us-east-2" };
    const told = await this.replaces(type, "region", change, "99").then(
      () => "",
      (error: Error) => error.message,
    );
    return /from resource schema version 99 to (\d+)/.exec(told)?.[1] ?? "0";
  }

  private ask<Response>(
    question: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      question((error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }
}

/** Where the SDK declares each of these types, without the ending. */
function declarationsOf(types: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(SDK, { recursive: true, encoding: "utf8" })) {
    if (entry.endsWith(".js") && !entry.startsWith("node_modules")) {
      const code = readFileSync(join(SDK, entry), "utf8");
      const token = /__pulumiType = '(aws:[^']+)'/.exec(code)?.[1] ?? "";
      if (types.includes(token)) {
        found.set(token, join(SDK, entry.slice(0, -".js".length)));
      }
    }
  }
  return found;
}

/** What replaces a resource of each of these types: paths of properties, as the provider says. */
async function askAll(types: readonly string[]): Promise<Record<string, ProviderType>> {
  const files = declarationsOf(types);
  const compiler = ts.createProgram(
    [...files.values()].map((file) => `${file}.d.ts`),
    { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, strict: true },
  );
  const checker = compiler.getTypeChecker();
  const plugin = await Plugin.start();
  const answers: Record<string, ProviderType> = {};
  try {
    for (const [token, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const replacing: string[] = [];
      const tried: string[] = [];
      const version = await plugin.versionOf(token);
      for (const [name, change] of triesOf(compiler, checker, token, `${file}.d.ts`)) {
        const replaces = await plugin
          .replaces(token, name, change, version)
          .catch((error: Error) => {
            console.error(`${token} ${change.path}: ${error.message.split("\n")[0]}`);
            return false;
          });
        tried.push(change.path);
        if (replaces) {
          replacing.push(change.path);
        }
      }
      answers[token] = { taggable: tried.includes("tags"), replacedBy: shortest(replacing, tried) };
    }
  } finally {
    plugin.end();
  }
  return answers;
}

/** Where everything in a property replaces, the property alone. */
function shortest(replacing: readonly string[], tried: readonly string[]): string[] {
  const paths = replacing.map((path) => {
    const [top = path] = path.split(".");
    const isWhole = tried
      .filter((each) => each.startsWith(`${top}.`))
      .every((each) => replacing.includes(each));
    return isWhole ? top : path;
  });
  return [...new Set(paths)].sort();
}

/** What a type is tried with, by the property. */
function triesOf(
  compiler: ts.Program,
  checker: ts.TypeChecker,
  token: string,
  file: string,
): [string, Change][] {
  const source = compiler.getSourceFile(file);
  const args = `${token.split(":").at(-1)}Args`;
  const declared = source?.statements.find(
    (each): each is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(each) && each.name.text === args,
  );
  if (declared === undefined) {
    throw new Error(`${file} declares no ${args}`);
  }
  return checker
    .getTypeAtLocation(declared)
    .getProperties()
    .flatMap((property) =>
      changesOf(checker, checker.getTypeOfSymbol(property), property.name).map(
        (change): [string, Change] => [property.name, change],
      ),
    );
}

if (require.main === module) {
  void askAll(Object.keys(resourceTypes)).then((answers) =>
    writeFileSync(LIST, `${JSON.stringify(answers, undefined, 2)}\n`),
  );
}
