import {
  GatePosition, ISecurityGate, ReportFormat, ScanGate, ScannerScript, SecurityGateBindOptions, SecurityGateConfig,
} from 'cdk-devsecops-eks';
import { Construct } from 'constructs';

/** A gate of our own: stops the pipeline on npm packages under a licence that we must not ship. */
export class LicenceGate implements ISecurityGate {
  public readonly gateId = 'licences';
  public readonly reportFormat = ReportFormat.SARIF;
  public readonly position = GatePosition.SCAN;

  constructor(private readonly forbidden: string[]) {}

  public bind(scope: Construct, options: SecurityGateBindOptions): SecurityGateConfig {
    const scan = new ScanGate(scope, 'Scan', {
      workspace: options.workspace,
      gate: options.gate,
      run: options.run,
      runOrder: options.runOrder,
      scanner: {
        scannerName: 'licences',
        reportFormat: this.reportFormat,
        script: ScannerScript.fromFile('licences.sh'),
        environment: { FORBIDDEN_LICENCES: this.forbidden.join(' ') },
      },
    });
    return { actions: [scan.action] };
  }
}
