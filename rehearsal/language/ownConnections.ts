/**
 * Has each program that runs in this process connect to its engine anew. gRPC shares connections by address, and Pulumi's
 * SDK never closes those of such programs: an engine that got the port of one that had ended was called over a connection
 * that is known to have failed. The program was told `14 UNAVAILABLE: No connection established. Last error: null`, or took
 * it for the engine's end and declared nothing, and the engine went on to delete the room.
 */
import * as settings from "@pulumi/pulumi/runtime/settings";

// Its declaration is left out of the package.
const { grpcClientOptions } = settings as unknown as {
  readonly grpcClientOptions: Record<string, unknown>;
};
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
