import { createServer, type IncomingMessage, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { auditorRoleArn, auditorRoleName } from "../../components/names";
import { ACCOUNT_HEADER, type Clients, type Place } from "./accountClients";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  type Origin,
  parametersOf,
  type Pass,
  withParameters,
} from "./awsRequest";
import { AccountFacts } from "./access/accountFacts";
import { Authorization } from "./access/authorization";
import { PlacedDocuments } from "./access/placedDocuments";
import { credentialOf } from "./callsMade";
import { ClientTokens } from "./clientTokens";
import { CopyPlaces } from "./copyPlaces";
import { CredentialEnd } from "./credentialEnd";
import { DemandedBoundary } from "./demandedBoundary";
import { DemandedTags } from "./demandedTags";
import { DigestSignatures } from "./digestSignatures";
import { DocumentLimits } from "./documentLimits";
import { HeldRequests } from "./heldRequests";
import { KeyGrants } from "./keyGrants";
import { LockedHeads } from "./lockedHeads";
import { LogIns } from "./logIns";
import { Machines } from "./machines";
import { Peerings } from "./peerings";
import { ProductCodes } from "./productCodes";
import { providerVersionIn } from "./providerVersion";
import { ResourceShares } from "./resourceShares";
import { SharedSnapshots } from "./sharedSnapshots";
import { SnapshotLocks } from "./snapshotLocks";
import { TagIndex } from "./tagIndex";
import { TrafficMirrors } from "./trafficMirrors";
import { UnlistedTags } from "./unlistedTags";
import { UntoldPast } from "./untoldPast";

/** Canonical's account, which publishes Ubuntu's images. */
const CANONICAL = "099720109477";

/** The account in which the emulator of Image Builder has everything. */
const BUILDERS_ACCOUNT = "123456789012";

/** Access key of the {@link successorOf}. */
export const SUCCESSOR_KEY = "successor";

/** Access key of the {@link foundationDeployerOf}. */
export const FOUNDATION_KEY = "foundation";

/** Key of the tag that the organisation demands. */
export const DEMANDED_TAG = "cost-centre";

/** Name of a service, as a trust names it. */
const SERVICE = /^[a-z0-9]+\.amazonaws\.com$/;

/** Id of a machine: the access key of what its metadata service gives. */
const MACHINE = /^i-[0-9a-f]+$/;

/** Who makes a request with the credentials that the tests are run with: the Audit account's deployer of rooms. */
export function deployerOf({ account }: Place): string {
  return `arn:aws:iam::${account}:role/incident-deployer`;
}

/** Who makes a request with {@link SUCCESSOR_KEY}: the Audit account's deployer of rooms after that one. */
export function successorOf({ account }: Place): string {
  return `arn:aws:iam::${account}:role/incident-deployer-2`;
}

/** Who makes a request with {@link FOUNDATION_KEY}: whoever deploys the audit stack. */
export function foundationDeployerOf({ account }: Place): string {
  return `arn:aws:iam::${account}:role/foundation-deployer`;
}

/**
 * Stands between the deployment and the emulator, and does for it what it cannot:
 *
 * - the snapshot of an image is never encrypted there: DescribeSnapshots shows it as encrypted;
 * - whose credentials the tests are run with it does not know: GetCallerIdentity names their role;
 * - RunInstances forgets the protection against termination there: it is set afterwards;
 * - a bucket policy's Deny is applied there whatever its conditions say, so that one on uploads would
 *   refuse every upload: such a policy is kept here, and shown when it is asked for; what it allows is put there;
 * - a bucket whose events go to EventBridge does not say so there: its notifications are kept here;
 * - it has no Recycle Bin: rules of it are kept here, and shown when they are asked for;
 * - it has no account of Canonical's: images asked for of it are looked for in the caller's;
 * - what passes between accounts (shared snapshots, peering connections, mirrored traffic), who may do what with keys, what machines and places for copies there
 *   are, locks, product codes, sizes of documents, signatures, what was done before, an organisation's policy and credentials
 *   that end are for the other classes here.
 *
 * Nothing else is touched.
 */
export class AwsCorrections {
  /** Images whose snapshots are shown as encrypted, `ami-…`. */
  public readonly encryptedImages = new Set<string>();

  /** Version of Terraform's AWS provider, as soon as it has asked for anything. */
  public providerVersion: string | undefined;

  /** What machines EC2 has to give. */
  public readonly machines = new Machines();

  /** Which disks are AWS Marketplace's. */
  public readonly productCodes = new ProductCodes();

  /** Copies of others that EBS is at. */
  public readonly copyPlaces = new CopyPlaces();

  /** Whether the organisation demands its boundary of every role. */
  public readonly demandedBoundary = new DemandedBoundary();

  /** That the vault's objects are locked. */
  public readonly lockedHeads = new LockedHeads();

  /** Who issued which grant. */
  public readonly keyGrants: KeyGrants;

  /** Who may do what, by the documents that are placed. */
  public readonly authorization: Authorization;

  /** When everybody's credentials end. */
  public readonly credentialEnd = new CredentialEnd();

  /** Requests and answers that are held back. */
  public readonly held = new HeldRequests();

  /** What carries which tags, as it is told. */
  public readonly tagIndex = new TagIndex();

  /** What accounts share with each other by Resource Access Manager. */
  public readonly shares = new ResourceShares();

  /** What is mirrored. */
  public readonly mirrors = new TrafficMirrors(this.shares);

  /** Bucket policies that the emulator is not told of, by the path of their bucket. */
  private readonly policies = new Map<string, Buffer>();

  /** Notification configurations, by the path of their bucket. */
  private readonly notifications = new Map<string, Buffer>();

  /** Rules of the Recycle Bin, by id. */
  private readonly rules = new Map<string, Record<string, unknown>>();

  /**
   * Roles by access key: the deployer's, and those that were taken. Any other key is a machine's id, the name of
   * a role, or that of a service that takes one.
   */
  private readonly roles: Map<string, string>;

  /** Sessions of the roles that were taken, `AROA…:<name>`, by access key. */
  private readonly sessionsOfRoles = new Map<string, string>();

  private readonly facts: AccountFacts;
  private readonly answer: Pass;
  private readonly server: Server;

  /**
   * @param emulator URL of the emulator.
   * @param place Where the audit stack is.
   * @param accounts The accounts there are, by their ids.
   */
  public constructor(
    private readonly emulator: string,
    private readonly place: Place,
    accounts: ReadonlyMap<string, Clients>,
  ) {
    this.roles = new Map([
      [process.env["AWS_ACCESS_KEY_ID"] ?? "", deployerOf(place)],
      [SUCCESSOR_KEY, successorOf(place)],
      [FOUNDATION_KEY, foundationDeployerOf(place)],
      // By its name alone it would have no path.
      [auditorRoleName(place.region), auditorRoleArn(place.region, place.account)],
    ]);
    this.keyGrants = new KeyGrants(accounts);
    const logIns = new LogIns();
    this.facts = new AccountFacts(emulator, logIns.starters, this.mirrors, this.shares);
    const documents = new PlacedDocuments(
      this.facts,
      place,
      () => this.demandedBoundary.inForce,
      (bucket) => {
        const policy = this.policies.get(`/${bucket}`);
        return policy === undefined ? undefined : (JSON.parse(policy.toString("utf8")) as object);
      },
    );
    this.authorization = new Authorization(this.facts, documents);
    const corrections: Correction[] = [
      this.held,
      this.tagIndex,
      new UnlistedTags(),
      this.credentialEnd,
      new ClientTokens(),
      new DocumentLimits(accounts),
      this.authorization,
      logIns,
      new UntoldPast(),
      new DigestSignatures(),
      new SnapshotLocks(),
      this.machines,
      this.productCodes,
      this.copyPlaces,
      this.keyGrants,
      new SharedSnapshots(accounts),
      new Peerings(),
      this.mirrors,
      this.shares,
      new DemandedTags(DEMANDED_TAG),
      this.demandedBoundary,
      this.lockedHeads,
    ];
    this.answer = corrections.reduceRight<Pass>(
      (pass, correction) => (request) => correction.answer(request, pass),
      (request) => this.pass(request),
    );
    this.server = createServer((incoming, outgoing) => {
      this.serve(incoming).then(
        ({ status, headers, body }) =>
          outgoing.writeHead(status, { ...headers, "content-length": `${body.length}` }).end(body),
        (error: unknown) => outgoing.writeHead(502).end(String(error)),
      );
    });
  }

  /** Starts on the loopback address. @returns the URL to use in place of the emulator's. */
  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async serve(incoming: IncomingMessage): Promise<AwsAnswer> {
    const { method = "", url = "/", headers } = incoming;
    this.providerVersion ??= providerVersionIn(headers["user-agent"] ?? "");
    const { accessKey, region } = credentialOf(headers);
    const { caller, from } = await this.callerOf(accessKey);
    const account = caller.split(":")[4] ?? this.place.account;
    const body = await buffer(incoming);
    const session = this.sessionsOfRoles.get(accessKey);
    const request = { method, url, headers, body, caller, session, account, region, from };
    const answer = await this.answer(request);
    const asked = parametersOf(request);
    if (asked.get("Action") === "AssumeRole") {
      const told = answer.body.toString("utf8");
      const key = /<AccessKeyId>(\w+)</.exec(told)?.[1];
      if (key !== undefined) {
        this.roles.set(key, asked.get("RoleArn") ?? "");
        this.sessionsOfRoles.set(key, /<AssumedRoleId>([^<]+)</.exec(told)?.[1] ?? "");
      }
    }
    return answer;
  }

  private async callerOf(
    accessKey: string,
  ): Promise<{ readonly caller: string; readonly from?: Origin }> {
    const known = this.roles.get(accessKey);
    if (known !== undefined || SERVICE.test(accessKey)) {
      return { caller: known ?? accessKey };
    }
    const machine = MACHINE.test(accessKey)
      ? await this.facts.machine(this.place, accessKey)
      : undefined;
    return machine === undefined
      ? { caller: `arn:aws:iam::${this.place.account}:role/${accessKey}` }
      : { caller: machine.role, from: machine.from };
  }

  private async pass(request: AwsRequest): Promise<AwsAnswer> {
    const known =
      (await this.policyAnswer(request)) ??
      this.notificationAnswer(request) ??
      this.ruleAnswer(request);
    if (known !== undefined) {
      return known;
    }
    const asked = parametersOf(request);
    switch (asked.get("Action")) {
      case "DescribeImages":
        return this.forward(
          asked.get("Owner.1") === CANONICAL
            ? withParameters(request, { "Owner.1": "self" })
            : request,
        );
      case "GetCallerIdentity": {
        const answer = await this.forward(request);
        const [, , , , account, role] = request.caller.split(":");
        const arn = `arn:aws:sts::${account}:assumed-role/${role?.split("/").at(-1)}/emulator`;
        const text = answer.body.toString("utf8").replace(/<Arn>.*?<\/Arn>/, `<Arn>${arn}</Arn>`);
        return { ...answer, body: Buffer.from(text) };
      }
      case "DescribeSnapshots": {
        const answer = await this.forward(request);
        return { ...answer, body: Buffer.from(this.corrected(answer.body.toString("utf8"))) };
      }
      case "RunInstances": {
        const answer = await this.forward(request);
        if (asked.get("DisableApiTermination") === "true") {
          const id = /<instanceId>(i-\w+)</.exec(answer.body.toString("utf8"))?.[1];
          const protect = `Action=ModifyInstanceAttribute&Version=2016-11-15&InstanceId=${id}&DisableApiTermination.Value=true`;
          await this.forward({ ...request, body: Buffer.from(protect) });
        }
        return answer;
      }
      default:
        return this.forward(request);
    }
  }

  private async forward({ method, url, headers, body, account }: AwsRequest): Promise<AwsAnswer> {
    const { "content-length": _, ...anyLength } = headers;
    // Image Builder has an emulator of its own, which knows one account.
    const { service } = credentialOf(headers);
    const own =
      service === "imagebuilder" ? process.env["AWS_ENDPOINT_URL_IMAGEBUILDER"] : undefined;
    const [there, here] = own === undefined ? [account, account] : [BUILDERS_ACCOUNT, account];
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(new URL(url.replaceAll(here, there), own ?? this.emulator), {
        method,
        // A connection of its own: on one that was kept, a request may meet the emulator's closing it.
        agent: false,
        headers: { ...anyLength, [ACCOUNT_HEADER]: account },
      })
        .on("response", resolve)
        .on("error", reject)
        .end(own === undefined ? body : body.toString("utf8").replaceAll(here, there));
    });
    const { statusCode = 502, headers: answered } = answer;
    const told = await buffer(answer);
    return {
      status: statusCode,
      headers: answered,
      body: own === undefined ? told : Buffer.from(told.toString("utf8").replaceAll(there, here)),
    };
  }

  private async policyAnswer(request: AwsRequest): Promise<AwsAnswer | undefined> {
    const { method, url, body: sent } = request;
    const [bucket = "", query = ""] = url.split("?");
    if (!/(^|&)policy=?(&|$)/.test(query)) {
      return undefined;
    }
    if (method === "PUT" && deniesUploads(sent)) {
      this.policies.set(bucket, sent);
      // Whether logs may be delivered the emulator looks up in what it has itself.
      const allowing = withoutDenials(sent);
      return allowing === undefined
        ? { status: 204, headers: {}, body: Buffer.alloc(0) }
        : this.forward({ ...request, body: allowing });
    }
    const body = this.policies.get(bucket);
    return method === "GET" && body !== undefined
      ? { status: 200, headers: { "content-type": "application/json" }, body }
      : undefined;
  }

  private notificationAnswer({ method, url, body: sent }: AwsRequest): AwsAnswer | undefined {
    const [bucket = "", query = ""] = url.split("?");
    if (!/(^|&)notification=?(&|$)/.test(query)) {
      return undefined;
    }
    if (method === "PUT") {
      this.notifications.set(bucket, sent);
      return { status: 200, headers: {}, body: Buffer.alloc(0) };
    }
    const body = this.notifications.get(bucket);
    return method === "GET" && body !== undefined
      ? { status: 200, headers: { "content-type": "application/xml" }, body }
      : undefined;
  }

  /** Source: Recycle Bin API reference, CreateRule, GetRule, ListTagsForResource. */
  private ruleAnswer({
    method,
    url,
    headers,
    account,
    region,
    body: sent,
  }: AwsRequest): AwsAnswer | undefined {
    if (credentialOf(headers).service !== "rbin") {
      return undefined;
    }
    if (method === "POST" && url === "/rules") {
      const id = `rule${this.rules.size + 1}`;
      const rule = {
        Identifier: id,
        RuleArn: `arn:aws:rbin:${region}:${account}:rule/${id}`,
        LockState: "unlocked",
        Status: "available",
        ...(JSON.parse(sent.toString("utf8")) as object),
      };
      this.rules.set(id, rule);
      return json(201, rule);
    }
    const rule = this.rules.get(decodeURIComponent(url).split("/").at(-1) ?? "");
    return method === "GET" && rule !== undefined ? json(200, rule) : json(501, { method, url });
  }

  private corrected(xml: string): string {
    return xml.replace(/<snapshotId>snap-\w+<.*?<\/encrypted>/gs, (item) => {
      const image = /<description>[^<]*(ami-\w+)/.exec(item)?.[1];
      return image !== undefined && this.encryptedImages.has(image)
        ? item.replace("<encrypted>false<", "<encrypted>true<")
        : item;
    });
  }
}

function json(status: number, answer: object): AwsAnswer {
  const headers = { "content-type": "application/json" };
  return { status, headers, body: Buffer.from(JSON.stringify(answer)) };
}

/** What a policy allows; undefined where it only denies. */
function withoutDenials(policy: Buffer): Buffer | undefined {
  const { Statement, ...rest } = JSON.parse(policy.toString("utf8")) as {
    Statement: { Effect: string }[];
  };
  const allowing = Statement.filter(({ Effect }) => Effect === "Allow");
  return allowing.length === 0
    ? undefined
    : Buffer.from(JSON.stringify({ ...rest, Statement: allowing }));
}

function deniesUploads(policy: Buffer): boolean {
  const { Statement } = JSON.parse(policy.toString("utf8")) as {
    Statement: { Effect: string; Action: string | string[] }[];
  };
  return Statement.some(
    ({ Effect, Action }) => Effect === "Deny" && [Action].flat().includes("s3:PutObject"),
  );
}
