/**
 * Stands in for `pulumi-language-nodejs`, which comes with the installed CLI but not with the one that
 * the rehearsal builds: prints the port it listens on and runs the program of the folder it was started
 * in. As with the real one, every run of the CLI has a process of its own for its program; one that stays
 * serves an engine after the other.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as automation from "@pulumi/pulumi/automation/server";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

import { endWithParent } from "../endWithParent";
import "./ownConnections";

// The Automation API runs inline programs with it; its declaration is left out of the package.
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (program: PulumiFn) => UntypedServiceImplementation;
};

const programHost = new LanguageServer(() => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is a CommonJS `export =`
  return (require(join(process.cwd(), "index.js")) as PulumiFn)();
});

/** Where each engine that has said so takes messages, by where it asks from. */
const engines = new Map<string, string>();

endWithParent();
const server = new Server();
server.addService(LanguageRuntimeService, {
  handshake: meetEngine,
  getRequiredPlugins: programHost["getRequiredPlugins"]?.bind(programHost),
  getPluginInfo: programHost["getPluginInfo"]?.bind(programHost),
  run: runProgram,
  runPlugin: runPolicyPack,
} as unknown as UntypedServiceImplementation);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    throw error;
  }
  console.log(String(port));
});

/** An engine that finds this process there already says where it is; one that starts it has put it on its command line. */
function meetEngine(
  call: ServerUnaryCall<language.LanguageHandshakeRequest, language.LanguageHandshakeResponse>,
  callback: sendUnaryData<language.LanguageHandshakeResponse>,
): void {
  engines.set(call.getPeer(), call.request.getEngineAddress());
  callback(null, new language.LanguageHandshakeResponse());
}

/** Runs the program. What it says goes to the engine, which prints it. */
function runProgram(
  call: ServerUnaryCall<language.RunRequest, language.RunResponse>,
  callback: sendUnaryData<language.RunResponse>,
): void {
  const engine = engines.get(call.getPeer()) ?? process.argv.at(-1) ?? "";
  call.request.setArgsList([engine]);
  (programHost["run"] as typeof runProgram).call(programHost, call, callback);
}

/** Runs a policy pack and passes on what it prints: its port first. */
function runPolicyPack(
  call: ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>,
): void {
  const { request } = call;
  const pack = spawn(
    process.execPath,
    [require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), ...request.getArgsList(), "."],
    { cwd: request.getInfo()?.getProgramDirectory(), stdio: ["ignore", "pipe", "pipe"] },
  );
  pack.stdout.on("data", (text: Buffer) =>
    call.write(new language.RunPluginResponse().setStdout(text)),
  );
  pack.stderr.on("data", (text: Buffer) =>
    call.write(new language.RunPluginResponse().setStderr(text)),
  );
  pack.on("close", (code) => {
    call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  // The engine ends a policy pack by leaving.
  call.on("cancelled", () => pack.kill());
}
