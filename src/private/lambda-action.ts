import { aws_codepipeline as codepipeline, aws_codepipeline_actions as actions, aws_iam as iam, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoleStatement } from './role-statements';
import { requireActionValue } from './validate';

export interface LambdaActionProps {
  readonly actionName: string;
  readonly runOrder: number;
  readonly function: lambda.IFunction;
  readonly variablesNamespace?: string;
  readonly parameters: { [name: string]: string };
  /** Called with the pipeline that the action was added to, which rights of the function may name. */
  readonly onBound?: (pipeline: codepipeline.IPipeline) => void;
}

/**
 * A pipeline action that invokes a function. CDK's own also lets the pipeline list every function of the account and
 * widens the function's role; this one may invoke the one function.
 */
export class LambdaAction extends actions.Action {
  constructor(private readonly props: LambdaActionProps) {
    super({
      actionName: props.actionName,
      runOrder: props.runOrder,
      variablesNamespace: props.variablesNamespace,
      category: codepipeline.ActionCategory.INVOKE,
      provider: 'Lambda',
      owner: 'AWS',
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 0, maxOutputs: 0 },
    });
  }

  protected bound(scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    requireActionValue(`${this.props.actionName}.UserParameters`, JSON.stringify(this.props.parameters), 'shorten the name of the repository or branch');
    this.props.onBound?.(stage.pipeline);
    options.role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [this.props.function.functionArn],
    }));
    return {
      configuration: {
        FunctionName: this.props.function.functionName,
        UserParameters: Stack.of(scope).toJsonString(this.props.parameters),
      },
    };
  }
}

/** What a function needs that is invoked by CodePipeline: these actions have no resource-level permissions. */
export const ANSWER_PIPELINE: RoleStatement = {
  sid: 'AnswerPipeline',
  actions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'],
  resources: ['*'],
  wildcardsBecause: 'Answers to CodePipeline jobs have no resource-level permissions',
};

/** What becomes of an invocation by CodePipeline that failed. */
export const PIPELINE_WAITS = 'CodePipeline waits for the function\'s answer; without one the action fails';
