/** The built-in stages of the pipeline, in their order. */
export enum PipelineStage {
  /** A push starts the pipeline. */
  SOURCE = 'Source',
  /** One job clones, scans the history for secrets and emits the commit. */
  CHECKOUT = 'Checkout',
  /** The image is built, once. */
  BUILD = 'Build',
  /** Image and code are scanned. */
  SCAN = 'Scan',
  /** The image is pushed, and the registry scans it. */
  RELEASE = 'Release',
  /** The application runs in staging and is scanned from the outside. */
  STAGING = 'Staging',
  /** Somebody approves. */
  APPROVAL = 'Approval',
  /** The same digest runs in production. */
  PRODUCTION = 'Production',
}

/** The stages in their order. */
export const stageNames: PipelineStage[] = Object.values(PipelineStage);
