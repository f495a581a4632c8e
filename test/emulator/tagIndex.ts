import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { actionOf } from "./callsMade";

/**
 * The index by which the Resource Groups Tagging API answers, and which is told of what services make and delete
 * only afterwards: while it is behind it lists what it has listed before. The emulator's is always up to date.
 *
 * Source: Resource Groups Tagging API reference, GetResources, answers what was tagged and may lag; for how long
 * is documented nowhere.
 */
export class TagIndex implements Correction {
  /** Whether it is told of nothing. */
  public isBehind = false;

  /** What it has listed last, by question. */
  private readonly listed = new Map<string, AwsAnswer>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    if (actionOf(request) !== "tag:GetResources") {
      return pass(request);
    }
    const question = request.body.toString("utf8");
    const before = this.listed.get(question) ?? NOTHING;
    const answer = this.isBehind ? before : await pass(request);
    this.listed.set(question, answer);
    return answer;
  }
}

const NOTHING: AwsAnswer = {
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: Buffer.from(JSON.stringify({ PaginationToken: "", ResourceTagMappingList: [] })),
};
