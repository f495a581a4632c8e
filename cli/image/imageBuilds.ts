import {
  type Image,
  GetImageCommand,
  type ImagebuilderClient,
  ListImagePipelineImagesCommand,
  ListWorkflowExecutionsCommand,
  ListWorkflowStepExecutionsCommand,
  StartImagePipelineExecutionCommand,
} from "@aws-sdk/client-imagebuilder";

import { refuseAct, refuseLookUp } from "../awsRefusals";

/** What has become of a build. */
export interface Build {
  /** ARN of the image's build version. */
  readonly arn: string;

  /** BUILDING, TESTING, DISTRIBUTING, AVAILABLE, FAILED and others, as Image Builder names them. */
  readonly status: string;

  /** Why, where it failed. */
  readonly reason?: string;

  /** The step it is at, or failed in, with what Image Builder says of it. */
  readonly step?: string;

  /** The image made, `ami-…`. */
  readonly amiId?: string;

  /** When it was started, in ISO 8601. */
  readonly startedAt?: string;
}

/** States after which nothing more happens by itself. */
const ENDED = ["AVAILABLE", "CANCELLED", "DELETED", "DEPRECATED", "DISABLED", "FAILED"];

/** Starts and follows builds of an image pipeline. */
export class ImageBuilds {
  public constructor(
    private readonly client: Pick<ImagebuilderClient, "send">,

    /** ARN of the pipeline. */
    private readonly pipelineArn: string,
  ) {}

  /** Starts a build. @returns its ARN. Image Builder refuses it while another one is running. */
  public async start(): Promise<string> {
    const { imageBuildVersionArn } = await this.client
      .send(new StartImagePipelineExecutionCommand({ imagePipelineArn: this.pipelineArn }))
      .catch(refuseAct("No build was started"));
    return imageBuildVersionArn ?? "";
  }

  /** The pipeline's newest build, or undefined before the first. */
  public async newest(): Promise<Build | undefined> {
    const arns: { readonly arn: string; readonly created: string }[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.client
        .send(new ListImagePipelineImagesCommand({ imagePipelineArn: this.pipelineArn, nextToken }))
        .catch(
          refuseLookUp(
            "The builds of the pipeline",
            "The pipeline is gone: deploy the audit stack, with image: on.",
          ),
        );
      for (const { arn = "", dateCreated = "" } of page.imageSummaryList ?? []) {
        arns.push({ arn, created: dateCreated });
      }
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    arns.sort((a, b) => (a.created < b.created ? 1 : -1));
    return arns[0] === undefined ? undefined : this.look(arns[0].arn);
  }

  /** What has become of a build so far. */
  public async look(arn: string): Promise<Build> {
    const { image } = await this.client
      .send(new GetImageCommand({ imageBuildVersionArn: arn }))
      .catch(refuseLookUp(`The build ${arn}`));
    const { status = "UNKNOWN", reason } = image?.state ?? {};
    return {
      arn,
      status,
      ...given({ reason, amiId: amiOf(image), startedAt: image?.dateCreated }),
      ...given({ step: status === "AVAILABLE" ? undefined : await this.step(arn) }),
    };
  }

  /**
   * Waits until a build has ended, and tells of each change.
   *
   * @param wait Passes the time between two looks.
   */
  public async follow(
    arn: string,
    tell: (build: Build) => void,
    wait: () => Promise<void>,
  ): Promise<Build> {
    let last: Build | undefined;
    for (;;) {
      const build = await this.look(arn);
      if (build.status !== last?.status || build.step !== last.step) {
        tell(build);
      }
      if (ENDED.includes(build.status)) {
        return build;
      }
      last = build;
      await wait();
    }
  }

  /** The last step of the last workflow. Image Builder has none to show right after the start. */
  private async step(arn: string): Promise<string | undefined> {
    const refused = refuseLookUp(`The steps of the build ${arn}`);
    const { workflowExecutions = [] } = await this.client
      .send(new ListWorkflowExecutionsCommand({ imageBuildVersionArn: arn }))
      .catch(refused);
    const [newest] = [...workflowExecutions].sort(newestFirst);
    if (newest?.workflowExecutionId === undefined) {
      return undefined;
    }
    const { steps = [] } = await this.client
      .send(
        new ListWorkflowStepExecutionsCommand({ workflowExecutionId: newest.workflowExecutionId }),
      )
      .catch(refused);
    const failed = steps.find(({ status }) => status === "FAILED");
    const at = failed ?? [...steps].sort(newestFirst)[0];
    return at === undefined
      ? undefined
      : [at.name, at.status?.toLowerCase(), at.message].filter(Boolean).join(", ");
  }
}

function newestFirst(
  a: { startTime?: string | undefined },
  b: { startTime?: string | undefined },
): number {
  return (a.startTime ?? "") < (b.startTime ?? "") ? 1 : -1;
}

function amiOf(image: Image | undefined): string | undefined {
  return image?.outputResources?.amis?.[0]?.image;
}

function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as never;
}
